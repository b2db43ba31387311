package org.ebpf4j.linux.inspect;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;

/// What the kernel says of a link (`struct bpf_link_info`), a record for each kind. Numbers that
/// the kernel gives have their names beside them, as they were when it was asked: a device, a
/// cgroup or a process may be gone since. What a kernel does not say yet is 0, or empty.
public sealed interface LinkInfo {
  /// Its id.
  int id();

  /// The id of the program it holds; 0 for one of a struct of functions, which is that of a map.
  int programId();

  /// The number of its type (`enum bpf_link_type`).
  int type();

  /// Its type; empty for one that this library does not know.
  default Optional<LinkType> linkType() {
    return LinkType.of(type());
  }

  /// The name of the type, such as `perf_event`, or `type N` for one that this library does not
  /// know.
  default String typeLabel() {
    return LinkType.label(type());
  }

  /// A link whose hook is one of several that its type has.
  sealed interface Hooked extends LinkInfo {
    /// The number of the kind of hook (`enum bpf_attach_type`).
    int hook();

    /// The kind of hook; empty for one that this library does not know.
    default Optional<AttachType> attachType() {
      return AttachType.of(hook());
    }

    /// The name of the kind of hook, such as `tcx_ingress`, or `type N`.
    default String attachTypeLabel() {
      return attachType().map(AttachType::label).orElse("type " + hook());
    }
  }

  /// A link on an event of the perf subsystem.
  sealed interface OnEvent extends LinkInfo {
    @Override
    default int type() {
      return LinkType.PERF_EVENT.number();
    }
  }

  /// A raw tracepoint.
  ///
  /// @param name the tracepoint
  /// @param cookie what the program can ask for; since 6.16
  record RawTracepoint(int id, int programId, String name, long cookie) implements LinkInfo {
    @Override
    public int type() {
      return LinkType.RAW_TRACEPOINT.number();
    }
  }

  /// A function of the kernel or of another program: fentry, fexit, fmod_ret, LSM, `tp_btf`, and
  /// freplace.
  ///
  /// @param programType the number of the program's type, which tells freplace (`ext`) from the
  ///   rest: its `hook` is 0 and means nothing
  /// @param targetObject the id of the BTF that the function is in; for `ext`, and for what watches
  ///   another program, that of the program; since 5.13
  /// @param targetType the id of the function in that BTF
  /// @param targetName whose the function is: `vmlinux`, a module, or the name of a program; empty
  ///   where it is not to be told
  /// @param function the function or tracepoint; empty where it is not to be told
  /// @param cookie what the program can ask for; since 6.16
  record Tracing(
      int id,
      int programId,
      int programType,
      int hook,
      int targetObject,
      int targetType,
      String targetName,
      String function,
      long cookie)
      implements Hooked {
    @Override
    public int type() {
      return LinkType.TRACING.number();
    }

    /// Whether the program takes the place of a function of another program.
    public boolean isReplacement() {
      return programType == ProgramType.EXT.number();
    }

    /// The name of the program's type, or `type N`.
    public String programTypeLabel() {
      return ProgramType.of(programType).map(ProgramType::label).orElse("type " + programType);
    }
  }

  /// A cgroup.
  ///
  /// @param cgroup its id; 0 where it is gone
  /// @param path where its directory is, in this process's mount namespace; empty where it is gone
  ///   or not to be seen from here
  record Cgroup(int id, int programId, int hook, long cgroup, String path) implements Hooked {
    @Override
    public int type() {
      return LinkType.CGROUP.number();
    }
  }

  /// An iterator.
  ///
  /// @param target what it goes over, such as `task` or `bpf_map_elem`
  /// @param map the id of the map whose elements it goes over; 0 for none
  /// @param cgroup the id of the cgroup that it starts at; 0 for none
  /// @param path where that cgroup's directory is; empty for none, or where it is not to be told
  /// @param order the order in which it goes over cgroups (`enum bpf_cgroup_iter_order`); 0 for
  ///   none
  /// @param thread the only thread that it shows; 0 for all
  /// @param process the only process that it shows; 0 for all
  record Iterator(
      int id,
      int programId,
      String target,
      int map,
      long cgroup,
      String path,
      int order,
      int thread,
      int process)
      implements LinkInfo {
    private static final List<String> ORDERS =
        List.of(
            "order_unspec",
            "self_only",
            "descendants_pre",
            "descendants_post",
            "ancestors_up",
            "children");

    @Override
    public int type() {
      return LinkType.ITER.number();
    }

    /// The name of the order, such as `descendants_pre`.
    public String orderLabel() {
      return order >= 0 && order < ORDERS.size() ? ORDERS.get(order) : "order " + order;
    }
  }

