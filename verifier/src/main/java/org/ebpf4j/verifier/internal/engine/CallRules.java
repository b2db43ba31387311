package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.insn.Instruction.Call;

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

  /// What a call does.
  ///
  /// @param callback whether the kernel calls a function of the program before it returns
  /// @param iterator whether it is the next step of an iterator
  /// @param changesPackets whether packet pointers are no longer valid after it
  /// @param mayThrow whether it does not return
  /// @param sleeps whether it may sleep
  /// @param arguments how many registers it reads
  record CallTraits(
      boolean callback,
      boolean iterator,
      boolean changesPackets,
      boolean mayThrow,
      boolean sleeps,
      int arguments) {
    /// A call that does nothing of that.
    public static final CallTraits PLAIN = new CallTraits(false, false, false, false, false, 5);
  }
}
