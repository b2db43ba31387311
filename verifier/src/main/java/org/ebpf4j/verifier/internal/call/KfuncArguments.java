package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.jspecify.annotations.Nullable;

/// The arguments of a kfunc, by its prototype in the kernel's types and the suffixes of its
/// parameters (`check_kfunc_args` in `kernel/bpf/verifier.c`).
final class KfuncArguments {
  /// Structs that have rules of their own.
  private static final Set<String> SPECIAL =
      Set.of(
          "bpf_list_head",
          "bpf_list_node",
          "bpf_rb_root",
          "bpf_rb_node",
          "bpf_wq",
          "bpf_timer",
          "bpf_task_work",
          "bpf_res_spin_lock",
          "bpf_refcount");

  /// Structs that programs of some types see as their context.
  private static final Set<String> CONTEXTS =
      Set.of(
          "__sk_buff",
          "xdp_md",
          "bpf_sock_ops",
          "bpf_sock_addr",
          "bpf_sock",
          "sk_msg_md",
          "bpf_sockopt",
          "bpf_sysctl",
          "bpf_sk_lookup",
          "bpf_nf_ctx");

  private final Walk walk;
  private final CalledKfunc called;
  private @Nullable Iterators iterator;
  private @Nullable Reg iteratorState;
  private int iteratorRegister;
  private int releasedRegister = -1;
  private @Nullable Reg dynptr;

