package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// The arguments of a kfunc, by its prototype in the kernel's types and the suffixes of its
/// parameters (`check_kfunc_args` in `kernel/bpf/verifier.c`).
final class KfuncArguments {
  private final Walk walk;
  private final CalledKfunc called;
  private @Nullable Iterators iterator;
  private @Nullable Reg iteratorState;
  private int iteratorRegister;
  private final KfuncFields special;
  private @Nullable Reg dynptr;
  private long constant = -1;

  KfuncArguments(Walk walk, CalledKfunc called) {
    this.walk = walk;
    this.called = called;
    special = new KfuncFields(walk, called);
  }

  /// The special fields, maps and functions among the arguments.
  KfuncFields special() {
    return special;
  }

  /// The number of the argument that has to be known; -1 where there is none.
  long constant() {
    return constant;
  }

  /// The iterator among the arguments.
  @Nullable Iterators iterator() {
    return iterator;
  }

  int iteratorRegister() {
    return iteratorRegister;
  }

  /// What is known of that iterator, where there is one already.
  @Nullable Reg iteratorState() {
    return iteratorState;
  }

  int iteratorReference() {
    var state = iteratorState;
    return state == null ? 0 : state.referenceId;
  }

  void check() {
    var parameters = called.prototype().parameters();
    for (int i = 0; i < parameters.size(); i++) {
      var parameter = parameters.get(i);
      var next = i + 1 < parameters.size() ? parameters.get(i + 1) : null;
      if (CalledKfunc.hasSuffix(parameter, "__ign") || CalledKfunc.hasSuffix(parameter, "__prog")) {
        continue;
      }
      if (isSize(parameter) && i > 0) {
        continue;
      }
      walk.requireSet(i + 1);
      argument(i + 1, parameter, next);
    }
  }

  private boolean isSize(BtfType.Parameter parameter) {
    return CalledKfunc.hasSuffix(parameter, "__sz") || CalledKfunc.hasSuffix(parameter, "__szk");
  }

  private void argument(
      int register, BtfType.Parameter parameter, BtfType.@Nullable Parameter next) {
    var types = called.types();
    switch (types.type(types.resolve(parameter.type()))) {
      case BtfType.Int _, BtfType.Enum _ -> number(register, parameter);
      case BtfType.Pointer(int target) -> pointer(register, parameter, types.resolve(target), next);
      default -> throw called.notFollowed(register);
    }
  }

  private void number(int register, BtfType.Parameter parameter) {
    var reg = walk.reg(register);
    if (!reg.isScalar()) {
      throw new Refusal(Reason.CALL, register, "R" + register + " is not a scalar");
    }
    if (CalledKfunc.hasSuffix(parameter, "__k")) {
      if (!reg.isConstant()) {
        throw new Refusal(Reason.CALL, register, "R" + register + " must be a known constant");
      }
      walk.markPrecise(register);
      constant = reg.constant();
    }
    if (parameter.name().equals("rdonly_buf_size") || parameter.name().equals("rdwr_buf_size")) {
      throw called.notFollowed(register);
    }
  }

  private void pointer(
      int register, BtfType.Parameter parameter, int target, BtfType.@Nullable Parameter next) {
    var reg = walk.reg(register);
    var nullable =
        CalledKfunc.hasSuffix(parameter, "__nullable") || CalledKfunc.hasSuffix(parameter, "__opt");
    if ((reg.isNull() || reg.mayBeNull()) && !nullable) {
      throw new Refusal(
          Reason.NULL,
          register,
          "Possibly NULL pointer passed to trusted "
              + (walk.rules().atLeast(7, 3) ? "R" + register : "arg" + (register - 1)),
          "a check that the pointer is not null",
          "check it after the call that gave it: if (!p) return …");
    }
    if (reg.isNull()) {
      walk.markPrecise(register);
      if (next != null && isSize(next)) {
        number(register + 1, next);
      }
      return;
    }
    if (reg.mayBeNull()) {
      throw called.notFollowed(register);
    }
    if (called.is(KfuncFlag.RELEASE) && register == 1) {
      checkReleased(register, parameter);
    }
    if (called.name().equals("bpf_cast_to_kern_ctx")) {
      Casts.requireContext(walk, register);
      return;
    }
    var struct = called.types().type(target) instanceof BtfType.Struct one ? one : null;
    if (struct != null && struct.name().startsWith("bpf_dynptr")) {
      dynptr(register, parameter);
    } else if (CalledKfunc.hasSuffix(parameter, "__str")) {
      ConstantText.check(walk, register);
    } else if (CalledKfunc.hasSuffix(parameter, "__map")
        || CalledKfunc.hasSuffix(parameter, "__const_map")) {
      special.map(register);
    } else if (struct != null && struct.name().startsWith("bpf_iter_") && isIteratorFunction()) {
      iterate(register, struct, target);
    } else if (struct != null && special.takes(register, parameter, struct.name())) {
      return;
    } else if (CalledKfunc.hasSuffix(parameter, "__alloc")) {
      if (!called.name().startsWith("bpf_obj_drop")) {
        throw new Refusal(Reason.CALL, register, "R" + register + " expected for bpf_obj_drop()");
      }
      OwnObjects.requireOwned(walk, register);
    } else if (CalledKfunc.hasSuffix(parameter, "__refcounted_kptr")) {
      OwnObjects.requireCounted(walk, register);
    } else if (called.types().type(target) instanceof BtfType.Prototype) {
      special.function(register);
    } else if (CalledKfunc.hasSuffix(parameter, "__irq_flag")
        || CalledKfunc.hasSuffix(parameter, "__uninit")
        || called.is(KfuncFlag.ARENA_ARG1)
        || called.is(KfuncFlag.ARENA_ARG2)) {
      throw called.notFollowed(register);
    } else if (next != null && isSize(next)) {
      number(register + 1, next);
      walk.checkSizedMemory(register, register + 1, true, true, false);
    } else if (struct != null && KfuncObjects.isContext(struct)) {
      new KfuncObjects(walk, called).context(register, struct);
    } else if (struct != null && KfuncObjects.isObject(reg)) {
      new KfuncObjects(walk, called).object(register, struct.name());
    } else {
      memory(register, target);
    }
  }

