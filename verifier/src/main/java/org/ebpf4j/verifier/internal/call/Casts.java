package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Kfuncs that say what a pointer is: `bpf_rdonly_cast` and `bpf_cast_to_kern_ctx`
/// (`check_special_kfunc` in `kernel/bpf/verifier.c`).
final class Casts {
  private Casts() {}

  /// What `bpf_rdonly_cast` gives: an object or memory of which nothing is sure, so that reads are
  /// checked at run time.
  ///
  /// @param type the id in the kernel's types
  static void readOnly(Walk walk, Reg reg, Btf types, long type) {
    if (type < 0 || type >= types.typeCount()) {
      throw new Refusal(
          Reason.TYPES, 2, "Unknown type ID %d passed to kfunc bpf_rdonly_cast".formatted(type));
    }
    if (type == 0 && walk.rules().atLeast(6, 17)) {
      reg.markPointer(RegisterKind.MEMORY);
      reg.flags = Reg.READ_ONLY | Reg.UNTRUSTED;
      return;
    }
    if (!(types.type((int) type) instanceof BtfType.Struct)) {
      throw new Refusal(
          Reason.TYPES,
          2,
          "kfunc bpf_rdonly_cast type ID argument must be of a struct"
              + (walk.rules().atLeast(6, 17) ? " or void" : ""));
    }
    reg.markPointer(RegisterKind.BTF_OBJECT);
    reg.flags = Reg.UNTRUSTED;
    reg.btf = types;
    reg.btfType = (int) type;
  }

  /// The argument of `bpf_cast_to_kern_ctx`.
  static void requireContext(Walk walk, int register) {
    var reg = walk.reg(register);
    if (reg.kind != RegisterKind.CONTEXT) {
      throw new Refusal(
          Reason.CALL,
          register,
          "R%d expected pointer to ctx, but got %s".formatted(register, Arguments.text(reg)));
    }
    Contexts.checkUnmoved(register, reg);
  }

  /// What `bpf_cast_to_kern_ctx` gives.
  static void context(Walk walk) {
    var struct = struct(walk.program().type());
    if (struct.isEmpty()) {
      throw new Refusal(
          Reason.GAVE_UP, 1, "what the kernel has behind this context is not known here");
    }
    Objects.set(walk, 0, struct, Reg.TRUSTED);
  }

  /// The struct that the kernel has behind the context of a type (`bpf_ctx_convert`).
  private static String struct(ProgramType type) {
    return switch (type) {
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          CGROUP_SKB,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          LWT_SEG6LOCAL,
          SK_SKB ->
          "sk_buff";
      case XDP -> "xdp_buff";
      case CGROUP_SOCK -> "sock";
      case CGROUP_SOCK_ADDR -> "bpf_sock_addr_kern";
      case SOCK_OPS -> "bpf_sock_ops_kern";
      case SK_MSG -> "sk_msg";
      case PERF_EVENT -> "bpf_perf_event_data_kern";
      case CGROUP_SYSCTL -> "bpf_sysctl_kern";
      case CGROUP_SOCKOPT -> "bpf_sockopt_kern";
      case SK_REUSEPORT -> "sk_reuseport_kern";
      case SK_LOOKUP -> "bpf_sk_lookup_kern";
      case KPROBE,
          CGROUP_DEVICE,
          FLOW_DISSECTOR,
          NETFILTER,
          TRACEPOINT,
          RAW_TRACEPOINT,
          RAW_TRACEPOINT_WRITABLE,
          TRACING,
          LIRC_MODE2,
          STRUCT_OPS,
          EXT,
          LSM,
          SYSCALL ->
          "";
    };
  }
}
