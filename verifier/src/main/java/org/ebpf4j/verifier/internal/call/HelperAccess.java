package org.ebpf4j.verifier.internal.call;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.HelperSignature;
import org.ebpf4j.verifier.internal.engine.Refusal;
import org.ebpf4j.verifier.internal.engine.Walk;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Which programs may call a helper function.
final class HelperAccess {
  /// What only iterators call.
  private static final Set<String> ITERATORS =
      Set.of("bpf_seq_printf", "bpf_seq_write", "bpf_seq_printf_btf");

  /// What programs on functions call.
  private static final Set<String> TRAMPOLINES = Set.of("bpf_get_func_arg", "bpf_get_func_arg_cnt");

  private static final Set<AttachType> ON_FUNCTIONS =
      EnumSet.of(
          AttachType.TRACE_FENTRY,
          AttachType.TRACE_FEXIT,
          AttachType.MODIFY_RETURN,
          AttachType.TRACE_FSESSION);

  private static final Set<AttachType> CONNECTS =
      EnumSet.of(AttachType.CGROUP_INET4_CONNECT, AttachType.CGROUP_INET6_CONNECT);

  private static final Set<AttachType> WITHOUT_RESULT =
      EnumSet.of(
          AttachType.CGROUP_UDP4_RECVMSG,
          AttachType.CGROUP_UDP6_RECVMSG,
          AttachType.CGROUP_UNIX_RECVMSG,
          AttachType.CGROUP_INET4_GETPEERNAME,
          AttachType.CGROUP_INET6_GETPEERNAME,
          AttachType.CGROUP_UNIX_GETPEERNAME,
          AttachType.CGROUP_INET4_GETSOCKNAME,
          AttachType.CGROUP_INET6_GETSOCKNAME,
          AttachType.CGROUP_UNIX_GETSOCKNAME,
          AttachType.CGROUP_INET_SOCK_RELEASE);

  private HelperAccess() {}

  /// What a call has to be like.
  ///
  /// @throws Refusal where the program may not call it
  static HelperSignature check(Walk walk, HelperFunction helper) {
    var program = walk.program();
    if (isNewer(walk, helper)) {
      throw new Refusal(
          Reason.CALL,
          -1,
          "invalid func unknown#" + helper.id(),
          "",
          helper.name() + " came with Linux " + helper.since());
    }
    var signature = helper.signature(program.type().number());
    if (signature.isEmpty() || !allows(helper.name(), program.type(), program.attachType())) {
      throw new Refusal(
          Reason.CALL,
          -1,
          "program of this type cannot use helper %s#%d".formatted(helper.name(), helper.id()),
          "",
          "call it from a program of a type that may, or use another function");
    }
    if (helper.gplOnly() && !program.gpl()) {
      throw new Refusal(
          Reason.CALL,
          -1,
          "cannot call GPL-restricted function from non-GPL compatible program",
          "",
          "give the object a license that is compatible with the GPL: char LICENSE[]"
              + " SEC(\"license\") = \"GPL\"");
    }
    if (program.type() == ProgramType.EXT || program.type() == ProgramType.STRUCT_OPS) {
      return checkedLater(signature.get(), helper, program.type());
    }
    return signature.get();
  }

  /// Which functions these may call depends on the target, or on the struct: those that all may.
  private static HelperSignature checkedLater(
      HelperSignature signature, HelperFunction helper, ProgramType type) {
    if (helper.programTypes().size() < 28) {
      throw new Refusal(
          Reason.GAVE_UP,
          -1,
          "whether programs of type %s may call %s is not known"
              .formatted(type.label(), helper.name()));
    }
    return signature;
  }

  private static boolean isNewer(Walk walk, HelperFunction helper) {
    var parts = helper.since().split("\\.", -1);
    return !walk.rules().atLeast(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }

  private static boolean allows(String name, ProgramType type, Optional<AttachType> attachType) {
    if (ITERATORS.contains(name)) {
      return attachType.filter(a -> a == AttachType.TRACE_ITER).isPresent();
    }
    if (TRAMPOLINES.contains(name)) {
      return attachType.filter(ON_FUNCTIONS::contains).isPresent();
    }
    return switch (name) {
      case "bpf_get_func_ret" ->
          attachType
              .filter(a ->
                  a == AttachType.TRACE_FEXIT
                      || a == AttachType.MODIFY_RETURN
                      || a == AttachType.TRACE_FSESSION)
              .isPresent();
      case "bpf_get_func_ip" ->
          type == ProgramType.KPROBE || attachType.filter(ON_FUNCTIONS::contains).isPresent();
      case "bpf_bind" -> attachType.filter(CONNECTS::contains).isPresent();
      case "bpf_setsockopt", "bpf_getsockopt" -> type != ProgramType.LSM;
      case "bpf_sk_storage_get", "bpf_sk_storage_delete" ->
          type != ProgramType.TRACING
              || attachType
                  .filter(a ->
                      a == AttachType.TRACE_ITER
                          || a == AttachType.TRACE_RAW_TP
                          || a == AttachType.TRACE_FENTRY
                          || a == AttachType.TRACE_FEXIT)
                  .isPresent();
      case "bpf_get_retval", "bpf_set_retval" ->
          attachType.filter(a -> !WITHOUT_RESULT.contains(a)).isPresent()
              || type == ProgramType.CGROUP_DEVICE
              || type == ProgramType.CGROUP_SYSCTL;
      default -> true;
    };
  }
}
