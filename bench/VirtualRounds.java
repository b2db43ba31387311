import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.Execution;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualPackets;
import org.ebpf4j.vm.capture.CaptureReader;

/// One process of bench/virtual.
///
///     VirtualRounds OBJECT ROUNDS NAME…   runs each program in turns on this machine's kernel and on the virtual one,
///                                         compiled and interpreted, and prints the least nanoseconds of a run and
///                                         how many instructions it executes
///     VirtualRounds compile               prints the median nanoseconds in which a program of 500 instructions is compiled
///                                         and run once, after some that warmed the JVM
///     VirtualRounds replay OBJECT MODE    prints the packets of a capture that go through an XDP program in a second
final class VirtualRounds {
  private static final int SIZE = 128 * 1024;
  private static final int PACKETS = 96 * 1024;

  /// Short enough that most are not interrupted on a machine that does other things.
  private static final long ROUND = 3_000_000;

  private static final int MOST = 1_000_000;
  private static final long WARM = 500_000_000;

  private VirtualRounds() {}

  /// A program on one of the kernels.
  private static final class Side {
    private final BpfObject object;
    private final String name;
    private final int repeat;
    private long least = Long.MAX_VALUE;
    private int returned;

    Side(Kernel kernel, ObjectSpec spec, String name, long warm) {
      object = kernel.load(spec);
      this.name = name;
      fill();
      long end = System.nanoTime() + warm;
      long best = Long.MAX_VALUE;
      do {
        best = Math.clamp(run(times(best)), 1, best);
      } while (System.nanoTime() < end);
      repeat = times(best);
    }

    private static int times(long nanos) {
      return (int) Math.clamp(ROUND / nanos, 1, MOST);
    }

    private void fill() {
      var numbers = object.map("numbers").as(Integer.class, Long.class);
      for (int i = 0; i < 512; i++) {
        numbers.update(i, (long) i);
      }
      var bss = object.map(".bss");
      var value = new byte[SIZE];
      for (int i = 0; i < SIZE; i++) {
        value[i] = (byte) (i * 7 + (i >> 8));
      }
      for (int i = PACKETS; i < PACKETS + 64 * 64; i += 64) {
        // IPv4, TCP.
        value[i + 12] = 8;
        value[i + 13] = 0;
        value[i + 14] = 0x45;
        value[i + 23] = 6;
      }
      bss.update(new byte[4], value);
    }

    private long run(int times) {
      var result = object.program(name).run(RunInput.packet(new byte[64]).repeat(times));
      returned = result.returnValue();
      return result.duration().toNanos();
    }

    void round() {
      least = Math.min(least, run(repeat));
    }
  }

  /// How many instructions a program executes.
  private static long steps(ObjectSpec spec, String name) {
    try (var kernel = VirtualKernel.builder().execution(Execution.INTERPRETED).build()) {
      var side = new Side(kernel, spec, name, 0);
      long[] count = {0};
      try (var trace = kernel.onStep(step -> count[0]++)) {
        side.run(1);
      }
      side.object.close();
      return count[0];
    }
  }

  private static final int SMALL = 500;
  private static final int PROGRAMS = 300;

  /// A program of loads, stores, arithmetic and jumps that is like no other.
  private static ObjectSpec ofSize(int size, int number) {
    var slots = new long[size];
    slots[0] = Slot.of(Opcode.MOV64_REG, 6, 1, 0, 0);
    slots[1] = Slot.of(Opcode.MOV64_IMM, 0, 0, 0, number);
    slots[2] = Slot.of(Opcode.STX | Opcode.MEM | Opcode.DW, 10, 0, -8, 0);
    for (int i = 3; i < size - 1; i++) {
      slots[i] =
          switch (i % 6) {
            case 0 -> Slot.of(Opcode.LDX | Opcode.MEM | Opcode.W, 1 + i % 5, 6, 0, 0);
            case 1 -> Slot.of(Opcode.ALU64 | Opcode.ADD | Opcode.X, 0, 1 + i % 5, 0, 0);
            case 2 -> Slot.of(Opcode.ALU | Opcode.XOR | Opcode.K, 0, 0, 0, number + i);
            case 3 -> Slot.of(Opcode.JMP | Opcode.JGT | Opcode.K, 0, 0, 1, i);
            case 4 -> Slot.of(Opcode.STX | Opcode.MEM | Opcode.DW, 10, 0, -8, 0);
            default -> Slot.of(Opcode.LDX | Opcode.MEM | Opcode.DW, 1 + i % 5, 10, -8, 0);
          };
    }
    for (int i = 1; i <= 5; i++) {
      slots[2 + i] = Slot.of(Opcode.MOV64_IMM, i, 0, 0, i);
    }
    slots[size - 1] = Slot.of(Opcode.EXIT, 0, 0, 0, 0);
    return ObjectSpec.builder("small")
        .license("GPL")
        .program(
            ProgramSpec.builder("small", Instructions.of(slots))
                .type(ProgramType.SOCKET_FILTER)
                .build())
        .build();
  }

