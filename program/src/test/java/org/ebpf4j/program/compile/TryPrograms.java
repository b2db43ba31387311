package org.ebpf4j.program.compile;

import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.Subprogram;
import org.ebpf4j.program.Xdp;
import org.ebpf4j.program.map.HashMap;
import org.ebpf4j.program.map.RingBuffer;

/// Programs that catch exceptions, and do something in any case.
@SuppressWarnings({"NullAway", "Finally", "CatchAndPrintStackTrace", "EmptyCatch"})
final class TryPrograms {
  static final class Event {
    int number;
    final byte[] bytes = new byte[16];
  }

  static final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  static final HashMap<Integer, AtomicInteger> missing = new HashMap<>(4);
  static final RingBuffer<Event> ring = new RingBuffer<>(Event.class, 4096);

  @Section(value = "xdp", onFault = 99)
  static int division(Xdp context) {
    int divisor = context.packet().u8(13) & 3;
    int at = 1;
    try {
      at = 2;
      int result = 100 / divisor;
      at = 3;
      return result + context.packet().u8(30);
    } catch (ArithmeticException _) {
      return 1000 + at;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int byClass(Xdp context) {
    try {
      int first = context.packet().u8(18) & 7;
      int[] few = new int[4];
      few[first] = 7;
      return few[first] / (first & 1) + missing.lookup(first).get();
    } catch (ArrayIndexOutOfBoundsException _) {
      return 1;
    } catch (IndexOutOfBoundsException _) {
      return 2;
    } catch (ArithmeticException _) {
      return 3;
    } catch (RuntimeException _) {
      return 4;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int inAnyCase(Xdp context) {
    int[] sum = new int[1];
    try {
      sum[0] += outer(context, sum);
    } catch (NullPointerException _) {
      sum[0] += 1000;
    } finally {
      sum[0] += 20_000;
    }
    return sum[0];
  }

  private static int outer(Xdp context, int[] sum) {
    try {
      sum[0] += inner(context);
      return 5;
    } finally {
      sum[0] += 300;
    }
  }

  private static int inner(Xdp context) {
    if (context.packet().length() > 30) {
      return missing.lookup(77).get();
    }
    return 3;
  }

  @Section(value = "xdp", onFault = 99)
  static int uncaughtRunsFinally(Xdp context) {
    AtomicInteger seen = missing.lookup(5);
    if (seen == null) {
      missing.put(5, new AtomicInteger());
      seen = missing.lookup(5);
    }
    int before = seen.get();
    if (before > 0) {
      missing.delete(5);
      return before;
    }
    try {
      return context.packet().u8(63) / (before & 1);
    } finally {
      seen.addAndGet(44);
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int inLoop(Xdp context) {
    int caught = 0;
    for (int i = 0; i < 20; i++) {
      try {
        if (context.packet().u8(i * 3) % (i - 4) == 1) {
          continue;
        }
        if (i == 17) {
          break;
        }
        caught += 100;
      } catch (ArithmeticException _) {
        caught += 10_000;
      } catch (IndexOutOfBoundsException _) {
        caught++;
      }
    }
    return caught;
  }

  @Section(value = "xdp", onFault = 99)
  static int thrownAgain(Xdp context) {
    try {
      try {
        if (context.packet().u8(10) != 0) {
          throw new Failure();
        }
      } catch (Failure e) {
        if (context.packet().length() > 20) {
          throw e;
        }
        throw new IllegalStateException();
      }
      return 1;
    } catch (IllegalStateException _) {
      return 2;
    } catch (Failure _) {
      return 3;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int ofSubprogram(Xdp context) {
    try {
      return 1 + quotient(context.packet().u8(2), context.packet().length() - 40);
    } catch (RuntimeException _) {
      return 2;
    }
  }

  @Subprogram
  static int quotient(int a, int b) {
    return a / b;
  }

  @Section(value = "xdp", onFault = 99)
  static int ofLambda(Xdp context) {
    int[] sum = new int[2];
    int limit = context.packet().length() / 20;
    try {
      Bpf.loop(
          limit,
          i -> {
            sum[i] += 5;
            return true;
          });
    } catch (ArrayIndexOutOfBoundsException _) {
      return -1;
    } finally {
      sum[0]++;
    }
    return sum[0] + sum[1];
  }

  @Section(value = "xdp", onFault = 99)
  static int reservation(Xdp context) {
    try (var room = ring.reservation()) {
      Event event = room.event();
      if (event == null) {
        return 1;
      }
      event.number = context.packet().be16(30);
      event.bytes[event.number & 31] = 1;
      room.submit();
      return 2;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int notSubmitted(Xdp context) {
    long before = ring.query(3);
    try (var room = ring.reservation();
        var second = ring.reservation()) {
      room.event().number = context.packet().u8(41);
      if (context.packet().length() > 50) {
        second.submit();
        second.submit();
      }
      return room.event().number;
    } catch (IllegalStateException _) {
      return (int) (ring.query(3) - before);
    } catch (IndexOutOfBoundsException _) {
      return 5;
    }
  }

  @Section(value = "xdp", onFault = 99)
  static int discardedByHand(Xdp context) {
    Event event = ring.reserve();
    if (event == null) {
      return 1;
    }
    try {
      event.number = context.packet().be16(62);
    } catch (IndexOutOfBoundsException _) {
      ring.discard(event);
      return 2;
    }
    ring.submit(event);
    return 3;
  }

  @Section(value = "xdp", onFault = 99)
  static int heldInLongLoop(Xdp context) {
    Event event = ring.reserve();
    if (event == null) {
      return 1;
    }
    int n = context.packet().length() | 1;
    while (n != 1) {
      n = (n & 1) == 0 ? n >>> 1 : 3 * n + 1;
      event.number++;
    }
    int steps = event.number;
    ring.discard(event);
    return steps;
  }
}
