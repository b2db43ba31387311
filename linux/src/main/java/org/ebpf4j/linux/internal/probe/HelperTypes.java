package org.ebpf4j.linux.internal.probe;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;

/// Which types of programs may call a helper, found by trying: each type has a program loaded that
/// does nothing but call it. Types whose programs want a function of the kernel to go to are not
/// tried.
public final class HelperTypes {
  private static final int LOG_SIZE = 4096;

  private HelperTypes() {}

  /// The types that may, as this kernel and the privileges of this process have it.
  ///
  /// @param helper the number of the helper
  public static List<ProgramType> of(int helper) {
    var types = new ArrayList<ProgramType>();
    for (var type : ProgramType.values()) {
      if (mayCall(type, helper)) {
        types.add(type);
      }
    }
    return types;
  }

  /// Whether programs of a type may call a helper.
  ///
  /// @param helper the number of the helper
  public static boolean mayCall(ProgramType type, int helper) {
    var code =
        Instructions.assemble(new Instruction.Call.Helper(helper), new Instruction.Exit())
            .toBytes(ByteOrder.nativeOrder());
    var load =
        ProgramLoad.of(type.number(), code, "GPL", "try_helper")
            .withAttachType(TypeAttempts.usualPlace(type).map(AttachType::number).orElse(0));
    var outcome = Bpf.progLoad(load, 1, LOG_SIZE);
    if (outcome.result().ok()) {
      outcome.result().fd().close();
    }
    return outcome.result().ok() || isAllowed(outcome.log());
  }

  /// Whether the verifier came to the call and has nothing against it; it looks at the arguments
  /// after that.
  static boolean isAllowed(String log) {
    return log.contains("0: (85) call ")
        && !log.contains("unknown func")
        && !log.contains("invalid func")
        && !log.contains("cannot use helper")
        && !log.contains("is not allowed");
  }
}
