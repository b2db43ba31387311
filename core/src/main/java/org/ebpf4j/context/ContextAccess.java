package org.ebpf4j.context;

import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextField.Pointee;
import org.jspecify.annotations.Nullable;

/// What comes of an access to the context of a program.
public sealed interface ContextAccess {
  /// It is refused.
  ///
  /// @param why the reason, in words
  record Refused(String why) implements ContextAccess {}

  /// It reads or writes a number.
  record Number() implements ContextAccess {}

  /// It reads the address of the first byte of a packet, of the first behind it, or of the metadata
  /// before it.
  ///
  /// @param kind `DATA`, `DATA_END` or `DATA_META`
  record PacketAddress(ContextField.Kind kind) implements ContextAccess {}

  /// It reads the address of an object.
  record Pointer(Pointee to) implements ContextAccess {}

  /// It reads an argument of the function or tracepoint that the program is attached to, or what
  /// that function returns; the types of the kernel say what that is.
  ///
  /// @param offset where in the array of arguments
  /// @param size how many bytes
  record Argument(int offset, int size) implements ContextAccess {}

  /// It reads the address of the buffer that a tracepoint lets programs write to.
  record TracepointBuffer() implements ContextAccess {}

  /// An access of a program.
  ///
  /// @param offset from the begin of the context
  /// @param size how many bytes
  /// @param write whether it writes
  /// @param signExtended whether it is a load that extends the sign
  record Request(int offset, int size, boolean write, boolean signExtended) {
    private boolean isAligned() {
      return offset % size == 0;
    }
  }

  /// What comes of it.
  ///
  /// @param type the type of the program; for `ext` that of its target
  /// @param attachType its expected attach type
  /// @param version the kernel's, as `major << 8 | minor`
  static ContextAccess of(
      ProgramType type, Optional<AttachType> attachType, int version, Request request) {
    if (request.offset() < 0) {
      return new Refused("the context begins at offset 0");
    }
    var rules = ContextRules.of(type);
    return rules != null
        ? ofStruct(rules, type, attachType.orElse(null), version, request)
        : switch (type) {
          case KPROBE -> registers(version, request);
          case PERF_EVENT -> perfEvent(request);
          case TRACEPOINT -> tracepoint(version, request);
          case RAW_TRACEPOINT -> arguments(request);
          case RAW_TRACEPOINT_WRITABLE ->
              request.offset() == 0 ? writable(request) : arguments(request);
          case TRACING, LSM, STRUCT_OPS -> typed(request);
          case SYSCALL ->
              request.offset() < Limits.SYSCALL
                  ? new Number()
                  : new Refused("a context of this type has less than 65535 bytes");
          case LIRC_MODE2 ->
              !request.write() && request.offset() == 0 && request.size() == Integer.BYTES
                  ? new Number()
                  : new Refused("the context is one number of 4 bytes");
          case EXT -> new Refused("the type of the target is not known");
          case SOCKET_FILTER,
              SCHED_CLS,
              SCHED_ACT,
              XDP,
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
              SK_REUSEPORT,
              FLOW_DISSECTOR,
              CGROUP_SYSCTL,
              CGROUP_SOCKOPT,
              SK_LOOKUP,
              NETFILTER ->
              throw new IllegalStateException("no rules for contexts of " + type.label());
        };
  }

  private static ContextAccess ofStruct(
      ContextRules rules,
      ProgramType type,
      @Nullable AttachType attachType,
      int version,
      Request request) {
    int offset = request.offset();
    int size = request.size();
    if (offset >= rules.struct().size() || !request.isAligned()) {
      return new Refused(
          "struct " + rules.struct().name() + " has " + rules.struct().size() + " bytes");
    }
    var field = request.write() ? rules.writes(offset, size) : rules.reads(offset, size);
    if (field == null) {
      return new Refused(rules.why(offset, size, request.write()));
    }
    if (field.since() > version) {
      return new Refused(
          "'"
              + field.name()
              + "' of struct "
              + rules.struct().name()
              + " came with Linux "
              + (field.since() >> 8)
              + "."
              + (field.since() & 0xff));
    }
    if (!Attached.allows(type, attachType, field.name(), request.write())) {
      return new Refused(
          "'"
              + field.name()
              + "' of struct "
              + rules.struct().name()
              + " cannot be "
              + (request.write() ? "written" : "read")
              + " with this attach type");
    }
    return switch (field.kind()) {
      case PLAIN, BYTES, LENGTH -> new Number();
      case DATA, DATA_END, DATA_META ->
          request.signExtended()
              ? new Refused("an address is not read with its sign extended")
              : new PacketAddress(field.kind());
      case POINTER -> new Pointer(field.pointee());
    };
  }

  private static ContextAccess registers(int version, Request request) {
    if (request.offset() + request.size() > Limits.REGISTERS || !request.isAligned()) {
      return new Refused("struct pt_regs has " + Limits.REGISTERS + " bytes");
    }
    return request.write() && version < Limits.REGISTERS_WRITTEN
        ? new Refused("struct pt_regs cannot be written before Linux 6.18")
        : new Number();
  }