  /// What is given back is held, and is handed as it came.
  private void checkReleased(int register, BtfType.Parameter parameter) {
    var reg = walk.reg(register);
    if (called.struct(parameter).filter(s -> s.name().startsWith("bpf_dynptr")).isPresent()) {
      throw called.notFollowed(register);
    }
    if (reg.referenceId == 0) {
      throw new Refusal(
          Reason.CALL,
          register,
          "release kfunc %s expects referenced PTR_TO_BTF_ID passed to R%d"
              .formatted(called.name(), register),
          "",
          "hand an argument of the hook, or what an acquiring function gave");
    }
    if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "R%d must have zero offset when passed to release func or trusted arg to kfunc"
              .formatted(register));
    }
  }

  /// The dynptr among the arguments; the first of several.
  @Nullable Reg dynptr() {
    return dynptr;
  }

  private void dynptr(int register, BtfType.Parameter parameter) {
    var dynptrs = new Dynptrs(walk);
    if (!CalledKfunc.hasSuffix(parameter, "__uninit")) {
      var found = dynptrs.require(register, 0);
      if (dynptr == null) {
        dynptr = new Reg(found);
      }
      return;
    }
    var from = dynptr;
    switch (called.name()) {
      case "bpf_dynptr_from_skb" -> dynptrs.make(register, Dynptrs.SOCKET_BUFFER, 0);
      case "bpf_dynptr_from_xdp" -> dynptrs.make(register, Dynptrs.XDP, 0);
      case "bpf_dynptr_clone" -> {
        if (from == null) {
          throw called.notFollowed(register);
        }
        var held = from.objectKind == Dynptrs.RINGBUF;
        dynptrs.make(register, from.objectKind, held ? from.referenceId : 0);
      }
      default -> throw called.notFollowed(register);
    }
  }

  private boolean isIteratorFunction() {
    return called.is(KfuncFlag.ITER_NEW)
        || called.is(KfuncFlag.ITER_NEXT)
        || called.is(KfuncFlag.ITER_DESTROY);
  }

  private void iterate(int register, BtfType.Struct struct, int type) {
    var found = new Iterators(walk, called.types(), struct.name(), type, KfuncCalls.slots(struct));
    iterator = found;
    iteratorRegister = register;
    if (!called.is(KfuncFlag.ITER_NEW)) {
      iteratorState = found.require(register);
    }
  }

  /// Memory of the type in the prototype, which the function may read and write.
  private void memory(int register, int target) {
    var types = called.types();
    var type = types.type(target);
    if (!(type instanceof BtfType.Int
        || type instanceof BtfType.Enum
        || type instanceof BtfType.Struct)) {
      throw called.notFollowed(register);
    }
    if (type instanceof BtfType.Struct struct
        && !ParameterTypes.isPlain(called.types(), struct, 0)) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "kernel function %s args#%d expected pointer to STRUCT %s"
              .formatted(called.name(), register - 1, struct.name()));
    }
    walk.checkMemory(register, (int) types.size(target), false, true);
  }

  /// Takes the reference away that the released argument holds: always the first.
  void release() {
    var reg = walk.reg(1);
    if (reg.referenceId == 0 || !walk.releaseReference(reg.referenceId)) {
      throw new Refusal(
          Reason.REFERENCE,
          -1,
          "release kernel function " + called.name() + " expects refcounted PTR_TO_BTF_ID");
    }
  }
}
