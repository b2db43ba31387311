package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// An object that no compiler made: built from instructions, types and lines, and run.
@KernelTest
class BuiltObjectTest {
  private static final int UPDATE = HelperFunction.id("map_update_elem").orElseThrow();

  /// counts[7] = 42, with the types of the map and a line of source for each step; `value` is where
  /// the value is read from.
  private static ObjectSpec counter(int value) {
    var types = BtfBuilder.empty(ByteOrder.nativeOrder());
    var integer = types.add(new BtfType.Int("int", 4, 1, 0, 32));
    var prototype = types.add(new BtfType.Prototype(integer, List.of()));
    var function = types.add(new BtfType.Function("count", prototype, 1));
    var lines =
        List.of(
            LineInfo.of(types, 0, "Count.java", "counts[7] = 42;", 3, 1),
            LineInfo.of(types, 10, "Count.java", "return 0;", 4, 1));
    var code =
        Instructions.assemble(
            new Instruction.StoreImmediate(Size.U32, Register.R10, -4, 7),
            new Instruction.StoreImmediate(Size.U32, Register.R10, -8, 42),
            new Instruction.LoadImmediate64(Register.R1, 0, 0),
            move(Register.R2, Register.R10),
            add(Register.R2, -4),
            move(Register.R3, Register.R10),
            add(Register.R3, value),
            move(Register.R4, 0),
            new Instruction.Call.Helper(UPDATE),
            move(Register.R0, 0),
            new Instruction.Exit());
    return ObjectSpec.builder("built")
        .license("GPL")
        .map(
            MapSpec.builder("counts", MapType.HASH)
                .keySize(4)
                .valueSize(4)
                .maxEntries(8)
                .keyType(integer)
                .valueType(integer)
                .build())
        .program(
            ProgramSpec.builder("count", code)
                .type(ProgramType.SOCKET_FILTER)
                .mapReferences(List.of(new MapReference(2, "counts", false, 0)))
                .functions(List.of(new FunctionInfo(0, function)))
                .lines(lines)
                .build())
        .types(types.build())
        .build();
  }

  private static Instruction move(Register to, Register from) {
    return new Instruction.Move(Width.W64, to, from);
  }

  private static Instruction move(Register to, int value) {
    return new Instruction.Move(Width.W64, to, new Immediate(value));
  }

  private static Instruction add(Register to, int value) {
    return new Instruction.Alu(AluOperation.ADD, Width.W64, to, new Immediate(value));
  }

  @Test
  void runsAndLeavesItsValueInTheMap() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(counter(-8))) {
      object.program("count").run(RunInput.packet(new byte[64]));
      assertThat(object.map("counts").as(Integer.class, Integer.class).lookup(7)).contains(42);
    }
  }

  @Test
  void rejectionShowsTheLineItWasBuiltWith() {
    try (var kernel = LinuxKernel.open()) {
      var rejected =
          catchThrowableOfType(VerifierException.class, () -> kernel.load(counter(-600)));
      assertThat(rejected).hasMessageContaining("Count.java:3").hasMessageContaining("counts[7]");
    }
  }
}
