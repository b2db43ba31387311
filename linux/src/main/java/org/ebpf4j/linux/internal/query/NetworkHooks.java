package org.ebpf4j.linux.internal.query;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.netlink.DeviceList;
import org.ebpf4j.linux.internal.netlink.DeviceList.Device;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Asks the devices, queueing disciplines and routes of network namespaces for programs.
public final class NetworkHooks {
  /// Takes what was found.
  public interface Visitor {
    /// XDP programs of a device, of which all may be 0.
    void xdp(Device device);

    /// A program on a hook that runs its programs in an order: tcx or netkit.
    ///
    /// @param link the id of the link that holds it there; 0 for none
    void ordered(Device device, AttachType type, int program, int link);

    /// A filter of traffic control that has a program.
    ///
    /// @param discipline the kind of its queueing discipline
    /// @param parent what it is on
    void filter(Device device, String discipline, int parent, TrafficControl.Filter filter);

    /// A route with a program.
    void route(Device device, Routes.Route route);

    /// Whether tcx, netkit and filters are looked for.
    default boolean wantsControl() {
      return true;
    }

    /// Whether routes are looked for.
    default boolean wantsRoutes() {
      return true;
    }
  }

  /// Hooks that this kernel does not have.
  private final Set<AttachType> unknown = new HashSet<>();

  /// Looks at the network namespace of the calling thread.
  public void look(Visitor visitor) {
    try (var socket = NetlinkSocket.open()) {
      var devices = DeviceList.of(socket);
      devices.forEach(visitor::xdp);
      if (visitor.wantsControl()) {
        devices.forEach(device -> ordered(device, visitor));
        filters(socket, devices, visitor);
      }
      if (visitor.wantsRoutes()) {
        for (var device : devices) {
          new Routes(socket).by(device.index()).forEach(route -> visitor.route(device, route));
        }
      }
    }
  }

  private void ordered(Device device, Visitor visitor) {
    ordered(device, AttachType.TCX_INGRESS, visitor);
    ordered(device, AttachType.TCX_EGRESS, visitor);
    if (device.kind().equals("netkit")) {
      ordered(device, AttachType.NETKIT_PRIMARY, visitor);
      ordered(device, AttachType.NETKIT_PEER, visitor);
    }
  }

  private void ordered(Device device, AttachType type, Visitor visitor) {
    if (unknown.contains(type)) {
      return;
    }
    var there = LinkCalls.query(device.index(), type.number(), false);
    if (there.errno() == Errno.EINVAL) {
      unknown.add(type); // Older kernels have no such hook.
    }
    for (int i = 0; i < there.programs().length; i++) {
      visitor.ordered(device, type, there.programs()[i], there.links()[i]);
    }
  }

  private static void filters(NetlinkSocket socket, List<Device> devices, Visitor visitor) {
    var control = new TrafficControl(socket);
    for (var discipline : control.disciplines()) {
      var device = devices.stream().filter(d -> d.index() == discipline.device()).findFirst();
      if (device.isEmpty()) {
        continue;
      }
      for (int parent : discipline.parents()) {
        for (var filter : control.filters(discipline.device(), parent)) {
          if (filter.program() != 0) {
            visitor.filter(device.get(), discipline.kind(), parent, filter);
          }
        }
      }
    }
  }
}
