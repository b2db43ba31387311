package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.junit.jupiter.api.Test;

/// Programs of which some instructions were changed, so that most do what no program may: the
/// interpreter and the compiler end them the same way. `-Debpf4j.programs=N` says how many,
/// `-Debpf4j.seed=N` with which one to begin.
class EnginesTest {
  private static final int COUNT = Integer.getInteger("ebpf4j.programs", 6_000);
  private static final long SEED = Long.getLong("ebpf4j.seed", 1);
  private static final int STEPS = 3_000;

  /// The instructions that say where the packet and the map are stay as they are.
  private static final int FIRST = 9;

  /// A kernel with the map that programs write to.
  private static final class Side {
    private final VirtualKernel kernel;
    private final VirtualMap map;

    Side(Execution execution) {
      kernel = VirtualKernel.builder().execution(execution).steps(STEPS).build();
      map = kernel.createMap(MapSpec.of("values", MapType.ARRAY, 4, RandomProgram.VALUE, 1));
    }

    /// What a program comes to: all that can be seen.
    String run(long seed, ObjectSpec spec) {
      var random = new SplittableRandom(seed);
      var value = new byte[RandomProgram.VALUE];
      var packet = new byte[RandomProgram.PACKET];
      random.nextBytes(value);
      random.nextBytes(packet);
      map.update(new byte[4], value);
      String result;
      try (var object = kernel.load(spec, LoadOptions.DEFAULT.withMap("values", map))) {
        var run = object.program("drawn").run(RunInput.packet(packet));
        result = "r0 " + run.returnValue() + ", packet " + HexFormat.of().formatHex(run.dataOut());
      } catch (ProgramFaultException e) {
        result =
            e.getMessage()
                + ", slot "
                + e.slot()
                + ", "
                + e.register()
                + ", "
                + e.address()
                + ", "
                + Arrays.toString(e.registers());
      } catch (BpfException e) {
        result = String.valueOf(e.getMessage());
      }
      return result + ", value " + HexFormat.of().formatHex(map.lookup(new byte[4]).orElseThrow());
    }
  }

  /// Changes a few instructions.
  private static void change(long seed, long[] slots) {
    var random = new SplittableRandom(seed);
    for (int i = random.nextInt(1, 5); i > 0; i--) {
      int at = random.nextInt(FIRST, slots.length);
      slots[at] =
          switch (random.nextInt(6)) {
            case 0 -> Slot.withOffset(slots[at], random.nextInt(-600, 600));
            case 1 -> Slot.withOffset(slots[at], random.nextInt(-8, 8));
            case 2 -> Slot.withSrc(slots[at], random.nextInt(11));
            case 3 -> Slot.withImm(slots[at], random.nextInt());
            case 4 -> Slot.of(Opcode.MOV64_REG, random.nextInt(10), random.nextInt(11), 0, 0);
            default ->
                Slot.of(
                    Opcode.ALU64 | Opcode.ADD | Opcode.X,
                    random.nextInt(10),
                    random.nextInt(10),
                    0,
                    0);
          };
    }
  }

  @Test
  void endProgramsTheSameWay() {
    compare(COUNT, 40);
  }

  /// Their functions are more than one method of the JVM.
  @Test
  void endLargeProgramsTheSameWay() {
    compare(COUNT / 20, 2_000);
  }

  /// Programs that go on for ever end at the same instruction.
  @Test
  void endEndlessProgramsTheSameWay() {
    for (int steps = 90; steps < 110; steps++) {
      var ends = new ArrayList<String>();
      for (var execution : Execution.values()) {
        try (var kernel =
                VirtualKernel.builder().unverified().execution(execution).steps(steps).build();
            var object = kernel.load(endless())) {
          var program = object.program("endless");
          assertThatThrownBy(() -> program.run(RunInput.packet(new byte[RandomProgram.PACKET])))
              .isInstanceOfSatisfying(
                  ProgramFaultException.class,
                  e -> ends.add(e.getMessage() + e.slot() + Arrays.toString(e.registers())));
        }
      }
      assertThat(ends.getFirst()).contains("as many instructions as it may");
      assertThat(ends).hasSize(Execution.values().length).containsOnly(ends.getFirst());
    }
  }

  private static ObjectSpec endless() {
    var instructions =
        Instructions.of(
            Slot.of(Opcode.MOV64_IMM, 0, 0, 0, 0),
            Slot.of(Opcode.MOV64_IMM, 1, 0, 0, 0),
            Slot.of(Opcode.ADD64_IMM, 1, 0, 0, 3),
            Slot.of(Opcode.ALU64 | Opcode.ADD | Opcode.X, 0, 1, 0, 0),
            Slot.of(Opcode.JMP | Opcode.JSET, 1, 0, -3, 1),
            Slot.of(Opcode.JUMP, 0, 0, -4, 0));
    return ObjectSpec.builder("endless")
        .license("GPL")
        .program(ProgramSpec.builder("endless", instructions).ofSection("xdp").build())
        .build();
  }

  private static void compare(int count, int most) {
    var interpreted = new Side(Execution.INTERPRETED);
    var compiled = new Side(Execution.COMPILED);
    var ends = new TreeMap<String, Integer>();
    for (long seed = SEED; seed < SEED + count; seed++) {
      var number = seed;
      var spec = RandomProgram.draw(seed, most).object(slots -> change(number, slots));
      var wanted = interpreted.run(seed, spec);
      var got = compiled.run(seed, spec);
      if (!got.equals(wanted)) {
        throw new AssertionError(
            "seed "
                + seed
                + "\n"
                + text(spec)
                + "interpreted: "
                + wanted
                + "\ncompiled:    "
                + got);
      }
      ends.merge(
          wanted.contains("as many instructions")
              ? "too long"
              : wanted.startsWith("r0")
                  ? "returned"
                  : wanted.contains("instruction ") ? "fault" : "refused",
          1,
          Integer::sum);
    }
    assertThat(ends).containsKeys("returned", "fault");
    assertThat(ends.get("fault")).isGreaterThan(count / 10);
  }

  private static String text(ObjectSpec spec) {
    var text = new StringBuilder();
    spec.program("drawn")
        .instructions()
        .forEach((slot, instruction) ->
            text.append(slot).append(": ").append(Disassembler.text(instruction)).append('\n'));
    return text.toString();
  }
}
