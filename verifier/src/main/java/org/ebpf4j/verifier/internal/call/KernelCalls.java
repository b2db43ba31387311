package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.engine.CallRules;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.rule.StructWalk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// The rules of all calls.
public final class KernelCalls implements CallRules {
  private final CheckedProgram program;
  private final Rules rules;

  public KernelCalls(CheckedProgram program, Rules rules) {
    this.program = program;
    this.rules = rules;
  }

  @Override
  public void helper(Walk walk, Call.Helper call) {
    var helper = HelperFunction.of(call.id());
    if (helper.isEmpty()) {
      throw new Refusal(Reason.CALL, -1, "invalid func unknown#" + call.id());
    }
    new HelperCalls(walk, helper.get()).call();
  }

  @Override
  public void kfunc(Walk walk, Call.Kfunc call) {
    new KfuncCalls(walk, CalledKfunc.of(walk, call)).call();
  }

  @Override
  public CallTraits traits(Call call) {
    return switch (call) {
      case Call.Helper one -> HelperFunction.of(one.id()).map(Traits::of).orElse(CallTraits.PLAIN);
      case Call.Kfunc one ->
          KfuncRows.find(program, rules, one).map(Traits::of).orElse(CallTraits.PLAIN);
      case Call.Subprogram _ -> CallTraits.PLAIN;
    };
  }

  @Override
  public int trust(Walk walk, Reg reg, StructWalk.Pointer pointer) {
    return Trust.of(walk, reg, pointer);
  }

  @Override
  public boolean isIteratorActive(Walk walk) {
    return Iterators.isActive(walk, 1);
  }

  @Override
  public void requireDynptr(Walk walk, int register) {
    new Dynptrs(walk).require(register, 0);
  }

  @Override
  public void describeDynptr(Walk walk, Reg reg) {
    reg.markPointer(RegisterKind.DYNPTR);
    reg.objectKind = Dynptrs.LOCAL;
    reg.referenceId = walk.newId();
  }

  @Override
  public void overwrite(Walk walk, Frame frame, int slot) {
    Dynptrs.overwrite(walk, frame, slot);
  }

  @Override
  public void requireObject(Walk walk, int register, int type, boolean nullable, boolean trusted) {
    Objects.requireArgument(walk, register, type, nullable, trusted);
  }

  @Override
  public void loadKernelPointer(Walk walk, Reg target, SpecialField field) {
    KernelPointers.load(walk, target, field);
  }

  @Override
  public void storeKernelPointer(Walk walk, int value, SpecialField field) {
    if (value < 0) {
      throw new Refusal(
          Reason.CALL, -1, "BPF_ST imm must be 0 when storing to kptr at off=" + field.offset());
    }
    KernelPointers.match(walk, value, field);
  }
}
