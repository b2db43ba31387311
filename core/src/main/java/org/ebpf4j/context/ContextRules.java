package org.ebpf4j.context;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.ProgramType;
import org.jspecify.annotations.Nullable;

/// What programs of a type may do with their context, with any attach type and on any kernel
/// (`…_is_valid_access` in `net/core/filter.c` and `kernel/bpf/cgroup.c`). What else depends on the
/// attach type and the kernel says [ContextAccess].
public final class ContextRules {
  private static final Set<String> SOCKET =
      Set.of(
          "family",
          "remote_ip4",
          "local_ip4",
          "remote_ip6",
          "local_ip6",
          "remote_port",
          "local_port");

  private static final Map<ProgramType, ContextRules> ALL = all();

  private final ContextStruct struct;
  private final @Nullable ContextField[] fields;
  private final boolean[] readable;
  private final boolean[] writable;

  private ContextRules(ContextStruct struct, Set<String> hidden, Set<String> writable) {
    this.struct = struct;
    this.fields = struct.byOffset();
    this.readable = new boolean[struct.size()];
    this.writable = new boolean[struct.size()];
    for (int i = 0; i < fields.length; i++) {
      var field = fields[i];
      this.readable[i] = field != null && !hidden.contains(field.name());
    }
    for (var name : writable) {
      var field = struct.field(name);
      for (int i = 0; i < field.size(); i++) {
        this.writable[field.offset() + i] = true;
      }
    }
  }

  private static Set<String> and(Set<String> some, String... more) {
    var all = new HashSet<>(some);
    all.addAll(Set.of(more));
    return all;
  }

  private static ContextRules of(String struct, Set<String> hidden, String... writable) {
    return new ContextRules(ContextStruct.named(struct), hidden, Set.of(writable));
  }

  private static Map<ProgramType, ContextRules> all() {
    var all = new EnumMap<ProgramType, ContextRules>(ProgramType.class);
    all.put(ProgramType.XDP, of("xdp_md", Set.of()));
    var classifier =
        of(
            "__sk_buff",
            and(SOCKET, "flow_keys"),
            "mark",
            "tc_index",
            "priority",
            "tc_classid",
            "cb",
            "tstamp",
            "queue_mapping");
    all.put(ProgramType.SCHED_CLS, classifier);
    all.put(ProgramType.SCHED_ACT, classifier);
    all.put(
        ProgramType.SOCKET_FILTER,
        of(
            "__sk_buff",
            and(
                SOCKET,
                "tc_classid",
                "data",
                "data_meta",
                "data_end",
                "tstamp",
                "wire_len",
                "hwtstamp",
                "flow_keys",
                "tstamp_type"),
            "cb"));
    all.put(
        ProgramType.CGROUP_SKB,
        of(
            "__sk_buff",
            Set.of("tc_classid", "data_meta", "wire_len", "flow_keys", "tstamp_type"),
            "mark",
            "priority",
            "cb",
            "tstamp"));
    var tunnel =
        of(
            "__sk_buff",
            and(
                SOCKET,
                "tc_classid",
                "data_meta",
                "tstamp",
                "wire_len",
                "hwtstamp",
                "flow_keys",
                "tstamp_type"),
            "mark",
            "priority",
            "cb");
    all.put(ProgramType.LWT_IN, tunnel);
    all.put(ProgramType.LWT_OUT, tunnel);
    all.put(ProgramType.LWT_XMIT, tunnel);
    all.put(ProgramType.LWT_SEG6LOCAL, tunnel);
    all.put(
        ProgramType.SK_SKB,
        of(
            "__sk_buff",
            Set.of(
                "tc_classid",
                "data_meta",
                "mark",
                "tstamp",
                "wire_len",
                "hwtstamp",
                "flow_keys",
                "tstamp_type"),
            "tc_index",
            "priority"));
    all.put(
        ProgramType.FLOW_DISSECTOR,
        new ContextRules(
            ContextStruct.named("__sk_buff"),
            except(ContextStruct.named("__sk_buff"), "data", "data_end", "flow_keys"),
            Set.of()));
    all.put(ProgramType.SOCK_OPS, of("bpf_sock_ops", Set.of(), "reply", "sk_txhash"));
    all.put(ProgramType.SK_MSG, of("sk_msg_md", Set.of()));
    all.put(ProgramType.CGROUP_SOCK, of("bpf_sock", Set.of(), "bound_dev_if", "mark", "priority"));
    all.put(
        ProgramType.CGROUP_SOCK_ADDR,
        of(
            "bpf_sock_addr",
            Set.of(),
            "user_ip4",
            "user_ip6",
            "user_port",
            "msg_src_ip4",
            "msg_src_ip6"));
    all.put(ProgramType.CGROUP_SYSCTL, of("bpf_sysctl", Set.of(), "file_pos"));
    all.put(ProgramType.CGROUP_DEVICE, of("bpf_cgroup_dev_ctx", Set.of()));
    all.put(
        ProgramType.CGROUP_SOCKOPT,
        of("bpf_sockopt", Set.of(), "level", "optname", "optlen", "retval"));
    all.put(ProgramType.SK_LOOKUP, of("bpf_sk_lookup", Set.of()));
    all.put(ProgramType.SK_REUSEPORT, of("sk_reuseport_md", Set.of()));
    all.put(ProgramType.NETFILTER, of("bpf_nf_ctx", Set.of()));
    return all;
  }

  private static Set<String> except(ContextStruct struct, String... names) {
    var all = new HashSet<>(struct.fields().keySet());
    Set.of(names).forEach(all::remove);
    return all;
  }

  /// The rules of a type of program; null where its context is no struct of this kind.
  public static @Nullable ContextRules of(ProgramType type) {
    return ALL.get(type);
  }

  /// The struct.
  public ContextStruct struct() {
    return struct;
  }

  /// The field that a program reads; null where it may not read so.
  public @Nullable ContextField reads(int offset, int size) {
    var field = fields[offset];
    return field != null && readable[offset] && field.mayBeRead(offset, size) ? field : null;
  }

  /// The field that a program writes; null where it may not write so.
  public @Nullable ContextField writes(int offset, int size) {
    var field = fields[offset];
    return field != null && writable[offset] && field.mayBeWritten(offset, size) ? field : null;
  }

  /// Why an access is refused.
  public String why(int offset, int size, boolean write) {
    var field = fields[offset];
    var bytes = size + (size == 1 ? " byte" : " bytes");
    if (field == null) {
      return "struct " + struct.name() + " has no field at offset " + offset;
    }
    var what = "'" + field.name() + "' of struct " + struct.name();
    if (write && !writable[offset]) {
      return what + " cannot be written by programs of this type";
    }
    if (!readable[offset]) {
      return what + " cannot be read by programs of this type";
    }
    return what
        + " has "
        + field.width()
        + " bytes"
        + (field.count() > 1 ? " in each of " + field.count() + " elements" : "")
        + ", and is not "
        + (write ? "written" : "read")
        + " by "
        + bytes
        + " at offset "
        + (offset - field.offset());
  }
}