  /// A network namespace: a flow dissector, or a lookup of sockets.
  ///
  /// @param netns the namespace; [NetnsInfo#NONE] where it is gone
  record Netns(int id, int programId, int hook, NetnsInfo netns) implements Hooked {
    @Override
    public int type() {
      return LinkType.NETNS.number();
    }
  }

  /// The receive side of a network device.
  record Xdp(int id, int programId, DeviceInfo device) implements LinkInfo {
    @Override
    public int type() {
      return LinkType.XDP.number();
    }
  }

  /// Traffic control of a network device.
  record Tcx(int id, int programId, int hook, DeviceInfo device) implements Hooked {
    @Override
    public int type() {
      return LinkType.TCX.number();
    }
  }

  /// A netkit device.
  record Netkit(int id, int programId, int hook, DeviceInfo device) implements Hooked {
    @Override
    public int type() {
      return LinkType.NETKIT.number();
    }
  }

  /// A hook of netfilter; since 6.4.
  ///
  /// @param family the protocol family (`NFPROTO_*`)
  /// @param hookNumber the hook in that family (`NF_INET_*`)
  /// @param priority programs with lower ones run first
  /// @param flags `BPF_F_NETFILTER_IP_DEFRAG`, 1
  record Netfilter(int id, int programId, int family, int hookNumber, int priority, int flags)
      implements LinkInfo {
    @Override
    public int type() {
      return LinkType.NETFILTER.number();
    }

    /// The name of the family: `ipv4`, or `pf N`.
    public String familyLabel() {
      return switch (family) {
        case 1 -> "inet";
        case 2 -> "ipv4";
        case 3 -> "arp";
        case 5 -> "netdev";
        case 7 -> "bridge";
        case 10 -> "ipv6";
        default -> "pf " + family;
      };
    }

    /// The name of the hook: `prerouting`, or `hook N`.
    public String hookLabel() {
      var names =
          family == 3
              ? List.of("input", "output", "forward")
              : List.of("prerouting", "input", "forward", "output", "postrouting");
      return hookNumber >= 0 && hookNumber < names.size()
          ? names.get(hookNumber)
          : "hook " + hookNumber;
    }

    /// Whether fragments are put together before the program sees them.
    public boolean isDefragmenting() {
      return (flags & 1) != 0;
    }
  }

  /// A struct of functions that the kernel calls.
  ///
  /// @param map the id of the map that holds them; 0 where it is detached
  /// @param mapName the name of that map; empty where it is not to be told
  record StructOps(int id, int map, String mapName) implements LinkInfo {
    @Override
    public int type() {
      return LinkType.STRUCT_OPS.number();
    }

    @Override
    public int programId() {
      return 0;
    }
  }

  /// Many functions of the kernel.
  ///
  /// @param flags `BPF_F_KPROBE_MULTI_RETURN`, 1
  /// @param functions each of them; none where the kernel does not say (before 6.6), or how many
  ///   there are where it hides addresses, each with address 0
  /// @param missed how often the program was not run, as one was running on that CPU; since 6.7
  record KprobeMulti(int id, int programId, int flags, List<Function> functions, long missed)
      implements LinkInfo {
    public KprobeMulti {
      functions = List.copyOf(functions);
    }

    @Override
    public int type() {
      return LinkType.KPROBE_MULTI.number();
    }

    /// Whether it is on their returns.
    public boolean isReturn() {
      return (flags & 1) != 0;
    }
  }