  private static long compiled(Execution execution, int number) {
    try (var kernel = VirtualKernel.builder().execution(execution).build();
        var object = kernel.load(ofSize(SMALL, number))) {
      var time = System.nanoTime();
      object.program("small").run(RunInput.packet(new byte[64]));
      return System.nanoTime() - time;
    }
  }

  private static void compile() {
    var times = new long[PROGRAMS];
    for (int i = 0; i < PROGRAMS; i++) {
      times[i] = compiled(Execution.COMPILED, i);
    }
    var late = Arrays.copyOfRange(times, PROGRAMS / 2, PROGRAMS);
    Arrays.sort(late);
    System.out.println(late[late.length / 2] + " " + times[0]);
  }

  private static final int CAPTURED = 200_000;

  /// A capture of TCP and UDP packets of 64 to 176 bytes.
  private static byte[] capture() {
    var file = ByteBuffer.allocate(24 + CAPTURED * 192).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xa1b2c3d4)
        .putShort((short) 2)
        .putShort((short) 4)
        .putLong(0)
        .putInt(65535)
        .putInt(1);
    for (int i = 0; i < CAPTURED; i++) {
      var frame = ByteBuffer.allocate(64 + i % 8 * 16);
      frame.put(12, (byte) 8).put(14, (byte) 0x45).putShort(16, (short) (frame.capacity() - 14));
      frame
          .put(22, (byte) 64)
          .put(23, (byte) (i % 2 == 0 ? 6 : 17))
          .putInt(26, 0x0a000000 | i % 4096);
      frame.putShort(34, (short) (1024 + i % 60_000)).putShort(36, (short) 443);
      file.putLong(i).putInt(frame.capacity()).putInt(frame.capacity()).put(frame.array());
    }
    return Arrays.copyOf(file.array(), file.position());
  }

  private static void replay(ObjectSpec spec, Execution execution) {
    var capture = capture();
    double best = 0;
    try (var kernel = VirtualKernel.builder().execution(execution).build();
        var object = kernel.load(spec)) {
      var blocked = object.map("blocked").as(Integer.class, Long.class);
      for (int i = 0; i < 512; i++) {
        blocked.update(Integer.reverseBytes(0x0a000000 | i * 8), 0L);
      }
      var packets = VirtualPackets.of(kernel);
      for (int i = 0; i < 8; i++) {
        long[] passed = {0};
        var time = System.nanoTime();
        try (var in = CaptureReader.of("capture", new ByteArrayInputStream(capture))) {
          packets.replay(
              List.of(object.program("filter")), in, one -> passed[0] += one.isAlive() ? 1 : 0);
        }
        time = System.nanoTime() - time;
        if (passed[0] != CAPTURED / 8 * 7) {
          throw new AssertionError(passed[0] + " packets passed");
        }
        best = Math.max(best, CAPTURED * 1e9 / time);
      }
    }
    System.out.printf("%.0f%n", best);
  }

  public static void main(String[] args) {
    switch (args[0]) {
      case "compile" -> compile();
      case "replay" ->
          replay(ObjectSpec.read(Path.of(args[1])), Execution.valueOf(args[2].toUpperCase()));
      default -> rounds(args);
    }
  }

  private static void rounds(String[] args) {
    var spec = ObjectSpec.read(Path.of(args[0]));
    int rounds = Integer.parseInt(args[1]);
    try (var real = LinuxKernel.open();
        var compiled = VirtualKernel.builder().execution(Execution.COMPILED).build();
        var interpreted = VirtualKernel.builder().execution(Execution.INTERPRETED).build()) {
      for (var name : Arrays.asList(args).subList(2, args.length)) {
        List<Side> sides = new ArrayList<>();
        sides.add(new Side(real, spec, name, WARM / 10));
        sides.add(new Side(compiled, spec, name, WARM));
        sides.add(new Side(interpreted, spec, name, WARM));
        for (int i = 0; i < rounds; i++) {
          sides.forEach(Side::round);
        }
        if (sides.stream().mapToInt(side -> side.returned).distinct().count() != 1) {
          throw new AssertionError(name + " does not return the same everywhere");
        }
        System.out.println(
            name
                + " "
                + sides.get(0).least
                + " "
                + sides.get(1).least
                + " "
                + sides.get(2).least
                + " "
                + steps(spec, name));
        sides.forEach(side -> side.object.close());
      }
    }
  }
}
