package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.AttachType;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Objects that a program allocates: `bpf_obj_new`, `bpf_obj_drop` and `bpf_refcount_acquire`.
final class OwnObjects {
  /// What makes a pointer to an object another one than that to an object of the program.
  private static final int MODIFIERS =
      Reg.UNTRUSTED | Reg.PER_CPU | Reg.USER | Reg.TRUSTED | Reg.MAYBE_NULL;

  private OwnObjects() {}

  /// Whether a register points to an object that the program allocated, and owns it or not.
  static boolean isAllocated(Reg reg) {
    return reg.kind == RegisterKind.BTF_OBJECT
        && reg.has(Reg.ALLOCATED)
        && (reg.flags & MODIFIERS) == 0;
  }

  /// Whether a register owns an object that the program allocated.
  static boolean isOwned(Reg reg) {
    return isAllocated(reg) && !reg.has(Reg.NON_OWNING) && !reg.has(Reg.RCU);
  }

  static boolean isNonOwning(Reg reg) {
    return isAllocated(reg) && reg.has(Reg.NON_OWNING);
  }

  /// The argument of a function that takes an object: it has to own it.
  static void requireOwned(Walk walk, int register) {
    var reg = walk.reg(register);
    if (!isOwned(reg)) {
      throw new Refusal(
          Reason.CALL, register, "R" + register + " expected pointer to allocated object");
    }
    if (reg.referenceId == 0) {
      throw new Refusal(
          Reason.REFERENCE,
          register,
          "allocated object must be referenced",
          "",
          "hand the object before it is put into a list, a tree or a map");
    }
  }

  /// Puts a pointer to an object of a type of the program into a register.
  static void set(Walk walk, Reg reg, int type) {
    reg.markPointer(RegisterKind.BTF_OBJECT);
    reg.flags = Reg.ALLOCATED;
    reg.btf = walk.program().types().orElseThrow();
    reg.btfType = type;
  }

  /// What `bpf_obj_new` gives.
  ///
  /// @param type the id of a struct in the types of the program
  static void allocate(Walk walk, Reg reg, long type) {
    if (type < 0 || type > 0xffffffffL) {
      throw new Refusal(Reason.CALL, 1, "local type ID argument must be in range [0, U32_MAX]");
    }
    var types =
        walk.program()
            .types()
            .orElseThrow(() ->
                new Refusal(Reason.TYPES, -1, "bpf_obj_new/bpf_percpu_obj_new requires prog BTF"));
    if (type == 0
        || type >= types.typeCount()
        || !(types.type((int) type) instanceof BtfType.Struct struct)
        || struct.union()) {
      throw new Refusal(
          Reason.TYPES, 1, "bpf_obj_new/bpf_percpu_obj_new type ID argument must be of a struct");
    }
    for (var field : walk.specialFields(types, (int) type)) {
      switch (field.kind()) {
        case SPIN_LOCK,
            RES_SPIN_LOCK,
            LIST_HEAD,
            LIST_NODE,
            RB_ROOT,
            RB_NODE,
            REFCOUNT,
            POINTER,
            UNTRUSTED_POINTER -> {}
        case TIMER, WORKQUEUE, TASK_WORK, PER_CPU_POINTER, USER_POINTER ->
            throw new Refusal(
                Reason.GAVE_UP,
                1,
                "objects with a " + field.kind().label() + " are not followed here");
      }
    }
    set(walk, reg, (int) type);
  }

  /// Whether objects of a type count who holds them.
  static boolean isCounted(Walk walk, Reg reg) {
    var types = reg.btf;
    return types != null
        && walk.specialFields(types, reg.btfType).stream()
            .anyMatch(f -> f.kind() == SpecialField.Kind.REFCOUNT);
  }

  /// The argument of `bpf_refcount_acquire`.
  static void requireCounted(Walk walk, int register) {
    var reg = walk.reg(register);
    if (!isAllocated(reg)) {
      throw new Refusal(
          Reason.CALL, register, "R" + register + " is neither owning or non-owning ref");
    }
    if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "dereference of modified ptr_ ptr R%d off=%d disallowed".formatted(register, reg.off));
    }
    if (!isCounted(walk, reg)) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "R" + register + " doesn't point to a type with bpf_refcount field");
    }
  }

  /// A program on functions of the kernel may run where memory cannot be given back.
  static void checkDrop(Walk walk, String function, Reg reg) {
    var types = reg.btf;
    if (types == null || !walk.rules().atLeast(7, 0)) {
      return;
    }
    var tracing =
        switch (walk.program().type()) {
          case KPROBE, TRACEPOINT, PERF_EVENT, RAW_TRACEPOINT, RAW_TRACEPOINT_WRITABLE -> true;
          case TRACING ->
              walk.program().attachType().filter(a -> a == AttachType.TRACE_ITER).isEmpty()
                  && !walk.program().sleepable();
          default -> false;
        };
    if (tracing && !walk.specialFields(types, reg.btfType).isEmpty()) {
      throw new Refusal(
          Reason.CALL,
          1,
          function + " cannot be used in tracing programs on types with NMI unsafe fields");
    }
  }

  /// A reference that a list or tree owns from now on: what pointed to the object may still read
  /// and write it, until the lock is given back.
  static void disown(Walk walk, int reference) {
    if (!walk.state().references.release(reference)) {
      throw new Refusal(Reason.REFERENCE, 2, "allocated object must be referenced");
    }
    walk.state()
        .forEach(reg -> {
          if (reg.referenceId == reference) {
            reg.referenceId = 0;
            reg.id = 0;
            makeNonOwning(walk, reg);
          }
        });
  }

  /// The object is in a list or tree, which owns it.
  static void makeNonOwning(Walk walk, Reg reg) {
    reg.flags |= Reg.NON_OWNING | (isCounted(walk, reg) ? Reg.RCU : 0);
  }
}
