package org.ebpf4j.verifier.internal.table;

import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextTable.ResultRange;
import org.jspecify.annotations.Nullable;

/// What programs may return, by type, attach type and kernel (`return_retval_range` in
/// `kernel/bpf/verifier.c`).
final class Results {
  private static final int MOST_ERRORS = 4095;

  /// Hooks of LSM that return a truth value (`bool_lsm_hooks` in `kernel/bpf/bpf_lsm.c`).
  private static final Set<String> TRUTHS =
      Set.of(
          "bpf_lsm_xfrm_state_pol_flow_match",
          "bpf_lsm_audit_rule_known",
          "bpf_lsm_inode_xattr_skipcap");

  private Results() {}

  static Optional<ResultRange> of(CheckedProgram program, Rules rules, TypedArguments target) {
    var attach = program.attachType().orElse(null);
    return switch (program.type()) {
      case CGROUP_SOCK_ADDR -> Optional.of(address(attach, rules));
      case CGROUP_SKB -> range(0, attach == AttachType.CGROUP_INET_EGRESS ? 3 : 1);
      case CGROUP_SOCK, SOCK_OPS, CGROUP_DEVICE, CGROUP_SYSCTL, CGROUP_SOCKOPT, SK_LOOKUP ->
          range(0, 1);
      case NETFILTER -> range(0, 1);
      case RAW_TRACEPOINT -> target.isKnown() ? range(0, 0) : Optional.empty();
      case TRACING -> tracing(attach);
      case KPROBE ->
          attach == AttachType.TRACE_KPROBE_SESSION || attach == AttachType.TRACE_UPROBE_SESSION
              ? range(0, 1)
              : Optional.empty();
      case LSM -> lsm(attach, rules, target);
      case STRUCT_OPS -> target.returnsPointer() ? range(0, 0) : Optional.empty();
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          TRACEPOINT,
          XDP,
          PERF_EVENT,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          SK_SKB,
          SK_MSG,
          LWT_SEG6LOCAL,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          RAW_TRACEPOINT_WRITABLE,
          EXT,
          SYSCALL ->
          Optional.empty();
    };
  }

  private static Optional<ResultRange> range(int min, int max) {
    return Optional.of(new ResultRange(min, max, false));
  }

  private static ResultRange address(@Nullable AttachType attach, Rules rules) {
    return switch (attach) {
      case CGROUP_UDP4_RECVMSG,
          CGROUP_UDP6_RECVMSG,
          CGROUP_UNIX_RECVMSG,
          CGROUP_INET4_GETPEERNAME,
          CGROUP_INET6_GETPEERNAME,
          CGROUP_UNIX_GETPEERNAME,
          CGROUP_INET4_GETSOCKNAME,
          CGROUP_INET6_GETSOCKNAME,
          CGROUP_UNIX_GETSOCKNAME ->
          new ResultRange(1, 1, false);
      case CGROUP_INET4_BIND, CGROUP_INET6_BIND ->
          new ResultRange(0, rules.atLeast(5, 12) ? 3 : 1, false);
      case null, default -> new ResultRange(0, 1, false);
    };
  }

  private static Optional<ResultRange> tracing(@Nullable AttachType attach) {
    return switch (attach) {
      case TRACE_FENTRY,
          TRACE_FEXIT,
          TRACE_FSESSION,
          TRACE_FENTRY_MULTI,
          TRACE_FEXIT_MULTI,
          TRACE_FSESSION_MULTI ->
          range(0, 0);
      case TRACE_RAW_TP, MODIFY_RETURN -> Optional.empty();
      case null, default -> range(0, 1);
    };
  }

  private static Optional<ResultRange> lsm(
      @Nullable AttachType attach, Rules rules, TypedArguments target) {
    if (attach == AttachType.LSM_CGROUP) {
      return target.isVoid() ? range(1, 1) : range(0, 1);
    }
    if (!rules.atLeast(6, 12) || target.isVoid()) {
      return Optional.empty();
    }
    return Optional.of(
        truth(target.name())
            ? new ResultRange(0, 1, true)
            : new ResultRange(-MOST_ERRORS, 0, true));
  }

  /// Whether a hook of LSM returns a truth value.
  static boolean truth(String hook) {
    return TRUTHS.contains(hook);
  }
}
