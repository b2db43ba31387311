package org.ebpf4j.linux.reference;

import java.util.List;
import java.util.stream.Collectors;

/// What holds one object of the kernel, or several references to it.
public sealed interface Reference {
  /// What kind it is, in one word that stays the same: `fd`, `pin`, `xdp`.
  String kind();

  /// How many references it holds.
  default int count() {
    return 1;
  }

  /// What it is, for people.
  String text();

  /// What would end it, for people: a command where there is one.
  String release();

  /// An open file of the object itself. However many descriptors, mappings and messages share it,
  /// it is one reference.
  ///
  /// @param holders what keeps it open, at least one
  record OpenFile(List<FileHolder> holders) implements Reference {
    public OpenFile {
      holders = List.copyOf(holders);
    }

    @Override
    public String kind() {
      return switch (holders.getFirst()) {
        case FileHolder.Descriptor _ -> "fd";
        case FileHolder.MappedMemory _ -> "mmap";
        case FileHolder.InFlight _ -> "in_flight";
        case FileHolder.RegisteredFile _ -> "io_uring";
      };
    }

    @Override
    public String text() {
      return texts(holders);
    }

    @Override
    public String release() {
      return releases(holders);
    }
  }

  /// A pin: a file of a bpffs, however many names it has.
  ///
  /// @param paths its names, as this process can open them
  /// @param elsewhere whether no name is in this process's mount namespace
  /// @param holders descriptors of the file itself (`O_PATH`)
  record Pin(List<String> paths, boolean elsewhere, List<FileHolder> holders) implements Reference {
    public Pin {
      paths = List.copyOf(paths);
      holders = List.copyOf(holders);
    }

    @Override
    public String kind() {
      return paths.isEmpty() ? "deleted_pin" : "pin";
    }

    @Override
    public String text() {
      return paths.isEmpty()
          ? "deleted pin, open as " + texts(holders)
          : "pin "
              + String.join(", ", paths)
              + (elsewhere ? " (in another mount namespace)" : "")
              + (holders.isEmpty() ? "" : ", open as " + texts(holders));
    }

    @Override
    public String release() {
      var closes = releases(holders);
      var removes = paths.stream().map(p -> "rm '" + p + "'").collect(Collectors.joining("; "));
      return removes + (removes.isEmpty() || closes.isEmpty() ? "" : "; ") + closes;
    }
  }

  /// A link.
  ///
  /// @param link its id
  /// @param type its type: `xdp`, `perf_event`
  /// @param role what it has the object for: [#RUNS], `its target`, `its map`
  record OfLink(int link, String type, String role) implements Reference {
    /// The role of a link for the program that runs at its hook.
    public static final String RUNS = "runs it";

    @Override
    public String kind() {
      return "link";
    }

    @Override
    public String text() {
      return "link " + link + " (" + type + "): " + role;
    }

    @Override
    public String release() {
      return "release link " + link + " (ebpf4j why link " + link + " --release --dry-run)";
    }
  }

  /// A program that has a map, types or another program.
  ///
  /// @param program its id
  /// @param name its name
  /// @param role what it has the object for
  record OfProgram(int program, String name, String role) implements Reference {
    @Override
    public String kind() {
      return "program";
    }

    @Override
    public String text() {
      return "prog " + program + (name.isEmpty() ? "" : " (" + name + ")") + ": " + role;
    }

    @Override
    public String release() {
      return "release prog " + program + " (ebpf4j why prog " + program + " --release --dry-run)";
    }
  }

  /// A map that has types, as those of its keys and values.
  ///
  /// @param map its id
  /// @param name its name
  /// @param role what it has the object for
  /// @param count how many references
  record OfMap(int map, String name, String role, int count) implements Reference {
    @Override
    public String kind() {
      return "map";
    }

    @Override
    public String text() {
      return "map " + map + (name.isEmpty() ? "" : " (" + name + ")") + ": " + role;
    }

    @Override
    public String release() {
      return "release map " + map + " (ebpf4j why map " + map + " --release --dry-run)";
    }
  }

  /// An entry of a map: of programs, of maps, or of CPUs and devices with programs.
  ///
  /// @param kind `prog_array`, `map_in_map`, `cpumap`, `devmap`, `struct_ops`
  /// @param map the id of the map
  /// @param name its name
  /// @param key the key in hexadecimal, or as a number where it is one
  record Slot(String kind, int map, String name, String key) implements Reference {
    @Override
    public String text() {
      return "entry "
          + key
          + " of "
          + kind
          + " map "
          + map
          + (name.isEmpty() ? "" : " (" + name + ")");
    }

    @Override
    public String release() {
      return kind.equals("struct_ops")
          ? "release map " + map + " (ebpf4j why map " + map + " --release --dry-run)"
          : "ebpf4j map del " + map + " " + key;
    }
  }

  /// A map of sockets that runs a program.
  ///
  /// @param map its id
  /// @param attachType which hook: `sk_skb_stream_verdict`
  record Sockmap(int map, String attachType) implements Reference {
    @Override
    public String kind() {
      return "sockmap";
    }

    @Override
    public String text() {
      return "map of sockets " + map + ": " + attachType;
    }

    @Override
    public String release() {
      return "detach " + attachType + " from map " + map + ", or release map " + map;
    }
  }

  /// An XDP program of a network device that was set by netlink, or what the device holds besides
  /// the link.
  ///
  /// @param place the device
  /// @param mode `generic`, `driver` or `hardware`
  /// @param link the link that it is by; 0 where there is none
  /// @param count how many references
  record Xdp(NetworkPlace place, String mode, int link, int count) implements Reference {
    @Override
    public String kind() {
      return "xdp";
    }

