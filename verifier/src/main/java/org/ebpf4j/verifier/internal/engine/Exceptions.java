package org.ebpf4j.verifier.internal.engine;

import java.util.BitSet;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Where a program may throw an exception (`bpf_throw`): in no function that the kernel calls; and
/// what the function is like that handles it.
final class Exceptions {
  private static final String TAG = "exception_callback:";

  private final Walk walk;
  private final Code code;
  private final GlobalFunctions globals;

  Exceptions(Walk walk, Code code, GlobalFunctions globals) {
    this.walk = walk;
    this.code = code;
    this.globals = globals;
  }

  void check() {
    checkTags();
    var handler = code.exceptionCallback;
    if (handler >= 0) {
      checkHandler(handler);
    }
    for (int i = 0; i < code.size(); i++) {
      int callee = code.callee(i);
      if (callee >= 0 && !(code.at(i) instanceof Instruction.Call.Subprogram)) {
        checkCallback(callee);
      } else if (callee >= 0 && callee == handler) {
        throw new Refusal(Reason.CALL, -1, "insn " + i + " cannot call exception cb directly");
      }
    }
  }

  private void checkHandler(int handler) {
    var parameters = globals.parameters(handler);
    if (parameters.size() != 1 || parameters.getFirst().kind() != GlobalFunctions.Kind.NUMBER) {
      throw new Refusal(Reason.TYPES, -1, "exception cb only supports single integer argument");
    }
    checkCallback(handler);
  }

  /// A program names one function that handles its exceptions.
  private void checkTags() {
    var types = walk.program().types().orElse(null);
    var program =
        walk.program().functions().stream().filter(f -> f.slot() == 0).findFirst().orElse(null);
    if (types == null || program == null) {
      return;
    }
    int tags = 0;
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.type(id) instanceof BtfType.DeclarationTag tag
          && tag.target() == program.type()
          && tag.value().startsWith(TAG)) {
        tags++;
      }
    }
    if (tags > 1) {
      throw new Refusal(Reason.TYPES, -1, "multiple exception callback tags for main subprog");
    }
  }

  private void checkCallback(int subprogram) {
    var seen = new BitSet();
    var open = new IntStack();
    open.push(subprogram);
    seen.set(subprogram);
    while (!open.isEmpty()) {
      int one = open.pop();
      for (int i = code.start(one); i < code.end(one); i++) {
        if (code.at(i) instanceof Instruction.Call.Kfunc call
            && walk.calls().traits(call).mayThrow()) {
          throw new Refusal(
              Reason.CALL,
              -1,
              "bpf_throw kfunc (insn %d) cannot be called from callback subprog %d"
                  .formatted(i, one));
        }
        int callee = code.callee(i);
        if (callee >= 0 && !seen.get(callee)) {
          seen.set(callee);
          open.push(callee);
        }
      }
    }
  }
}