  KfuncArguments(Walk walk, CalledKfunc called) {
    this.walk = walk;
    this.called = called;
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
      default -> throw notFollowed(register);
    }
  }

  private Refusal notFollowed(int register) {
    return new Refusal(
        Reason.GAVE_UP,
        register,
        "argument " + register + " of " + called.name() + " is not followed here");
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
    }
    if (parameter.name().equals("rdonly_buf_size") || parameter.name().equals("rdwr_buf_size")) {
      throw notFollowed(register);
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
          "Possibly NULL pointer passed to trusted arg" + (register - 1),
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
      throw notFollowed(register);
    }
    var struct = called.types().type(target) instanceof BtfType.Struct one ? one : null;
    if (struct != null && struct.name().startsWith("bpf_dynptr")) {
      dynptr(register, parameter);
    } else if (CalledKfunc.hasSuffix(parameter, "__str")) {
      ConstantText.check(walk, register);
    } else if (CalledKfunc.hasSuffix(parameter, "__map")) {
      map(register);
    } else if (struct != null && struct.name().startsWith("bpf_iter_") && isIteratorFunction()) {
      iterate(register, struct, target);
    } else if ((struct != null && SPECIAL.contains(struct.name()))
        || CalledKfunc.hasSuffix(parameter, "__alloc")
        || CalledKfunc.hasSuffix(parameter, "__refcounted_kptr")
        || CalledKfunc.hasSuffix(parameter, "__irq_flag")
        || CalledKfunc.hasSuffix(parameter, "__uninit")
        || called.types().type(target) instanceof BtfType.Prototype
        || called.is(KfuncFlag.ARENA_ARG1)
        || called.is(KfuncFlag.ARENA_ARG2)) {
      throw notFollowed(register);
    } else if (next != null && isSize(next)) {
      number(register + 1, next);
      walk.checkSizedMemory(register, register + 1, true, true, false);
    } else if (struct != null && CONTEXTS.contains(struct.name())) {
      context(register, struct);
    } else if (struct != null && isObject(reg)) {
      object(register, struct.name());
    } else {
      memory(register, target);
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
          throw notFollowed(register);
        }
        var held = from.objectKind == Dynptrs.RINGBUF;
        dynptrs.make(register, from.objectKind, held ? from.referenceId : 0);
      }
      default -> throw notFollowed(register);
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

  private static boolean isObject(Reg reg) {
    return switch (reg.kind) {
      case BTF_OBJECT, SOCKET, SOCKET_COMMON, TCP_SOCKET -> true;
      case UNSET,
          SCALAR,
          CONTEXT,
          MAP,
          MAP_VALUE,
          MAP_KEY,
          STACK,
          PACKET_META,
          PACKET,
          PACKET_END,
          FLOW_KEYS,
          TP_BUFFER,
          XDP_SOCKET,
          MEMORY,
          ARENA,
          BUFFER,
          FUNCTION,
          INSTRUCTION,
          DYNPTR ->
          false;
    };
  }

  private void map(int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.MAP) {
      throw new Refusal(Reason.CALL, register, "pointer in R" + register + " isn't map pointer");
    }
  }

  private void context(int register, BtfType.Struct struct) {
    var reg = walk.reg(register);
    if (reg.kind == RegisterKind.BTF_OBJECT && struct.name().equals("__sk_buff")) {
      // What the context stands for does as well.
      object(register, "sk_buff");
      return;
    }
    if (reg.kind != RegisterKind.CONTEXT
        || !ParameterTypes.isContextOf(struct.name(), walk.program().type())) {
      throw notFollowed(register);
    }
    if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "dereference of modified ctx ptr R%d off=%d disallowed".formatted(register, reg.off));
    }
  }

  private void object(int register, String struct) {
    var reg = walk.reg(register);
    var trusted = reg.has(Reg.TRUSTED) || reg.referenceId != 0;
    int modifiers = Reg.UNTRUSTED | Reg.PER_CPU | Reg.USER | Reg.ALLOCATED | Reg.NON_OWNING;
    if (reg.kind != RegisterKind.BTF_OBJECT) {
      throw notFollowed(register);
    }
    if ((reg.flags & modifiers) != 0) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d must be referenced or trusted".formatted(register),
          "",
          "hand an argument of the hook, or what an acquiring function gave");
    }
    var wantsTrust = called.is(KfuncFlag.TRUSTED_ARGS) || called.is(KfuncFlag.RCU);
    var rcuTaken = reg.has(Reg.RCU) && called.is(KfuncFlag.RCU);
    if ((wantsTrust && !trusted && !rcuTaken)
        || (called.is(KfuncFlag.RELEASE) && reg.referenceId == 0)) {
      throw new Refusal(
          Reason.CALL,
          register,
          called.is(KfuncFlag.RELEASE)
              ? "release kfunc %s expects referenced PTR_TO_BTF_ID passed to R%d"
                  .formatted(called.name(), register)
              : "R%d must be %s"
                  .formatted(
                      register,
                      called.is(KfuncFlag.RCU) ? "a rcu pointer" : "referenced or trusted"),
          "",
          "hand an argument of the hook, or what an acquiring function gave");
    }
    if (reg.off < 0
        || !reg.isConstant()
        || reg.constant() != 0
        || (called.is(KfuncFlag.RELEASE) && reg.off != 0)) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "R%d must have zero offset when passed to release func or trusted arg to kfunc"
              .formatted(register));
    }
    if (called.is(KfuncFlag.RELEASE)) {
      releasedRegister = register;
    }
    var types = reg.btf;
    if (types == null
        || !Objects.isA(types, reg.btfType, reg.off, struct, called.is(KfuncFlag.RELEASE))) {
      throw new Refusal(
          Reason.TYPES,
          register,
          "kernel function %s R%d expected pointer to STRUCT %s but R%d has a pointer to STRUCT %s"
              .formatted(
                  called.name(),
                  register,
                  struct,
                  register,
                  types == null ? "?" : types.name(types.resolve(reg.btfType))));
    }
  }

  /// Memory of the type in the prototype, which the function may read and write.
  private void memory(int register, int target) {
    var types = called.types();
    var type = types.type(target);
    if (!(type instanceof BtfType.Int
        || type instanceof BtfType.Enum
        || type instanceof BtfType.Struct)) {
      throw notFollowed(register);
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

  /// Takes the reference away that the released argument holds.
  void release() {
    if (releasedRegister < 0 || !walk.releaseReference(walk.reg(releasedRegister).referenceId)) {
      throw new Refusal(
          Reason.REFERENCE,
          -1,
          "release kernel function " + called.name() + " expects refcounted PTR_TO_BTF_ID");
    }
  }
}
