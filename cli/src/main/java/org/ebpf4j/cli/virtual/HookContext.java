package org.ebpf4j.cli.virtual;

import java.util.HexFormat;
import java.util.Map;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.attach.SocketFilter;
import org.ebpf4j.attach.Sockmap;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.memory.Context;

/// What programs are given when a hook is reached, of fields that are given as text.
///
/// @param objects what `@NAME` stands for
record HookContext(VirtualKernel kernel, MemoryObjects objects) {
  private static final String HEX = "hex:";
  private static final String BUFFER = "__sk_buff";
  private static final String RECORD = "trace_event_raw_";

  /// The context of a hook: the record of a tracepoint, or the arguments of a function, by their
  /// names.
  Context of(AttachPoint point, Map<String, String> fields) {
    return switch (point) {
      case Tracepoint tracepoint -> struct(Context.of(record(tracepoint)), fields);
      case PerfEvent _ -> struct(Context.of("bpf_perf_event_data"), fields);
      case Cgroup cgroup -> struct(Context.of(struct(cgroup.type())), fields);
      case Sockmap map ->
          struct(
              Context.of(map.type() == AttachType.SK_MSG_VERDICT ? "sk_msg_md" : BUFFER), fields);
      case SocketFilter _ -> struct(Context.of(BUFFER), fields);
      case SkLookup _ -> struct(Context.of("bpf_sk_lookup"), fields);
      default -> arguments(fields);
    };
  }

  /// What programs on a hook of a cgroup are given.
  private static String struct(AttachType hook) {
    return switch (hook) {
      case CGROUP_INET_INGRESS, CGROUP_INET_EGRESS -> BUFFER;
      case CGROUP_INET_SOCK_CREATE,
          CGROUP_INET_SOCK_RELEASE,
          CGROUP_INET4_POST_BIND,
          CGROUP_INET6_POST_BIND ->
          "bpf_sock";
      case CGROUP_DEVICE -> "bpf_cgroup_dev_ctx";
      case CGROUP_SOCK_OPS -> "bpf_sock_ops";
      case CGROUP_SYSCTL -> "bpf_sysctl";
      case CGROUP_GETSOCKOPT, CGROUP_SETSOCKOPT -> "bpf_sockopt";
      default -> "bpf_sock_addr";
    };
  }

  private Context struct(Context context, Map<String, String> fields) {
    fields.forEach((name, value) -> {
      if (value.startsWith("@")) {
        context.set(name, objects.named(value.substring(1)));
      } else if (value.startsWith(HEX)) {
        context.set(name, HexFormat.of().parseHex(value.substring(HEX.length())));
      } else {
        context.set(name, value);
      }
    });
    return context;
  }

  private Context arguments(Map<String, String> fields) {
    var context = Context.arguments();
    fields.forEach((name, value) -> {
      if (name.equals("return")) {
        context.returned(number(value));
      } else {
        context.set(name, number(value));
      }
    });
    return context;
  }

  /// A number, the address of an object, or that of text.
  private long number(String value) {
    if (value.startsWith("@")) {
      return objects.named(value.substring(1)).address();
    }
    try {
      return Long.decode(value);
    } catch (NumberFormatException _) {
      return kernel.memory().text(value).address();
    }
  }

  /// The struct of a tracepoint's record. All system calls have one of two.
  static String record(Tracepoint tracepoint) {
    var name = tracepoint.name();
    if (tracepoint.category().equals("syscalls")) {
      name = name.startsWith("sys_exit") ? "sys_exit" : "sys_enter";
    }
    return RECORD + name;
  }
}
