package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Programs that were drawn, on Linux, in the interpreter and compiled. `-Debpf4j.programs=N` says
/// how many, `-Debpf4j.seed=N` with which one to begin.
@KernelTest
class RandomProgramsTest {
  private static final int COUNT = Integer.getInteger("ebpf4j.programs", 20_000);
  private static final long SEED = Long.getLong("ebpf4j.seed", 1);

  /// A kernel with the map that programs write to.
  private record Side(Kernel kernel, RawMap map) {
    static Side of(Kernel kernel) {
      return new Side(
          kernel, kernel.createMap(MapSpec.of("values", MapType.ARRAY, 4, RandomProgram.VALUE, 1)));
    }

    /// What a run came to: what was returned, the packet, the value of the map; empty where the
    /// verifier does not take the program.
    Optional<String> run(RandomProgram program) {
      var random = new SplittableRandom(program.seed());
      var value = new byte[RandomProgram.VALUE];
      var packet = new byte[RandomProgram.PACKET];
      random.nextBytes(value);
      random.nextBytes(packet);
      map.update(new byte[4], value);
      try (var object = kernel.load(program.object(), LoadOptions.DEFAULT.withMap("values", map))) {
        var result = object.program("drawn").run(RunInput.packet(packet));
        var hex = HexFormat.of();
        return Optional.of(
            "r0 "
                + result.returnValue()
                + "\npacket "
                + hex.formatHex(result.dataOut())
                + "\nvalue "
                + hex.formatHex(map.lookup(new byte[4]).orElseThrow()));
      } catch (VerifierException _) {
        return Optional.empty();
      }
    }

    void close() {
      map.close();
      kernel.close();
    }
  }

  private static VirtualKernel virtual(Execution execution) {
    return VirtualKernel.builder().unverified().execution(execution).build();
  }

  @Test
  @RequiresKernel(value = "6.6", because = "of the instructions of cpu v4")
  void giveTheSameOnBothKernels() {
    var real = Side.of(LinuxKernel.open());
    var interpreted = Side.of(virtual(Execution.INTERPRETED));
    var compiled = Side.of(virtual(Execution.COMPILED));
    try {
      int accepted = 0;
      for (int i = 0; i < COUNT; i++) {
        var program = RandomProgram.draw(SEED + i);
        var wanted = real.run(program);
        if (wanted.isPresent()) {
          accepted++;
          for (var side : List.of(interpreted, compiled)) {
            if (!wanted.equals(side.run(program)) && !leavesUpperHalf(program, real, side)) {
              throw new AssertionError(described(shortest(program, real, side), real, side));
            }
          }
        }
      }
      assertThat(accepted).isGreaterThan(COUNT * 9 / 10);
    } finally {
      real.close();
      interpreted.close();
      compiled.close();
    }
  }

  /// Whether the difference is that Linux forgot to zero the upper half of `r0` behind an exchange
  /// of 32 bits that compares, where the processor leaves it: 6.18 does for 1 program in some
  /// hundred thousand, whose later states the verifier has not looked at again. With the move that
  /// the verifier left out, both do the same.
  private static boolean leavesUpperHalf(RandomProgram program, Side real, Side virtual) {
    var extended = program.extended();
    var wanted = real.run(extended);
    return !extended.equals(program)
        && wanted.isPresent()
        && wanted.equals(virtual.run(extended))
        && virtual.run(extended).equals(virtual.run(program));
  }

  /// The program with as few steps as show the difference.
  private static RandomProgram shortest(RandomProgram program, Side real, Side virtual) {
    for (int i = program.body().size() - 1; i >= 0; i--) {
      var shorter = program.without(i);
      var wanted = real.run(shorter);
      if (wanted.isPresent() && !wanted.equals(virtual.run(shorter))) {
        return shortest(shorter, real, virtual);
      }
    }
    return program;
  }

  private static String described(RandomProgram program, Side real, Side virtual) {
    var text = new StringBuilder("seed " + program.seed() + "\n");
    program
        .object()
        .program("drawn")
        .instructions()
        .forEach((slot, instruction) ->
            text.append(slot).append(": ").append(Disassembler.text(instruction)).append('\n'));
    return text + "Linux: " + real.run(program) + "\nhere: " + virtual.run(program);
  }
}
