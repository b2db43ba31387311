package org.ebpf4j.verifier.internal.table;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;

/// What has to be true of a program before it is walked (`check_attach_btf_id` in
/// `kernel/bpf/verifier.c`).
public final class LoadRules {
  private static final Set<AttachType> SLEEPABLE =
      EnumSet.of(
          AttachType.TRACE_FENTRY,
          AttachType.TRACE_FEXIT,
          AttachType.MODIFY_RETURN,
          AttachType.TRACE_FSESSION,
          AttachType.TRACE_FENTRY_MULTI,
          AttachType.TRACE_FEXIT_MULTI,
          AttachType.TRACE_FSESSION_MULTI,
          AttachType.TRACE_ITER);

  /// Hooks of LSM that programs are not put on (`bpf_lsm_disabled_hooks` in
  /// `kernel/bpf/bpf_lsm.c`).
  private static final Set<String> DISABLED =
      Set.of(
          "bpf_lsm_vm_enough_memory",
          "bpf_lsm_inode_need_killpriv",
          "bpf_lsm_inode_getsecurity",
          "bpf_lsm_inode_listsecurity",
          "bpf_lsm_inode_copy_up_xattr",
          "bpf_lsm_getselfattr",
          "bpf_lsm_getprocattr",
          "bpf_lsm_setprocattr",
          "bpf_lsm_key_getsecurity",
          "bpf_lsm_audit_rule_match",
          "bpf_lsm_xfrm_decode_session",
          "bpf_lsm_ismaclabel",
          "bpf_lsm_file_alloc_security");

  private LoadRules() {}

  /// What the kernel says of a program that breaks one; empty where it breaks none.
  public static Optional<String> refusal(CheckedProgram program, Rules rules) {
    if (program.sleepable() && !maySleep(program, rules)) {
      return Optional.of("Program of this type cannot be sleepable");
    }
    if (program.type() == ProgramType.SYSCALL && !program.sleepable()) {
      return Optional.of("Syscall programs can only be sleepable");
    }
    if (program.type() == ProgramType.LSM) {
      var hook = TypedArguments.of(program).name();
      if (!program.gpl()) {
        return Optional.of("LSM programs must have a GPL compatible license");
      }
      if (rules.atLeast(6, 12) && DISABLED.contains(hook)) {
        return Optional.of("points to disabled hook " + hook);
      }
    }
    return Optional.empty();
  }

  private static boolean maySleep(CheckedProgram program, Rules rules) {
    return switch (program.type()) {
      case TRACING ->
          program
              .attachType()
              .filter(a ->
                  SLEEPABLE.contains(a) || (a == AttachType.TRACE_RAW_TP && rules.atLeast(7, 0)))
              .isPresent();
      case LSM -> program.attachType().filter(a -> a == AttachType.LSM_CGROUP).isEmpty();
      case KPROBE, STRUCT_OPS, SYSCALL, EXT -> true;
      case RAW_TRACEPOINT, TRACEPOINT -> rules.atLeast(7, 0);
      case SOCKET_FILTER,
          SCHED_CLS,
          SCHED_ACT,
          XDP,
          PERF_EVENT,
          CGROUP_SKB,
          CGROUP_SOCK,
          LWT_IN,
          LWT_OUT,
          LWT_XMIT,
          SOCK_OPS,
          SK_SKB,
          CGROUP_DEVICE,
          SK_MSG,
          CGROUP_SOCK_ADDR,
          LWT_SEG6LOCAL,
          LIRC_MODE2,
          SK_REUSEPORT,
          FLOW_DISSECTOR,
          CGROUP_SYSCTL,
          RAW_TRACEPOINT_WRITABLE,
          CGROUP_SOCKOPT,
          SK_LOOKUP,
          NETFILTER ->
          false;
    };
  }
}
