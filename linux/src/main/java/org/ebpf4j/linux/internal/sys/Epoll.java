package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.ebpf4j.error.KernelException;

/// Descriptors that are waited for together (`epoll(7)`).
public final class Epoll {
  /// There is something to read.
  public static final int IN = 1;

  /// There is room to write.
  public static final int OUT = 4;

  /// Tell of it once, until it is added again.
  public static final int ONESHOT = 1 << 30;

  /// Tell of what happens, not of how things are.
  public static final int EDGE = 1 << 31;

  private static final int CLOEXEC = 02000000;
  private static final int ADD = 1;
  private static final int REMOVE = 2;

  // struct epoll_event of include/uapi/linux/eventpoll.h is packed on x86-64.
  private static final int DATA =
      switch (System.getProperty("os.arch")) {
        case "amd64", "x86_64" -> 4;
        default -> 8;
      };
  private static final int SIZE = DATA + 8;

  private static final int MOST_EVENTS = 64;

  private Epoll() {}

  /// A new set of descriptors, which is waited for itself by its own descriptor.
  public static Fd open() {
    var result = Result.of(Native.call(SystemCall.EPOLL_CREATE1, CLOEXEC, 0, 0));
    if (!result.ok()) {
      throw KernelException.of("a set of descriptors", "epoll_create1", result.errno());
    }
    return result.fd();
  }

  /// Adds a descriptor; `data` is what tells of it. 0, or an error number.
  public static int add(Fd epoll, int fd, int events, long data) {
    try (var arena = Arena.ofConfined()) {
      var event = arena.allocate(SIZE, 8);
      Native.numbers(event).putInt(0, events).putLong(DATA, data);
      return control(epoll, ADD, fd, event);
    }
  }

  /// Removes a descriptor. 0, or an error number.
  public static int remove(Fd epoll, int fd) {
    return control(epoll, REMOVE, fd, MemorySegment.NULL);
  }

  private static int control(Fd epoll, int operation, int fd, MemorySegment event) {
    return (int)
        -Native.call(SystemCall.EPOLL_CTL, epoll.number(), operation, fd, event.address(), 0, 0);
  }

  /// Waits up to `millis` (negative: for ever). Returns the data of descriptors to which something
  /// happened; none where the time is over or a signal came.
  public static long[] await(Fd epoll, int millis) {
    try (var arena = Arena.ofConfined()) {
      var events = arena.allocate((long) SIZE * MOST_EVENTS, 8);
      var count =
          Native.call(
              SystemCall.EPOLL_PWAIT, epoll.number(), events.address(), MOST_EVENTS, millis, 0, 0);
      if (count == -org.ebpf4j.error.Errno.EINTR) {
        return new long[0];
      }
      if (count < 0) {
        throw KernelException.of("a set of descriptors", "epoll_pwait", (int) -count);
      }
      var data = new long[(int) count];
      var numbers = Native.numbers(events);
      for (int i = 0; i < data.length; i++) {
        data[i] = numbers.getLong(i * SIZE + DATA);
      }
      return data;
    }
  }
}
