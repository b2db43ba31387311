package org.ebpf4j.verifier.internal.call;

import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.insn.KfuncFlag;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Objects of the kernel that kfuncs are given (`KF_ARG_PTR_TO_BTF_ID` and `KF_ARG_PTR_TO_CTX` in
/// `kernel/bpf/verifier.c`).
record KfuncObjects(Walk walk, CalledKfunc called) {
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

  static boolean isContext(BtfType.Struct struct) {
    return CONTEXTS.contains(struct.name());
  }

  static boolean isObject(Reg reg) {
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

  void context(int register, BtfType.Struct struct) {
    var reg = walk.reg(register);
    if (reg.kind == RegisterKind.BTF_OBJECT && struct.name().equals("__sk_buff")) {
      // What the context stands for does as well.
      object(register, "sk_buff");
      return;
    }
    if (reg.kind != RegisterKind.CONTEXT
        || !ParameterTypes.isContextOf(struct.name(), walk.program().type())) {
      throw called.notFollowed(register);
    }
    if (reg.off != 0 || !reg.isConstant() || reg.constant() != 0) {
      throw new Refusal(
          Reason.POINTER_ARITHMETIC,
          register,
          "dereference of modified ctx ptr R%d off=%d disallowed".formatted(register, reg.off));
    }
  }

  void object(int register, String struct) {
    var reg = walk.reg(register);
    var trusted = reg.has(Reg.TRUSTED) || reg.referenceId != 0;
    int modifiers = Reg.UNTRUSTED | Reg.PER_CPU | Reg.USER | Reg.ALLOCATED | Reg.NON_OWNING;
    if (reg.kind != RegisterKind.BTF_OBJECT) {
      throw called.notFollowed(register);
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
}
