package org.ebpf4j.linux.buffer;

import java.io.IOException;
import java.nio.channels.spi.AbstractInterruptibleChannel;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.Epoll;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.spi.Waiter;

/// Waits for descriptors. What is reported is what happened, not how things are: a ring that has a
/// record being written counts as readable all that time.
final class EpollWaiter implements Waiter {
  private static final long NANOS_OF_MILLI = 1_000_000;

  private final Fd epoll;
  private final Fd bell;

  EpollWaiter() {
    epoll = Epoll.open();
    try {
      bell = FileIo.bell();
    } catch (RuntimeException | Error e) {
      epoll.close();
      throw e;
    }
    try {
      add("a wake-up descriptor", bell.number(), Epoll.IN);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /// One that waits for `what`.
  static EpollWaiter of(Waitable what) {
    var waiter = new EpollWaiter();
    try {
      waiter.add(what);
      return waiter;
    } catch (RuntimeException | Error e) {
      waiter.close();
      throw e;
    }
  }

  private void add(String name, int fd, int events) {
    var errno = Epoll.add(epoll, fd, events | Epoll.EDGE, 0);
    if (errno != 0) {
      throw KernelException.of(name, "epoll_ctl", errno);
    }
  }

  @Override
  public synchronized void add(Waitable what) {
    var polled = polled(what);
    add("'" + what.name() + "'", polled.fd(), polled.events());
  }

  @Override
  public synchronized void remove(Waitable what) {
    if (epoll.isOpen()) {
      // An error says that it is not in there.
      var _ = Epoll.remove(epoll, polled(what).fd());
    }
  }

  private static Polled polled(Waitable what) {
    if (what instanceof Polled polled) {
      return polled;
    }
    throw new IllegalArgumentException("'" + what.name() + "' is not of this machine's kernel");
  }

  @Override
  public void await(long nanos) {
    if (nanos > 0 && Thread.currentThread().isVirtual()) {
      if (Epoll.await(epoll, 0).length == 0) {
        VirtualWaits.await(epoll.number(), nanos);
        var _ = Epoll.await(epoll, 0);
      }
    } else {
      new Wait().until(millis(nanos));
    }
  }

  static int millis(long nanos) {
    if (nanos == Long.MAX_VALUE) {
      return -1;
    }
    var millis = nanos / NANOS_OF_MILLI + (nanos % NANOS_OF_MILLI > 0 ? 1 : 0);
    return (int) Math.min(Math.max(0, millis), Integer.MAX_VALUE);
  }

  /// A wait that ends where its thread is interrupted. Java tells those of it that are channels.
  private final class Wait extends AbstractInterruptibleChannel {
    void until(int millis) {
      begin();
      try {
        var _ = Epoll.await(epoll, millis);
      } finally {
        over();
      }
    }

    private void over() {
      try {
        end(true);
      } catch (IOException _) {
        // Interrupted, as the thread's own flag says.
      }
    }

    @Override
    protected void implCloseChannel() {
      wake();
    }
  }

  @Override
  public synchronized void wake() {
    if (bell.isOpen()) {
      FileIo.ring(bell);
    }
  }

  @Override
  public long now() {
    return System.nanoTime();
  }

  @Override
  public synchronized void close() {
    bell.close();
    epoll.close();
  }
}