  /// A function of the kernel.
  ///
  /// @param address 0 where the kernel does not tell this process
  /// @param name the symbol at or before that address; empty where it is not to be told
  /// @param offset how far behind the symbol's start the address is
  /// @param module the module it is in; empty for the kernel itself
  /// @param cookie what the program can ask for there
  record Function(long address, String name, long offset, String module, long cookie) {}

  /// Many places of a program file.
  ///
  /// @param flags `BPF_F_UPROBE_MULTI_RETURN`, 1
  /// @param path the file; empty where the kernel does not say (before 6.8)
  /// @param process the only process in which it is; 0 for all
  /// @param places each of them
  record UprobeMulti(
      int id, int programId, int flags, String path, int process, List<FilePlace> places)
      implements LinkInfo {
    public UprobeMulti {
      places = List.copyOf(places);
    }

    @Override
    public int type() {
      return LinkType.UPROBE_MULTI.number();
    }

    /// Whether it is on returns.
    public boolean isReturn() {
      return (flags & 1) != 0;
    }
  }

  /// A place in a program file.
  ///
  /// @param offset where in the file, in bytes
  /// @param semaphore where in the file the counter is that says whether the place is watched; 0
  ///   for none
  /// @param cookie what the program can ask for there
  record FilePlace(long offset, long semaphore, long cookie) {}

  /// A function of the kernel, by a perf event; since 6.6.
  ///
  /// @param isReturn whether it is on its return
  /// @param function the symbol; empty where the probe is at an address
  /// @param offset how far behind the symbol's start, in bytes
  /// @param address where; 0 where the kernel does not tell this process
  /// @param missed how often the program was not run, as one was running on that CPU; since 6.7
  /// @param cookie what the program can ask for; since 6.9
  record Kprobe(
      int id,
      int programId,
      boolean isReturn,
      String function,
      long offset,
      long address,
      long missed,
      long cookie)
      implements OnEvent {}

  /// A place of a program file, by a perf event; since 6.6.
  ///
  /// @param isReturn whether it is on the return of the function there
  /// @param file the path that it was attached by
  /// @param offset where in the file, in bytes
  /// @param semaphore where in the file the counter is that says whether the place is watched; 0
  ///   for none; since 6.18
  /// @param cookie what the program can ask for; since 6.9
  record Uprobe(
      int id,
      int programId,
      boolean isReturn,
      String file,
      long offset,
      long semaphore,
      long cookie)
      implements OnEvent {}

  /// A tracepoint, by a perf event; since 6.6.
  ///
  /// @param name the tracepoint, without its category; for a probe that tracefs made, its name
  /// @param cookie what the program can ask for; since 6.9
  record Tracepoint(int id, int programId, String name, long cookie) implements OnEvent {}

  /// A counter of the perf subsystem; since 6.6.
  ///
  /// @param eventType the kind of counter (`enum perf_type_id`, or the number of a unit)
  /// @param unit the name of the unit of that number (`/sys/bus/event_source/devices`); empty for
  ///   none
  /// @param config which one
  /// @param cookie what the program can ask for; since 6.9
  record PerfCounter(int id, int programId, int eventType, String unit, long config, long cookie)
      implements OnEvent {
    /// The name of the kind, such as `software`, or of the unit, such as `cpu_clock`, or `type N`.
    public String eventTypeLabel() {
      var label = PerfEventNames.type(eventType);
      return label.isEmpty() ? unit.isEmpty() ? "type " + eventType : unit : label;
    }

    /// The name of the counter, such as `cpu-clock`, or its number in decimal.
    public String configLabel() {
      return PerfEventNames.config(eventType, config);
    }
  }

  /// A perf event that the kernel says no more of, as none does before 6.6.
  record PerfEvent(int id, int programId) implements OnEvent {}

  /// A map of sockets; since 6.10.
  ///
  /// @param map the id of the map; 0 where the link is detached
  /// @param mapName the name of that map; empty where it is not to be told
  record Sockmap(int id, int programId, int hook, int map, String mapName) implements Hooked {
    @Override
    public int type() {
      return LinkType.SOCKMAP.number();
    }
  }

  /// A link of a type that this library knows nothing more of.
  record Other(int id, int programId, int type) implements LinkInfo {}
}
