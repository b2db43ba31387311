package org.ebpf4j.verifier.internal.table;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.context.ContextAccess;
import org.ebpf4j.context.ContextAccess.Request;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.internal.rule.ContextField;
import org.ebpf4j.verifier.internal.rule.ContextTable;
import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;

/// The context of a program by the tables of core: structs that the kernel converts, registers,
/// fields of tracepoints, and arguments whose types the kernel's BTF has.
///
/// @param type the type of the program
/// @param attachType its expected attach type
/// @param version the kernel's version, as `major << 8 | minor`
/// @param arguments the arguments of what it is attached to
/// @param result what it may return
record ProgramContext(
    ProgramType type,
    Optional<AttachType> attachType,
    int version,
    TypedArguments arguments,
    Optional<ResultRange> result)
    implements ContextTable {
  /// Linux 7.3.
  private static final int OFFSETS_SINCE = 7 << 8 | 3;

  /// Types that read packets but do not write them (`may_access_direct_pkt_data`).
  private static final Set<ProgramType> READERS =
      EnumSet.of(
          ProgramType.LWT_IN,
          ProgramType.LWT_OUT,
          ProgramType.LWT_SEG6LOCAL,
          ProgramType.SK_REUSEPORT,
          ProgramType.FLOW_DISSECTOR,
          ProgramType.CGROUP_SKB);

  private static final Set<ProgramType> WRITERS =
      EnumSet.of(
          ProgramType.SCHED_CLS,
          ProgramType.SCHED_ACT,
          ProgramType.XDP,
          ProgramType.LWT_XMIT,
          ProgramType.SK_SKB,
          ProgramType.SK_MSG,
          ProgramType.CGROUP_SOCKOPT);

  /// Types whose accesses to the context the kernel leaves as they are.
  private static final Set<ProgramType> NOT_CONVERTED =
      EnumSet.of(
          ProgramType.KPROBE,
          ProgramType.TRACEPOINT,
          ProgramType.RAW_TRACEPOINT,
          ProgramType.RAW_TRACEPOINT_WRITABLE,
          ProgramType.TRACING,
          ProgramType.LSM,
          ProgramType.STRUCT_OPS,
          ProgramType.SYSCALL,
          ProgramType.CGROUP_DEVICE,
          ProgramType.NETFILTER,
          ProgramType.LIRC_MODE2);

  static ProgramContext of(CheckedProgram program, Rules rules) {
    var arguments = TypedArguments.of(program);
    return new ProgramContext(
        program.type(),
        program.attachType(),
        rules.version(),
        arguments,
        Results.of(program, rules, arguments));
  }

  @Override
  public ContextField field(int offset, int size, boolean write, boolean signed) {
    var request = new Request(offset, size, write, signed);
    return switch (ContextAccess.of(type, attachType, version, request)) {
      case ContextAccess.Refused _ -> new ContextField.Refused("");
      case ContextAccess.Number() -> new ContextField.Number(size);
      case ContextAccess.PacketAddress(var kind) ->
          new ContextField.Pointer(
              switch (kind) {
                case DATA -> RegisterKind.PACKET;
                case DATA_END -> RegisterKind.PACKET_END;
                case DATA_META -> RegisterKind.PACKET_META;
                case PLAIN, BYTES, LENGTH, POINTER -> throw new IllegalStateException("" + kind);
              });
      case ContextAccess.Pointer(var to) -> pointer(to);
      case ContextAccess.TracepointBuffer() -> new ContextField.Pointer(RegisterKind.TP_BUFFER);
      case ContextAccess.Argument(int at, int bytes) -> arguments.argument(at, bytes, version);
    };
  }

  private ContextField pointer(org.ebpf4j.context.ContextField.Pointee to) {
    return switch (to) {
      case NONE -> new ContextField.Refused("");
      case FLOW_KEYS -> new ContextField.Pointer(RegisterKind.FLOW_KEYS);
      case SOCKET -> new ContextField.Pointer(RegisterKind.SOCKET);
      case SOCKET_OR_NULL -> nullable(RegisterKind.SOCKET);
      case SOCKET_COMMON_OR_NULL -> nullable(RegisterKind.SOCKET_COMMON);
      case HOOK_STATE -> arguments.object("nf_hook_state");
      case SOCKET_BUFFER -> arguments.object("sk_buff");
    };
  }

  private static ContextField nullable(RegisterKind kind) {
    return new ContextField.Pointer(kind, Reg.MAYBE_NULL, 0, Optional.empty(), 0, false);
  }

  @Override
  public boolean packetAccess(boolean write) {
    return WRITERS.contains(type) || (!write && READERS.contains(type));
  }

  @Override
  public boolean allowsOffset() {
    return version >= OFFSETS_SINCE && NOT_CONVERTED.contains(type);
  }

  @Override
  public boolean isTruth() {
    return Results.truth(arguments.name());
  }
}
