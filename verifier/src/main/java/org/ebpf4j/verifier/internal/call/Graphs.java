package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.rule.GraphRoot;
import org.ebpf4j.verifier.internal.rule.SpecialField;
import org.ebpf4j.verifier.internal.rule.SpecialField.Kind;
import org.ebpf4j.verifier.internal.state.References;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// Lists and trees of objects that programs allocate (`__process_kf_arg_ptr_to_graph_root` and
/// `…_node` in `kernel/bpf/verifier.c`).
final class Graphs {
  private static final String ADD = "bpf_rbtree_add";

  private Graphs() {}

  /// The root that a register points to; its lock has to be held.
  static GraphRoot root(Walk walk, int register, Kind kind) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP_VALUE && !OwnObjects.isOwned(reg)) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R" + register + " expected pointer to map value or allocated object");
    }
    if (reg.kind == RegisterKind.BTF_OBJECT) {
      OwnObjects.requireOwned(walk, register);
    }
    long at = offset(reg, register, kind);
    var types = types(walk, reg);
    int type = reg.kind == RegisterKind.MAP_VALUE ? reg.requireMap().valueType() : reg.btfType;
    requireField(walk, register, at, kind);
    requireLocked(walk, register, kind);
    var root =
        GraphRoot.find(types, type, at, kind)
            .orElseThrow(() ->
                new Refusal(
                    Reason.TYPES,
                    register,
                    "what the %s at offset %d contains is not known".formatted(kind.label(), at)));
    if (reg.kind == RegisterKind.BTF_OBJECT
        && hasAny(walk, types, type, Kind.LIST_NODE, Kind.RB_NODE)
        && hasAny(walk, types, root.type(), Kind.LIST_HEAD, Kind.RB_ROOT)) {
      throw new Refusal(
          Reason.TYPES, register, "objects in lists of objects in lists contain each other");
    }
    return root;
  }

  private static boolean hasAny(Walk walk, Btf types, int type, Kind one, Kind other) {
    return walk.specialFields(types, type).stream()
        .anyMatch(f -> f.kind() == one || f.kind() == other);
  }

  private static long offset(Reg reg, int register, Kind kind) {
    if (!reg.isConstant()) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d doesn't have constant offset. %s has to be at the constant offset"
              .formatted(register, kind.label()));
    }
    return reg.off + reg.constant();
  }

  private static Btf types(Walk walk, Reg reg) {
    var types = reg.kind == RegisterKind.MAP_VALUE ? walk.program().types().orElse(null) : reg.btf;
    if (types == null) {
      throw new Refusal(Reason.TYPES, -1, "lists and trees need the types of the program");
    }
    return types;
  }

  private static void requireField(Walk walk, int register, long at, Kind kind) {
    var reg = walk.reg(register);
    var fields =
        reg.kind == RegisterKind.MAP_VALUE
            ? walk.specialFields(reg.requireMap())
            : walk.specialFields(types(walk, reg), reg.btfType);
    if (fields.stream().noneMatch(f -> f.kind() == kind && f.offset() == at)) {
      throw new Refusal(
          Reason.CALL, register, "%s not found at offset=%d".formatted(kind.label(), at));
    }
  }

  private static void requireLocked(Walk walk, int register, Kind kind) {
    var reg = walk.reg(register);
    var held = walk.state().references;
    var pointer = SpinLocks.pointer(reg);
    var locked =
        held.held.stream()
            .anyMatch(
                one -> isLock(one.kind()) && one.id() == reg.id && one.pointer().equals(pointer));
    if (held.activeLocks == 0 || !locked) {
      throw new Refusal(
          Reason.SECTION,
          register,
          held.activeLocks == 0
              ? "bpf_spin_lock must be held for " + kind.label()
              : "held lock and object are not in the same allocation",
          "the lock that is beside the " + kind.label(),
          "call it between bpf_spin_lock and bpf_spin_unlock of the lock in the same value");
    }
  }

  private static boolean isLock(References.Kind kind) {
    return switch (kind) {
      case LOCK, RES_LOCK, RES_LOCK_IRQ -> true;
      case POINTER, IRQ -> false;
    };
  }

  /// The node that a register points to, of an element of the list or tree of a root.
  ///
  /// @param nonOwning whether the element may be one that is in the list already
  static void node(
      Walk walk,
      String function,
      int register,
      @Nullable GraphRoot root,
      Kind kind,
      boolean nonOwning) {
    var reg = walk.reg(register);
    if (root == null) {
      throw new Refusal(
          Reason.GAVE_UP, register, "a node without a root before it is not followed here");
    }
    checkOwnership(walk, function, register, kind, nonOwning);
    long at = offset(reg, register, kind);
    requireField(walk, register, at, kind);
    var types = types(walk, reg);
    var same =
        walk.program().types().filter(own -> own.equals(types)).isPresent()
            && types.resolve(reg.btfType) == root.type();
    if (!same || at != root.node()) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "operation on %s expects arg#1 %s at offset=%d in struct %s, but arg is at offset=%d in struct %s"
              .formatted(
                  kind == Kind.LIST_NODE ? Kind.LIST_HEAD.label() : Kind.RB_ROOT.label(),
                  kind.label(),
                  root.node(),
                  walk.program().types().orElseThrow().name(root.type()),
                  at,
                  types.name(types.resolve(reg.btfType))));
    }
  }

  private static void checkOwnership(
      Walk walk, String function, int register, Kind kind, boolean nonOwning) {
    var reg = walk.reg(register);
    if (kind == Kind.RB_NODE && !function.startsWith(ADD)) {
      if (!OwnObjects.isNonOwning(reg) && (!OwnObjects.isOwned(reg) || reg.referenceId == 0)) {
        throw new Refusal(
            Reason.CALL,
            register,
            function + " can only take non-owning or refcounted bpf_rb_node pointer");
      }
      if (isComparing(walk)) {
        throw new Refusal(Reason.CALL, register, function + " not allowed in rbtree cb");
      }
      return;
    }
    if (nonOwning && OwnObjects.isNonOwning(reg) && reg.referenceId == 0) {
      return;
    }
    OwnObjects.requireOwned(walk, register);
  }

  /// Whether the program is in the function with which a tree compares its elements.
  static boolean isComparing(Walk walk) {
    for (int i = walk.state().depth; i > 0; i--) {
      var frame = walk.state().frame(i);
      if (frame.inCallback
          && walk.code().at(frame.callSite) instanceof Instruction.Call.Kfunc call
          && CalledKfunc.name(walk.program(), call).startsWith(ADD)) {
        return true;
      }
    }
    return false;
  }

  /// Puts a pointer to the node of an element into a register.
  static void set(Walk walk, Reg reg, GraphRoot root) {
    OwnObjects.set(walk, reg, root.type());
    reg.off = root.node();
  }

  /// Has the function walked with which a tree compares its elements.
  static void compare(Walk walk, int subprogram, GraphRoot root) {
    walk.pushCallback(
        subprogram,
        0,
        1,
        frame -> {
          for (int i = 1; i <= 2; i++) {
            set(walk, frame.regs[i], root);
            OwnObjects.makeNonOwning(walk, frame.regs[i]);
          }
        });
  }

  /// Which special field a struct of an argument is; null for none that is followed.
  static @Nullable Kind kind(String struct) {
    for (var kind : SpecialField.Kind.values()) {
      if (!kind.isPointer() && kind.label().equals(struct)) {
        return kind;
      }
    }
    return null;
  }
}
