package org.ebpf4j.linux.buffer;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.Epoll;
import org.ebpf4j.linux.internal.sys.Fd;
import org.jspecify.annotations.Nullable;

/// Waits of virtual threads, none of which may hold its carrier while it sleeps in the kernel: one
/// daemon thread sleeps for all of them. It starts with the first wait, and ends about a second
/// after the last.
final class VirtualWaits implements Runnable {
  private static final int LINGER_MILLIS = 1000;
  private static final Object LOCK = new Object();

  /// The one that takes waits, guarded by the lock, as are those that wait.
  private static @Nullable VirtualWaits current;

  private final Fd epoll = Epoll.open();
  private final Map<Long, Wait> waits = new HashMap<>();
  private long lastId;

  private VirtualWaits() {}

  private static final class Wait {
    private final Thread thread = Thread.currentThread();
    private volatile boolean over;
  }

  /// Parks this thread until the descriptor is readable, the thread is interrupted or the time is
  /// over; [Long#MAX_VALUE] is for ever.
  static void await(int fd, long nanos) {
    var start = System.nanoTime();
    var wait = new Wait();
    VirtualWaits waiter;
    long id;
    synchronized (LOCK) {
      waiter = started();
      id = ++waiter.lastId;
      var errno = Epoll.add(waiter.epoll, fd, Epoll.IN | Epoll.ONESHOT, id);
      if (errno != 0) {
        throw KernelException.of("the wait of a virtual thread", "epoll_ctl", errno);
      }
      waiter.waits.put(id, wait);
    }
    try {
      var left = nanos;
      while (!wait.over && left > 0 && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(waiter, left);
        left = nanos == Long.MAX_VALUE ? nanos : nanos - (System.nanoTime() - start);
      }
    } finally {
      synchronized (LOCK) {
        waiter.waits.remove(id);
        var _ = Epoll.remove(waiter.epoll, fd);
      }
    }
  }

  private static VirtualWaits started() {
    var running = current;
    if (running == null) {
      running = new VirtualWaits();
      Thread.ofPlatform().daemon().name("ebpf4j-waits").start(running);
      current = running;
    }
    return running;
  }

  @Override
  public void run() {
    while (true) {
      var ready = Epoll.await(epoll, LINGER_MILLIS);
      synchronized (LOCK) {
        for (var id : ready) {
          var wait = waits.get(id);
          if (wait != null) {
            wait.over = true;
            LockSupport.unpark(wait.thread);
          }
        }
        if (ready.length == 0 && waits.isEmpty()) {
          current = null;
          epoll.close();
          return;
        }
      }
    }
  }
}
