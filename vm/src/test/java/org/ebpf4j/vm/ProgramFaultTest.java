package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.RunInput;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Load;
import org.ebpf4j.insn.Instruction.LoadImmediate64;
import org.ebpf4j.insn.Instruction.Move;
import org.ebpf4j.insn.Instruction.StoreImmediate;
import org.ebpf4j.insn.Instruction.StoreRegister;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.junit.jupiter.api.Test;

/// Programs that do what no program may: each ends with an error that says what, and where.
class ProgramFaultTest {
  private final VirtualKernel kernel = VirtualKernel.builder().unverified().steps(100_000).build();

  private ProgramFaultException fault(List<MapReference> references, Instruction... instructions) {
    var program =
        ProgramSpec.builder("wrong", Instructions.assemble(instructions))
            .ofSection("xdp")
            .mapReferences(references)
            .build();
    var object =
        ObjectSpec.builder("wrong")
            .license("GPL")
            .map(MapSpec.of("counts", MapType.HASH, 4, 8, 4))
            .map(MapSpec.of("values", MapType.ARRAY, 4, 8, 2))
            .map(MapSpec.of("fixed", MapType.ARRAY, 4, 8, 1).withFlags(MapSpec.RDONLY_PROG))
            .program(program)
            .build();
    try (var loaded = kernel.load(object)) {
      loaded.map("counts").update(new byte[] {1, 0, 0, 0}, new byte[8]);
      return catchThrowableOfType(
          ProgramFaultException.class,
          () -> loaded.program("wrong").run(RunInput.packet(new byte[64])));
    }
  }

  private ProgramFaultException fault(Instruction... instructions) {
    return fault(List.of(), instructions);
  }

  private static Instruction move(Register register, int value) {
    return new Move(Width.W64, register, new Immediate(value));
  }

  private static Instruction load(Register base, int offset) {
    return new Load(Size.U64, Register.R0, base, offset);
  }

  private static Instruction call(String name) {
    return new Instruction.Call.Helper(HelperFunction.id(name).orElseThrow());
  }

  private static final Instruction EXIT = new Instruction.Exit();

  @Test
  void theNullPointer() {
    var fault = fault(move(Register.R1, 0), load(Register.R1, 16), EXIT);
    assertThat(fault)
        .hasMessage(
            """
            program 'wrong': offset 16 of the null pointer
              at instruction 1: (79) r0 = *(u64 *)(r1 +16), with r1 = 0x0\
            """);
    assertThat(fault.slot()).isEqualTo(1);
    assertThat(fault.address()).hasValue(16);
    assertThat(fault.register()).hasValue(1);
    assertThat(fault.registers()[1]).isZero();
  }

  @Test
  void behindTheEndOfThePacket() {
    var fault =
        fault(
            new Load(Size.U32, Register.R2, Register.R1, 0),
            new Load(Size.U16, Register.R0, Register.R2, 63),
            EXIT);
    assertThat(fault).hasMessageContaining("2 bytes at offset 63 of the packet, which has 64");
  }

  @Test
  void outsideOfTheStack() {
    assertThat(
            fault(new StoreImmediate(Size.U64, Register.R10, -8, 1), load(Register.R10, -8), EXIT))
        .isNull();
    assertThat(fault(load(Register.R10, -4), EXIT))
        .hasMessageContaining("8 bytes at offset 508 of the stack, which has 512");
    assertThat(fault(load(Register.R10, -513), EXIT))
        .hasMessageContaining("offset -1 of the stack");
  }

  @Test
  void theStackThatWasNeverWritten() {
    var fault =
        fault(new StoreImmediate(Size.U32, Register.R10, -8, 1), load(Register.R10, -8), EXIT);
    assertThat(fault)
        .hasMessageContaining(
            "8 bytes at offset 504 of the stack (r10 -8), not all of which were written before");
    assertThat(fault.slot()).isEqualTo(1);
    assertThat(fault.register()).hasValue(10);
    assertThat(
            fault(
                new StoreImmediate(Size.U32, Register.R10, -8, 1),
                new StoreImmediate(Size.U32, Register.R10, -4, 1),
                load(Register.R10, -8),
                EXIT))
        .isNull();
    assertThat(fault(new Load(Size.U8, Register.R0, Register.R10, -1), EXIT))
        .hasMessageContaining(
            "1 byte at offset 511 of the stack (r10 -1), which was never written");
  }

