package org.ebpf4j.linux.internal.query;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.DeviceInfo;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.LinkType;
import org.ebpf4j.linux.internal.host.KernelSymbols;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCalls.LinkDetails;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Reads `struct bpf_link_info` (`include/uapi/linux/bpf.h`) into the record for its kind, and
/// looks up what its numbers stand for.
public final class LinkReading {
  /// Where the part begins that is different for each type.
  private static final int KIND = 16;

  // enum bpf_perf_event_type
  private static final int UPROBE = 1;
  private static final int URETPROBE = 2;
  private static final int KPROBE = 3;
  private static final int KRETPROBE = 4;
  private static final int TRACEPOINT = 5;
  private static final int EVENT = 6;

  private final Surroundings surroundings;

  /// One that finds names in some surroundings.
  public LinkReading(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  /// What the kernel says of all links, by their ids, with surroundings of their own.
  public static List<LinkInfo> all() {
    try (var surroundings = new Surroundings()) {
      return all(surroundings);
    }
  }

  /// What the kernel says of all links, by their ids, without those that went away meanwhile.
  public static List<LinkInfo> all(Surroundings surroundings) {
    var reading = new LinkReading(surroundings);
    return ObjectInfo.ids(ObjectKind.LINK).stream()
        .flatMap(id -> reading.byId(id).stream())
        .toList();
  }

  /// What the kernel says of the link with that id; empty where there is none.
  ///
  /// @throws KernelException where this process may not open it
  public Optional<LinkInfo> byId(int id) {
    var opened = Bpf.openById(ObjectKind.LINK, id);
    if (opened.errno() == Errno.ENOENT) {
      return Optional.empty();
    }
    try (var fd = opened.ok() ? opened.fd() : Ids.open(ObjectKind.LINK, id)) {
      return Optional.of(of(fd.number()));
    }
  }

  /// What the kernel says of the link that a descriptor refers to.
  ///
  /// @throws KernelException where it says nothing
  public LinkInfo of(int fd) {
    var details = LinkDetails.of(fd);
    if (details.errno() != 0) {
      throw Refusal.of(
          "link fd " + fd, "OBJ_GET_INFO_BY_FD", details.errno(), EnumSet.of(Capability.CAP_BPF));
    }
    var info = details.info();
    var type = info.getInt(0);
    var id = info.getInt(4);
    var program = info.getInt(8);
    return LinkType.of(type)
        .map(known -> of(known, id, program, details))
        .orElseGet(() -> new LinkInfo.Other(id, program, type));
  }

  private LinkInfo of(LinkType type, int id, int program, LinkDetails details) {
    var info = details.info();
    var first = info.getInt(KIND);
    var second = info.getInt(KIND + 4);
    return switch (type) {
      case RAW_TRACEPOINT ->
          new LinkInfo.RawTracepoint(id, program, details.text(), info.getLong(KIND + 16));
      case TRACING -> tracing(id, program, info);
      case CGROUP -> {
        var cgroup = info.getLong(KIND);
        yield new LinkInfo.Cgroup(
            id, program, info.getInt(KIND + 8), cgroup, surroundings.cgroups().of(cgroup));
      }
      case ITER -> iterator(id, program, details);
      case NETNS ->
          new LinkInfo.Netns(
              id, program, second, surroundings.namespace(Integer.toUnsignedLong(first)));
      case XDP ->
          new LinkInfo.Xdp(
              id, program, surroundings.device(first, d -> d.xdp().programs().contains(program)));
      case PERF_EVENT -> event(id, program, details);
      case KPROBE_MULTI -> kernelFunctions(id, program, details);
      case STRUCT_OPS -> new LinkInfo.StructOps(id, first, mapName(first));
      case NETFILTER ->
          new LinkInfo.Netfilter(
              id, program, first, second, info.getInt(KIND + 8), info.getInt(KIND + 12));
      case TCX -> new LinkInfo.Tcx(id, program, second, ordered(id, first, second));
      case UPROBE_MULTI -> filePlaces(id, program, details);
      case NETKIT ->
          new LinkInfo.Netkit(
              id,
              program,
              second,
              second == AttachType.NETKIT_PEER.number() ? peer(first) : ordered(id, first, second));
      case SOCKMAP -> new LinkInfo.Sockmap(id, program, second, first, mapName(first));
      case UNSPEC, TRACING_MULTI -> new LinkInfo.Other(id, program, type.number());
    };
  }

  private LinkInfo tracing(int id, int program, ByteBuffer info) {
    var object = info.getInt(KIND + 4);
    var type = info.getInt(KIND + 8);
    var target = surroundings.targets().of(program, object, type);
    return new LinkInfo.Tracing(
        id,
        program,
        programType(program),
        info.getInt(KIND),
        object,
        type,
        target.owner(),
        target.function(),
        info.getLong(KIND + 16));
  }

  private static int programType(int program) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, program);
    if (!opened.ok()) {
      return 0;
    }
    try (var fd = opened.fd()) {
      return ObjectInfo.program(fd.number()).type();
    }
  }

  private LinkInfo iterator(int id, int program, LinkDetails details) {
    var info = details.info();
    var target = details.text();
    var isOfCgroup = target.equals("cgroup");
    var isOfTask = target.equals("task") || target.equals("task_file") || target.equals("task_vma");
    var cgroup = isOfCgroup ? info.getLong(KIND + 16) : 0;
    return new LinkInfo.Iterator(
        id,
        program,
        target,
        info.getInt(KIND + 12),
        cgroup,
        surroundings.cgroups().of(cgroup),
        isOfCgroup ? info.getInt(KIND + 24) : 0,
        isOfTask ? info.getInt(KIND + 16) : 0,
        isOfTask ? info.getInt(KIND + 20) : 0);
  }

  /// The device on which a hook that keeps its programs in an order has the link.
  private DeviceInfo ordered(int id, int index, int hook) {
    return surroundings.device(
        index,
        device -> {
          for (var link : LinkCalls.query(device.index(), hook, false).links()) {
            if (link == id) {
              return true;
            }
          }
          return false;
        });
  }

  /// The device at the other end of a netkit pair, which is the one that such a link names. The
  /// kernel tells the programs of both ends through the first one only.
  private DeviceInfo peer(int index) {
    var hook = AttachType.NETKIT_PEER.number();
    return surroundings.device(
        index,
        device ->
            device.kind().equals("netkit")
                && LinkCalls.query(index, hook, false).errno() == Errno.EACCES);
  }

  private static String mapName(int map) {
    var opened = Bpf.openById(ObjectKind.MAP, map);
    if (!opened.ok()) {
      return "";
    }
    try (var fd = opened.fd()) {
      return ObjectInfo.map(fd.number()).name();
    }
  }

  private static LinkInfo event(int id, int program, LinkDetails details) {
    var info = details.info();
    var name = details.text();
    var kind = info.getInt(KIND);
    return switch (kind) {
      case UPROBE, URETPROBE ->
          new LinkInfo.Uprobe(
              id,
              program,
              kind == URETPROBE,
              name,
              Integer.toUnsignedLong(info.getInt(36)),
              info.getLong(48),
              info.getLong(40));
      case KPROBE, KRETPROBE ->
          new LinkInfo.Kprobe(
              id,
              program,
              kind == KRETPROBE,
              name,
              Integer.toUnsignedLong(info.getInt(36)),
              info.getLong(40),
              info.getLong(48),
              info.getLong(56));
      case TRACEPOINT -> new LinkInfo.Tracepoint(id, program, name, info.getLong(40));
      case EVENT ->
          new LinkInfo.PerfCounter(
              id,
              program,
              info.getInt(32),
              PerfUnits.name(info.getInt(32)),
              info.getLong(24),
              info.getLong(40));
      default -> new LinkInfo.PerfEvent(id, program);
    };
  }

  private static LinkInfo kernelFunctions(int id, int program, LinkDetails details) {
    var numbers = details.numbers();
    var addresses = numbers.length == 0 ? new long[0] : numbers[0];
    var wanted = new HashSet<Long>();
    for (var address : addresses) {
      wanted.add(address);
    }
    var symbols = SymbolTable.of(wanted);
    var functions = new ArrayList<LinkInfo.Function>();
    for (var i = 0; i < addresses.length; i++) {
      var address = addresses[i];
      var symbol = symbols.at(address);
      functions.add(
          new LinkInfo.Function(
              address,
              symbol.map(KernelSymbols.Symbol::name).orElse(""),
              symbol.map(s -> address - s.address()).orElse(0L),
              symbol.map(KernelSymbols.Symbol::module).orElse(""),
              numbers[1][i]));
    }
    return new LinkInfo.KprobeMulti(
        id, program, details.info().getInt(KIND + 12), functions, details.info().getLong(32));
  }

  private static LinkInfo filePlaces(int id, int program, LinkDetails details) {
    var numbers = details.numbers();
    var places = new ArrayList<LinkInfo.FilePlace>();
    for (var i = 0; i < (numbers.length == 0 ? 0 : numbers[0].length); i++) {
      places.add(new LinkInfo.FilePlace(numbers[0][i], numbers[1][i], numbers[2][i]));
    }
    return new LinkInfo.UprobeMulti(
        id, program, details.info().getInt(56), details.text(), details.info().getInt(60), places);
  }
}