    @Override
    public String text() {
      return "XDP (" + mode + ") on " + place.text() + (link == 0 ? "" : ", by link " + link);
    }

    @Override
    public String release() {
      return link != 0
          ? "release link " + link
          : place.entering()
              + "ip link set dev "
              + place.device()
              + switch (mode) {
                case "generic" -> " xdpgeneric";
                case "hardware" -> " xdpoffload";
                default -> " xdpdrv";
              }
              + " off";
    }
  }

  /// A filter of traffic control.
  ///
  /// @param place the device
  /// @param parent `ingress`, `egress`, or the class in hexadecimal
  /// @param filterKind what the filter is: `bpf`, `matchall`
  /// @param priority its priority
  /// @param handle its handle
  record Filter(NetworkPlace place, String parent, String filterKind, int priority, int handle)
      implements Reference {
    @Override
    public String kind() {
      return "tc";
    }

    @Override
    public String text() {
      return "tc filter "
          + filterKind
          + " on "
          + place.text()
          + " "
          + parent
          + " (priority "
          + priority
          + ", handle 0x"
          + Integer.toHexString(handle)
          + ")";
    }

    @Override
    public String release() {
      return place.entering()
          + "tc filter del dev "
          + place.device()
          + " "
          + (parent.endsWith("gress") ? parent : "parent " + parent)
          + " prio "
          + priority
          + " handle 0x"
          + Integer.toHexString(handle)
          + " "
          + filterKind;
    }
  }

  /// A hook of a network device or namespace that a program is on without a link.
  ///
  /// @param kind `tcx`, `netkit`, `flow_dissector`
  /// @param place where
  /// @param attachType which hook: `tcx_ingress`
  record NetworkHook(String kind, NetworkPlace place, String attachType) implements Reference {
    @Override
    public String text() {
      return attachType + " on " + place.text() + ", without a link";
    }

    @Override
    public String release() {
      return place.entering()
          + "bpftool net detach "
          + attachType
          + (place.device().isEmpty() ? "" : " dev " + place.device());
    }
  }

  /// A route that runs a program.
  ///
  /// @param place the device that it leads to
  /// @param prefix where packets go to: `10.1.0.0/24`
  /// @param gateway the next machine; empty for none
  /// @param table the routing table
  /// @param metric its metric
  /// @param hook the type of the program, which says where on the route it runs: `lwt_xmit`
  /// @param name the name that the program was given there
  /// @param shared whether it holds no reference of its own: routes of IPv4 that differ in nothing
  ///   but where packets go to have one for all of them
  record Route(
      NetworkPlace place,
      String prefix,
      String gateway,
      long table,
      long metric,
      String hook,
      String name,
      boolean shared)
      implements Reference {
    /// The same without a reference of its own.
    public Route sharing() {
      return new Route(place, prefix, gateway, table, metric, hook, name, true);
    }

    /// Whether it is the same route, whoever holds the reference.
    public boolean isSame(Route other) {
      return sharing().equals(other.sharing());
    }

    /// Whether both can have one reference.
    public boolean sharesWith(Route other) {
      return prefix.indexOf(':') < 0
          && new Route(place, other.prefix, gateway, table, metric, hook, name, false)
              .isSame(other);
    }

    @Override
    public int count() {
      return shared ? 0 : 1;
    }

    @Override
    public String kind() {
      return "route";
    }

    @Override
    public String text() {
      return "route to "
          + prefix
          + " by "
          + place.text()
          + " (table "
          + table
          + ", metric "
          + metric
          + "): "
          + hook
          + " '"
          + name
          + "'"
          + (shared ? ", shares the reference of another" : "");
    }

    @Override
    public String release() {
      return place.entering()
          + (prefix.indexOf(':') < 0 ? "ip route del " : "ip -6 route del ")
          + prefix
          + (gateway.isEmpty() ? "" : " via " + gateway)
          + " dev "
          + place.device()
          + " table "
          + table
          + (metric == 0 ? "" : " metric " + metric);
    }
  }

  /// A cgroup that runs a program that was attached without a link.
  ///
  /// @param path its directory
  /// @param attachType which hook: `cgroup_inet_egress`
  record Cgroup(String path, String attachType) implements Reference {
    @Override
    public String kind() {
      return "cgroup";
    }

    @Override
    public String text() {
      return attachType + " on cgroup " + path;
    }

    @Override
    public String release() {
      return "bpftool cgroup detach " + path + " " + attachType + " id PROGRAM, or rmdir " + path;
    }
  }

  /// Another file of the kernel that has the object: a perf event, a socket, a tun device, an
  /// iterator that is being read.
  ///
  /// @param kind `perf_event`, `socket_filter`, `reuseport`, `socket_verdict`, `tun`, `iterator`
  /// @param what what is behind the kind, for people
  /// @param holders what keeps that file open
  record Through(String kind, String what, List<FileHolder> holders) implements Reference {
    public Through {
      holders = List.copyOf(holders);
    }

    @Override
    public String text() {
      return what + ", " + texts(holders);
    }

    @Override
    public String release() {
      return releases(holders);
    }
  }

  /// The kernel itself.
  ///
  /// @param what for what
  /// @param count how many references
  /// @param release what would end it; empty where it ends by itself with other references
  record Kernel(String what, int count, String release) implements Reference {
    /// One that ends by itself.
    public Kernel(String what, int count) {
      this(what, count, "");
    }

    @Override
    public String kind() {
      return "kernel";
    }

    @Override
    public String text() {
      return what;
    }
  }

  private static String texts(List<FileHolder> holders) {
    return holders.stream().map(FileHolder::text).collect(Collectors.joining(", "));
  }

  private static String releases(List<FileHolder> holders) {
    return holders.stream().map(FileHolder::release).collect(Collectors.joining("; "));
  }
}
