package org.ebpf4j.spi;

/// How a kernel lets a thread sleep until something happens to one of several [Waitable]s. One
/// thread waits at a time; any thread may wake it.
public interface Waiter extends AutoCloseable {
  /// Waits for this as well.
  ///
  /// @throws IllegalArgumentException for what another kernel made
  void add(Waitable what);

  /// Waits for it no longer. Without effect where it was not added.
  void remove(Waitable what);

  /// Sleeps until something happens to one of them, [#wake()] is called, the thread is interrupted
  /// or the time is over; [Long#MAX_VALUE] is for ever. What happened before the call, and after
  /// the last one returned, ends it at once. It may return without a reason.
  void await(long nanos);

  /// Ends the wait, or the next one.
  void wake();

  /// The clock by which it waits, in nanoseconds since whenever.
  long now();

  @Override
  void close();
}
