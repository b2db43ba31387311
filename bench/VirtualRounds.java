import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.Execution;
import org.ebpf4j.vm.VirtualKernel;

/// One process of bench/virtual.
///
///     VirtualRounds OBJECT ROUNDS NAME…   runs each program in turns on this machine's kernel and on the virtual one,
///                                         compiled and interpreted, and prints the least nanoseconds of a run
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

  public static void main(String[] args) {
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
            name + " " + sides.get(0).least + " " + sides.get(1).least + " " + sides.get(2).least);
        sides.forEach(side -> side.object.close());
      }
    }
  }
}
