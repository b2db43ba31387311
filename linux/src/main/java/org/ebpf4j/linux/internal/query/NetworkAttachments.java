package org.ebpf4j.linux.internal.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetnsInfo;
import org.ebpf4j.linux.inspect.NetworkAttachment;
import org.ebpf4j.linux.inspect.NetworkAttachment.Kind;
import org.ebpf4j.linux.internal.netlink.DeviceList.Device;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Asks the hooks of all network namespaces for the programs on them.
public final class NetworkAttachments {
  private final Surroundings surroundings;
  private final List<LinkInfo> links;
  private final List<NetworkAttachment> found = new ArrayList<>();
  private final NetworkHooks hooks = new NetworkHooks();

  private NetworkAttachments(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.links = LinkReading.all(surroundings);
  }

  /// All programs, namespace by namespace, the calling thread's first; then those of netfilter.
  /// Namespaces that are gone meanwhile, or may not be entered, are left out.
  ///
  /// @param netfilter tells the numbers of the network namespaces of links of netfilter, as far as
  ///   they are known
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public static List<NetworkAttachment> all(Function<List<Integer>, Map<Integer, Long>> netfilter) {
    try (var surroundings = new Surroundings()) {
      return all(surroundings, netfilter);
    }
  }

  private static List<NetworkAttachment> all(
      Surroundings surroundings, Function<List<Integer>, Map<Integer, Long>> netfilter) {
    var search = new NetworkAttachments(surroundings);
    for (var namespace : surroundings.namespaces()) {
      try {
        search.look(namespace);
      } catch (BpfException _) {
        // It is gone, or another user's.
      }
    }
    search.netfilter(netfilter);
    return List.copyOf(search.found);
  }

  private void look(NetnsInfo netns) {
    var there =
        Surroundings.in(
            netns,
            () -> {
              var found = new Inside(netns, new ArrayList<>());
              hooks.look(found);
              return found.list();
            });
    whole(netns, there);
    found.addAll(there);
  }

  /// Takes what is on the hooks of a namespace. The programs of a kind of hook stand together.
  private final class Inside implements NetworkHooks.Visitor {
    private final NetnsInfo netns;
    private final List<NetworkAttachment> list;

    Inside(NetnsInfo netns, List<NetworkAttachment> list) {
      this.netns = netns;
      this.list = list;
    }

    List<NetworkAttachment> list() {
      return list;
    }

    @Override
    public void xdp(Device device) {
      NetworkAttachments.this.xdp(netns, device, list);
    }

    @Override
    public void ordered(Device device, AttachType type, int program, int link) {
      list.add(of(netns, device, Kind.valueOf(type.name()), program, link, ""));
    }

    @Override
    public void filter(Device device, String discipline, int parent, TrafficControl.Filter filter) {
      list.add(of(netns, device, filter, parent, discipline));
    }

    @Override
    public void route(Device device, Routes.Route route) {
      list.add(NetworkAttachments.route(netns, device, route));
    }
  }

  private NetworkAttachment of(
      NetnsInfo netns, Device device, Kind kind, int program, int link, String detail) {
    return new NetworkAttachment(
        netns,
        device.index(),
        device.name(),
        kind,
        program,
        surroundings.programName(program),
        link,
        Optional.empty(),
        detail);
  }

  private void xdp(NetnsInfo netns, Device device, List<NetworkAttachment> list) {
    var xdp = device.xdp();
    xdp(netns, device, Kind.XDP_GENERIC, xdp.generic(), list);
    xdp(netns, device, Kind.XDP_DRIVER, xdp.driver(), list);
    xdp(netns, device, Kind.XDP_HARDWARE, xdp.hardware(), list);
  }

  private void xdp(
      NetnsInfo netns, Device device, Kind kind, int program, List<NetworkAttachment> list) {
    if (program == 0) {
      return;
    }
    var link =
        links.stream()
            .filter(l ->
                l instanceof LinkInfo.Xdp x
                    && x.programId() == program
                    && x.device().index() == device.index()
                    && x.device().netns().inode() == netns.inode())
            .mapToInt(LinkInfo::id)
            .findFirst()
            .orElse(0);
    list.add(of(netns, device, kind, program, link, ""));
  }

  private NetworkAttachment of(
      NetnsInfo netns, Device device, TrafficControl.Filter filter, int parent, String discipline) {
    var said =
        new NetworkAttachment.Filter(
            TrafficControl.parentLabel(parent),
            discipline,
            filter.kind(),
            filter.priority(),
            filter.handle(),
            filter.name());
    return new NetworkAttachment(
        netns,
        device.index(),
        device.name(),
        Kind.TC,
        filter.program(),
        surroundings.programName(filter.program()),
        0,
        Optional.of(said),
        said.describe());
  }

  private static NetworkAttachment route(NetnsInfo netns, Device device, Routes.Route route) {
    return new NetworkAttachment(
        netns,
        device.index(),
        device.name(),
        Kind.ROUTE,
        0,
        route.name(),
        0,
        Optional.empty(),
        "to "
            + route.prefix()
            + ", table "
            + Integer.toUnsignedString(route.table())
            + (route.metric() == 0 ? "" : ", metric " + route.metric()));
  }

  /// Hooks of a namespace as a whole.
  private void whole(NetnsInfo netns, List<NetworkAttachment> list) {
    try (var namespace =
        NetworkNamespace.open("the network namespace " + netns.label(), netns.netns())) {
      whole(netns, namespace.fd().number(), Kind.FLOW_DISSECTOR, AttachType.FLOW_DISSECTOR, list);
      whole(netns, namespace.fd().number(), Kind.SK_LOOKUP, AttachType.SK_LOOKUP, list);
    }
  }

  private void whole(
      NetnsInfo netns, int fd, Kind kind, AttachType type, List<NetworkAttachment> list) {
    var byLink =
        new ArrayList<>(
            links.stream()
                .filter(l ->
                    l instanceof LinkInfo.Netns n
                        && n.hook() == type.number()
                        && n.netns().inode() == netns.inode())
                .toList());
    for (var program : LinkCalls.query(fd, type.number(), false).programs()) {
      var link = byLink.stream().filter(l -> l.programId() == program).findFirst();
      link.ifPresent(byLink::remove);
      list.add(
          new NetworkAttachment(
              netns,
              0,
              "",
              kind,
              program,
              surroundings.programName(program),
              link.map(LinkInfo::id).orElse(0),
              Optional.empty(),
              ""));
    }
  }

  /// Their links do not say in which namespace they are.
  private void netfilter(Function<List<Integer>, Map<Integer, Long>> netfilter) {
    var namespaces =
        netfilter.apply(
            links.stream().filter(LinkInfo.Netfilter.class::isInstance).map(LinkInfo::id).toList());
    for (var link : links) {
      if (link instanceof LinkInfo.Netfilter n) {
        found.add(
            new NetworkAttachment(
                surroundings.namespace(namespaces.getOrDefault(n.id(), 0L)),
                0,
                "",
                Kind.NETFILTER,
                n.programId(),
                surroundings.programName(n.programId()),
                n.id(),
                Optional.empty(),
                n.familyLabel()
                    + "/"
                    + n.hookLabel()
                    + ", priority "
                    + n.priority()
                    + (n.isDefragmenting() ? ", defrag" : "")));
      }
    }
  }
}
