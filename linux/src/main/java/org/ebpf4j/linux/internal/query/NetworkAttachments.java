package org.ebpf4j.linux.internal.query;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetnsInfo;
import org.ebpf4j.linux.inspect.NetworkAttachment;
import org.ebpf4j.linux.inspect.NetworkAttachment.Kind;
import org.ebpf4j.linux.internal.netlink.DeviceList.Device;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Asks the hooks of all network namespaces for the programs on them.
public final class NetworkAttachments {
  private final Surroundings surroundings;
  private final List<LinkInfo> links;
  private final List<NetworkAttachment> found = new ArrayList<>();
  private final Set<AttachType> unknown = new HashSet<>();

  private NetworkAttachments(Surroundings surroundings) {
    this.surroundings = surroundings;
    this.links = LinkReading.all(surroundings);
  }

  /// All programs, namespace by namespace, the calling thread's first; then those of netfilter.
  /// Namespaces that are gone meanwhile, or may not be entered, are left out.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public static List<NetworkAttachment> all(Surroundings surroundings) {
    var search = new NetworkAttachments(surroundings);
    for (var namespace : surroundings.namespaces()) {
      try {
        search.look(namespace);
      } catch (BpfException _) {
        // It is gone, or another user's.
      }
    }
    search.netfilter();
    return List.copyOf(search.found);
  }

  private void look(NetnsInfo netns) {
    var devices = surroundings.devices(netns);
    var there =
        Surroundings.in(
            netns,
            () -> {
              var list = new ArrayList<NetworkAttachment>();
              try (var socket = NetlinkSocket.open()) {
                devices.forEach(device -> xdp(netns, device, list));
                devices.forEach(device -> ordered(netns, device, list));
                filters(socket, netns, devices, list);
                routes(socket, netns, devices, list);
              }
              return list;
            });
    whole(netns, there);
    found.addAll(there);
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

  private void ordered(NetnsInfo netns, Device device, List<NetworkAttachment> list) {
    ordered(netns, device, Kind.TCX_INGRESS, AttachType.TCX_INGRESS, list);
    ordered(netns, device, Kind.TCX_EGRESS, AttachType.TCX_EGRESS, list);
    if (device.kind().equals("netkit")) {
      ordered(netns, device, Kind.NETKIT_PRIMARY, AttachType.NETKIT_PRIMARY, list);
      ordered(netns, device, Kind.NETKIT_PEER, AttachType.NETKIT_PEER, list);
    }
  }

  private void ordered(
      NetnsInfo netns, Device device, Kind kind, AttachType type, List<NetworkAttachment> list) {
    if (unknown.contains(type)) {
      return;
    }
    var there = LinkCalls.query(device.index(), type.number(), false);
    if (there.errno() == Errno.EINVAL) {
      unknown.add(type); // Older kernels have no such hook.
    }
    for (var i = 0; i < there.programs().length; i++) {
      list.add(of(netns, device, kind, there.programs()[i], there.links()[i], ""));
    }
  }

  private void filters(
      NetlinkSocket socket, NetnsInfo netns, List<Device> devices, List<NetworkAttachment> list) {
    var control = new TrafficControl(socket);
    for (var discipline : control.disciplines()) {
      var device = devices.stream().filter(d -> d.index() == discipline.device()).findFirst();
      if (device.isEmpty()) {
        continue;
      }
      for (int parent : discipline.parents()) {
        for (var filter : control.filters(discipline.device(), parent)) {
          if (filter.program() != 0) {
            list.add(of(netns, device.get(), filter, parent, discipline.kind()));
          }
        }
      }
    }
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

  private static void routes(
      NetlinkSocket socket, NetnsInfo netns, List<Device> devices, List<NetworkAttachment> list) {
    for (var device : devices) {
      for (var route : new Routes(socket).by(device.index())) {
        list.add(
            new NetworkAttachment(
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
                    + (route.metric() == 0 ? "" : ", metric " + route.metric())));
      }
    }
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
  private void netfilter() {
    for (var link : links) {
      if (link instanceof LinkInfo.Netfilter n) {
        found.add(
            new NetworkAttachment(
                NetnsInfo.NONE,
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
