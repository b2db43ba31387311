package org.ebpf4j.program.compile;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.program.Bpf;
import org.ebpf4j.program.Section;
import org.ebpf4j.program.SocketBuffer;
import org.ebpf4j.program.Target;
import org.ebpf4j.program.Xdp;

/// Programs for older kernels: they do what those of other classes do, with the instructions that
/// these kernels have.
final class Targets {
  private Targets() {}

  @Target("5.10")
  static final class Of510 {
    @Section("xdp")
    static int arithmetic(Xdp context) {
      return FirstPrograms.arithmetic(context);
    }

    @Section("xdp")
    static int count() {
      return FirstPrograms.count();
    }

    @Section(value = "xdp", onFault = Xdp.PASS)
    static int filter(Xdp context) {
      return FirstPrograms.filter(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int checksum(Xdp context) {
      return FirstPrograms.checksum(context);
    }

    @Section("xdp")
    static int tailCall(Xdp context) {
      return FirstPrograms.tailCall(context);
    }

    @Section("xdp")
    static int output(Xdp context) {
      return FirstPrograms.output(context);
    }

    @Section(value = "xdp", onFault = 66)
    static int reserve(Xdp context) {
      return FirstPrograms.reserve(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int division(Xdp context) {
      return TryPrograms.division(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int byClass(Xdp context) {
      return TryPrograms.byClass(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int inAnyCase(Xdp context) {
      return TryPrograms.inAnyCase(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int inLoop(Xdp context) {
      return TryPrograms.inLoop(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int thrownAgain(Xdp context) {
      return TryPrograms.thrownAgain(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int ofSubprogram(Xdp context) {
      return TryPrograms.ofSubprogram(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int reservation(Xdp context) {
      return TryPrograms.reservation(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int discardedByHand(Xdp context) {
      return TryPrograms.discardedByHand(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int heldInLongLoop(Xdp context) {
      return TryPrograms.heldInLongLoop(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int ofThisFile(Xdp context) {
      return LanguagePrograms.ofThisFile(context);
    }

    /// Numbers of all widths with their signs.
    @Section(value = "xdp", onFault = 99)
    static int signs(Xdp context) {
      int a = context.packet().s8(3) * 7919;
      long b = (short) context.packet().be16(8) * 104_729L;
      byte low = (byte) (a ^ b);
      short middle = (short) (a + b);
      return low / (a % 5 + 7) + middle % 31 + (int) (b / -13) + (int) (b % (low | 1)) + (a >> 9);
    }

    @Section(value = "tc", onFault = 99)
    static int classified(SocketBuffer packet) {
      return packet.packet().be16(12) % 200 + packet.packet().u8(20);
    }

    @Section(value = "action", onFault = 99)
    static int acted(SocketBuffer packet) {
      int sum = 0;
      for (int i = 0; i < 16; i++) {
        sum += packet.packet().u8(i) / (i + 1);
      }
      return sum;
    }
  }

  @Target("6.1")
  static final class Of61 {
    @Section("xdp")
    static int lambda(Xdp context) {
      return FirstPrograms.lambda(context);
    }

    @Section(value = "xdp", onFault = 77)
    static int faultInLambda(Xdp context) {
      return FirstPrograms.faultInLambda(context);
    }

    @Section("xdp")
    static int push(Xdp context) {
      return FirstPrograms.push(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int ofLambda(Xdp context) {
      return TryPrograms.ofLambda(context);
    }

    @Section(value = "xdp", onFault = 99)
    static int checksum(Xdp context) {
      return FirstPrograms.checksum(context);
    }
  }

  /// What happens while a process reads a file.
  @Target("5.10")
  static final class Traced {
    static int process;
    static final AtomicLong calls = new AtomicLong();
    static final AtomicLong reads = new AtomicLong();
    static final AtomicLong entered = new AtomicLong();
    static final AtomicLong probed = new AtomicLong();

    private static boolean isOther() {
      return (int) (Bpf.currentPidTgid() >>> 32) != process;
    }

    @Section("raw_tracepoint/sys_enter")
    static int called(long registers, long number) {
      if (isOther() || number < 0) {
        return 0;
      }
      calls.incrementAndGet();
      return 0;
    }

    @Section("tracepoint/syscalls/sys_enter_read")
    static int read() {
      if (!isOther()) {
        reads.incrementAndGet();
      }
      return 0;
    }

    @Section("tp_btf/sys_enter")
    static int enters(long registers, long number) {
      if (!isOther() && number == 0) {
        entered.incrementAndGet();
      }
      return 0;
    }

    @Section("tracepoint/raw_syscalls/sys_enter")
    static int probes() {
      if (!isOther()) {
        probed.incrementAndGet();
      }
      return 0;
    }
  }
}
