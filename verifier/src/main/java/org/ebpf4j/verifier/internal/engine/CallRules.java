package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.rule.StructWalk;
import org.ebpf4j.verifier.internal.state.Frame;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.Slots;
import org.ebpf4j.verifier.result.Finding.Reason;

/// The rules of calls of functions of the kernel. An implementation checks the arguments in r1 to
/// r5 of [Walk#state()], changes the state as the call does, and leaves the result in r0; whatever
/// it does not say of r0 to r5 is unset after it.
public interface CallRules {
  /// A call of a helper function.
  ///
  /// @throws Refusal where a rule is broken
  void helper(Walk walk, Call.Helper call);

  /// A call of a kfunc.
  ///
  /// @throws Refusal where a rule is broken
  void kfunc(Walk walk, Call.Kfunc call);

  /// What a call does, before any path is walked: for the layout of the program.
  CallTraits traits(Call call);

  /// Whether the iterator in r1 still has a next element, where the walk is before its next step.
  default boolean isIteratorActive(Walk walk) {
    return false;
  }

  /// An argument of a global function has to be an object of the kernel of a type.
  default void requireObject(Walk walk, int register, int type, boolean nullable, boolean trusted) {
    throw new Refusal(Reason.GAVE_UP, register, "objects of the kernel as arguments");
  }

  /// An argument of a global function has to be a dynptr.
  default void requireDynptr(Walk walk, int register) {
    throw new Refusal(Reason.GAVE_UP, register, "dynptrs as arguments");
  }

  /// Makes a register the dynptr that a global function is given.
  default void describeDynptr(Walk walk, Reg reg) {
    throw new Refusal(Reason.GAVE_UP, -1, "dynptrs as arguments");
  }

  /// A slot of the stack is about to be written, which may hold a part of a dynptr.
  ///
  /// @throws Refusal where it must not be
  default void overwrite(Walk walk, Frame frame, int slot) {
    if (frame.type(slot) == Slots.DYNPTR) {
      throw new Refusal(Reason.GAVE_UP, -1, "a dynptr is overwritten");
    }
  }

  /// Whether a program of this kind may write to a field of an object of the kernel.
  default boolean allowsObjectWrite(Walk walk, Reg reg, int offset, int size) {
    return false;
  }

  /// The flags of a pointer that was read from an object: how far it is trusted.
  default int trust(Walk walk, Reg reg, StructWalk.Pointer pointer) {
    int flags = (pointer.user() ? Reg.USER : 0) | (pointer.perCpu() ? Reg.PER_CPU : 0);
    return reg.has(Reg.UNTRUSTED) || reg.has(Reg.TRUSTED) || reg.has(Reg.RCU)
        ? Reg.UNTRUSTED
        : flags;
  }

  /// Makes a register what a load of a kernel pointer from a map gives.
  default void loadKernelPointer(Walk walk, Reg target, SpecialField field) {
    throw new Refusal(Reason.GAVE_UP, -1, "kernel pointers in maps are not followed");
  }

  /// A register is stored as a kernel pointer in a map.
  default void storeKernelPointer(Walk walk, int value, SpecialField field) {
    throw new Refusal(Reason.GAVE_UP, -1, "kernel pointers in maps are not followed");
  }

  /// The reference that a pointer in the context stands for, held from the start.
  default int contextReference(Walk walk, ContextField.Pointer pointer) {
    throw new Refusal(Reason.GAVE_UP, -1, "references in the context are not followed");
  }

  /// What a call does.
  ///
  /// @param callback whether the kernel calls a function of the program before it returns
  /// @param asyncCallback whether the kernel calls a function of the program later
  /// @param iterator whether it is the next step of an iterator
  /// @param changesPackets whether packet pointers are no longer valid after it
  /// @param mayThrow whether it does not return
  /// @param sleeps whether it may sleep
  /// @param arguments how many registers it reads
  record CallTraits(
      boolean callback,
      boolean asyncCallback,
      boolean iterator,
      boolean changesPackets,
      boolean mayThrow,
      boolean sleeps,
      int arguments) {
    /// A call that does nothing of that.
    public static final CallTraits PLAIN =
        new CallTraits(false, false, false, false, false, false, 5);
  }
}