  private static ContextAccess perfEvent(Request request) {
    int offset = request.offset();
    if (request.write() || offset >= Limits.PERF_EVENT || !request.isAligned()) {
      return new Refused(
          "struct bpf_perf_event_data has " + Limits.PERF_EVENT + " bytes and is not written");
    }
    return offset >= Limits.REGISTERS || request.size() == Long.BYTES
        ? new Number()
        : new Refused("registers are read by 8 bytes");
  }

  private static ContextAccess tracepoint(int version, Request request) {
    int end = version < Limits.LARGE_RECORDS_SINCE ? Limits.RECORD : Limits.LARGE_RECORD;
    return request.write()
            || request.offset() < Long.BYTES
            || request.offset() >= end
            || !request.isAligned()
        ? new Refused("fields of a tracepoint begin at offset 8 and are not written")
        : new Number();
  }

  private static ContextAccess arguments(Request request) {
    return request.write() || request.offset() >= Limits.ARGUMENTS || !request.isAligned()
        ? new Refused("arguments are not written, and are 12 of 8 bytes")
        : new Number();
  }

  private static ContextAccess writable(Request request) {
    return request.write() || request.size() != Long.BYTES
        ? new Refused("the address of the buffer is read by 8 bytes")
        : new TracepointBuffer();
  }

  private static ContextAccess typed(Request request) {
    return request.write() || request.offset() >= Limits.ARGUMENTS || !request.isAligned()
        ? new Refused("arguments are not written, and are 12 of 8 bytes")
        : new Argument(request.offset(), request.size());
  }

  /// Sizes of contexts that are no struct of `include/uapi/linux/bpf.h`, on x86-64.
  final class Limits {
    private static final int SYSCALL = 0xffff;

    /// `struct pt_regs` in `arch/x86/include/asm/ptrace.h`.
    private static final int REGISTERS = 168;

    private static final int REGISTERS_WRITTEN = 6 << 8 | 18;

    /// `struct bpf_perf_event_data`: the registers and two numbers.
    private static final int PERF_EVENT = REGISTERS + 2 * Long.BYTES;

    /// `PERF_MAX_TRACE_SIZE` in `include/linux/trace_events.h`.
    private static final int RECORD = 2048;

    private static final int LARGE_RECORD = 8192;
    private static final int LARGE_RECORDS_SINCE = 5 << 8 | 15;

    /// `MAX_BPF_FUNC_ARGS` in `include/linux/bpf.h`, by 8 bytes.
    private static final int ARGUMENTS = 12 * Long.BYTES;

    private Limits() {}
  }

  /// What depends on the attach type.
  final class Attached {
    private static final Set<AttachType> IP4 =
        Set.of(
            AttachType.CGROUP_INET4_BIND,
            AttachType.CGROUP_INET4_CONNECT,
            AttachType.CGROUP_INET4_GETPEERNAME,
            AttachType.CGROUP_INET4_GETSOCKNAME,
            AttachType.CGROUP_UDP4_SENDMSG,
            AttachType.CGROUP_UDP4_RECVMSG);
    private static final Set<AttachType> IP6 =
        Set.of(
            AttachType.CGROUP_INET6_BIND,
            AttachType.CGROUP_INET6_CONNECT,
            AttachType.CGROUP_INET6_GETPEERNAME,
            AttachType.CGROUP_INET6_GETSOCKNAME,
            AttachType.CGROUP_UDP6_SENDMSG,
            AttachType.CGROUP_UDP6_RECVMSG);

    private Attached() {}

    private static boolean allows(
        ProgramType type, @Nullable AttachType attachType, String field, boolean write) {
      return switch (type) {
        case XDP -> !field.equals("egress_ifindex") || attachType == AttachType.XDP_DEVMAP;
        case CGROUP_SOCK -> socket(attachType, field);
        case CGROUP_SOCK_ADDR -> address(attachType, field);
        case CGROUP_SOCKOPT ->
            switch (field) {
              case "retval" -> attachType == AttachType.CGROUP_GETSOCKOPT;
              case "level", "optname" -> !write || attachType == AttachType.CGROUP_SETSOCKOPT;
              default -> true;
            };
        default -> true;
      };
    }

    /// Without an attach type (which is number 0), it is that of sockets when they are made.
    private static boolean socket(@Nullable AttachType attachType, String field) {
      return switch (field) {
        case "bound_dev_if", "mark", "priority" ->
            attachType == null
                || attachType == AttachType.CGROUP_INET_INGRESS
                || attachType == AttachType.CGROUP_INET_SOCK_CREATE
                || attachType == AttachType.CGROUP_INET_SOCK_RELEASE;
        case "src_ip4" -> attachType == AttachType.CGROUP_INET4_POST_BIND;
        case "src_ip6" -> attachType == AttachType.CGROUP_INET6_POST_BIND;
        case "src_port" ->
            attachType == AttachType.CGROUP_INET4_POST_BIND
                || attachType == AttachType.CGROUP_INET6_POST_BIND;
        default -> true;
      };
    }

    private static boolean address(@Nullable AttachType attachType, String field) {
      return switch (field) {
        case "user_ip4" -> attachType != null && IP4.contains(attachType);
        case "user_ip6" -> attachType != null && IP6.contains(attachType);
        case "msg_src_ip4" -> attachType == AttachType.CGROUP_UDP4_SENDMSG;
        case "msg_src_ip6" -> attachType == AttachType.CGROUP_UDP6_SENDMSG;
        default -> true;
      };
    }
  }
}
