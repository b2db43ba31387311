package org.ebpf4j.insn;

/// What the verifier is told of a [Kfunc] (`KF_*` in `include/linux/btf.h`).
public enum KfuncFlag {
  /// What it returns is a reference, which has to be released.
  ACQUIRE,
  /// It takes the reference that an argument holds.
  RELEASE,
  /// What it returns may be null, which has to be checked before it is used.
  RET_NULL,
  /// Its first argument is the place of a kernel pointer (before 6.4).
  KPTR_GET,
  /// Its pointers have to be trusted: an argument of a hook, a reference, or what is reached from
  /// one while it is held. Since 7.0 this is so of all functions.
  TRUSTED_ARGS,
  /// It may sleep, so that only programs that may sleep call it.
  SLEEPABLE,
  /// It does harm, so that only programs with `CAP_SYS_BOOT` call it.
  DESTRUCTIVE,
  /// Its pointers may also be under the protection of RCU.
  RCU,
  /// It begins an open-coded iterator.
  ITER_NEW,
  /// It makes the next step of an iterator.
  ITER_NEXT,
  /// It ends an iterator.
  ITER_DESTROY,
  /// It is called with RCU locked.
  RCU_PROTECTED,
  /// It keeps the registers r1 to r5.
  FASTCALL,
  /// It returns a pointer into an arena.
  ARENA_RET,
  /// Its first argument is a pointer into an arena.
  ARENA_ARG1,
  /// Its second argument is a pointer into an arena.
  ARENA_ARG2,
  /// The verifier supplies its last arguments.
  IMPLICIT_ARGS,
  /// It may be called while a spin lock is held.
  SPINLOCK_SAFE,
  /// It wants `CAP_PERFMON`.
  PERFMON,
  /// A function of the kernel decides which programs may call it.
  FILTERED
}