  @Test
  void theStackThatAnotherCallWrote() {
    // Calls a function twice: it reads what it wrote the first time.
    var write = new StoreImmediate(Size.U64, Register.R10, -16, 1);
    assertThat(
            fault(
                move(Register.R1, 1),
                new Instruction.Call.Subprogram(3),
                move(Register.R1, 0),
                new Instruction.Call.Subprogram(1),
                EXIT,
                new Instruction.JumpIf(
                    org.ebpf4j.insn.Condition.EQ, Width.W64, Register.R1, new Immediate(0), 1),
                write,
                load(Register.R10, -16),
                EXIT))
        .hasMessageContaining("(r10 -16 of frame 2)");
  }

  @Test
  void theStackThatAFunctionOfTheKernelReads() {
    assertThat(
            fault(
                List.of(new MapReference(0, "counts", false, 0)),
                new LoadImmediate64(Register.R1, 0),
                new Move(Width.W64, Register.R2, Register.R10),
                new Instruction.Alu(
                    org.ebpf4j.insn.AluOperation.ADD, Width.W64, Register.R2, new Immediate(-4)),
                call("bpf_map_lookup_elem"),
                EXIT))
        .satisfies(fault -> assertThat(fault.register()).hasValue(2))
        .hasMessageContaining("4 bytes at offset 508 of the stack (r10 -4)");
  }

  @Test
  void theStackIsReadAsItIsWhereAKernelAllowsThat() {
    var program =
        ProgramSpec.builder("reads", Instructions.assemble(load(Register.R10, -8), EXIT))
            .ofSection("xdp")
            .build();
    try (var tolerant = VirtualKernel.builder().unverified().uninitialisedStack(true).build();
        var loaded =
            tolerant.load(ObjectSpec.builder("reads").license("GPL").program(program).build())) {
      assertThat(loaded.program("reads").run(RunInput.packet(new byte[64])).returnValue()).isZero();
    }
  }

  @Test
  void behindTheValueOfAMap() {
    var value = new LoadImmediate64(Register.R1, 0);
    var reference = List.of(new MapReference(0, "values", true, 0));
    assertThat(fault(reference, value, load(Register.R1, 8), EXIT)).isNull();
    assertThat(fault(reference, value, load(Register.R1, 16), EXIT))
        .hasMessageContaining("8 bytes at offset 16 of the values of map 'values', which has 16");
  }

  @Test
  void aMapThatProgramsMayNotWrite() {
    assertThat(
            fault(
                List.of(new MapReference(0, "fixed", true, 0)),
                new LoadImmediate64(Register.R1, 0),
                new StoreImmediate(Size.U32, Register.R1, 0, 1),
                EXIT))
        .hasMessageContaining("the values of map 'fixed' is read-only");
  }

  @Test
  void theValueOfAnEntryThatIsGone() {
    // key = 1 on the stack; r6 = lookup; delete; r0 = *r6
    var steps = new ArrayList<Instruction>();
    steps.add(new StoreImmediate(Size.U32, Register.R10, -4, 1));
    for (var function : List.of("bpf_map_lookup_elem", "bpf_map_delete_elem")) {
      steps.add(new LoadImmediate64(Register.R1, 0));
      steps.add(new Move(Width.W64, Register.R2, Register.R10));
      steps.add(
          new Instruction.Alu(
              org.ebpf4j.insn.AluOperation.ADD, Width.W64, Register.R2, new Immediate(-4)));
      steps.add(call(function));
      if (function.contains("lookup")) {
        steps.add(new Move(Width.W64, Register.R6, Register.R0));
      }
    }
    steps.add(load(Register.R6, 0));
    steps.add(EXIT);
    assertThat(
            fault(
                List.of(
                    new MapReference(1, "counts", false, 0),
                    new MapReference(7, "counts", false, 0)),
                steps.toArray(Instruction[]::new)))
        .hasMessageContaining(
            "memory that is gone, such as the value of an entry that was deleted");
  }

  @Test
  void whatIsNoMap() {
    assertThat(fault(move(Register.R1, 5), call("bpf_map_lookup_elem"), EXIT))
        .hasMessageContaining("no map");
  }

  @Test
  void theContextIsNotWrittenWhereItCannotBe() {
    assertThat(fault(new StoreRegister(Size.U32, Register.R1, 0, Register.R10), EXIT))
        .hasMessageContaining("'data' of struct xdp_md cannot be written by programs of this type");
  }

  @Test
  void aProgramThatDoesNotEnd() {
    assertThat(fault(new Instruction.Jump.Goto(-1), EXIT))
        .hasMessageContaining("the program has executed as many instructions as it may");
  }

  @Test
  void aProgramThatCallsItself() {
    assertThat(fault(new Instruction.Call.Subprogram(-1), EXIT))
        .hasMessageContaining("there are more than 272 frames on the stack");
  }
}
