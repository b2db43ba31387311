package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.util.ArrayList;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.ObjectSpec;

/// Programs that keep the verifier busy: it follows a loop through all its rounds.
public final class Loops {
  private Loops() {}

  /// A loop of `rounds` rounds over `additions` additions.
  ///
  /// @param faulty whether a register that was never written is read behind the loop
  public static Instructions instructions(int rounds, int additions, boolean faulty) {
    var code = new ArrayList<Instruction>();
    code.add(new Instruction.Move(Width.W64, Register.R0, new Immediate(0)));
    code.add(new Instruction.Move(Width.W64, Register.R1, new Immediate(rounds)));
    for (int i = 0; i < additions; i++) {
      code.add(new Instruction.Alu(AluOperation.ADD, Width.W64, Register.R0, new Immediate(1)));
    }
    code.add(new Instruction.Alu(AluOperation.SUB, Width.W64, Register.R1, new Immediate(1)));
    code.add(
        new Instruction.JumpIf(
            Condition.NE, Width.W64, Register.R1, new Immediate(0), -(additions + 2)));
    if (faulty) {
      code.add(new Instruction.Move(Width.W64, Register.R0, Register.R9));
    }
    code.add(new Instruction.Exit());
    return Instructions.assemble(code);
  }

  /// The same as an object with one socket filter of that name.
  static ObjectSpec object(String name, int rounds, int additions, boolean faulty) {
    return ObjectSpec.readInstructions(
        name,
        instructions(rounds, additions, faulty).toBytes(ByteOrder.nativeOrder()),
        ProgramType.SOCKET_FILTER);
  }
}
