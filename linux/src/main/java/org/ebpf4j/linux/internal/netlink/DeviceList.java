package org.ebpf4j.linux.internal.netlink;

import java.util.List;
import org.ebpf4j.linux.inspect.DeviceXdp;

/// The network devices of a network namespace.
public final class DeviceList {
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int IFINFOMSG_SIZE = 16;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_EXT_MASK = 29;
  private static final int IFLA_INFO_KIND = 1;
  private static final int RTEXT_FILTER_SKIP_STATS = 8;

  private DeviceList() {}

  /// A device.
  ///
  /// @param kind what it is, such as `veth` or `netkit`; empty for hardware
  public record Device(int index, String name, String kind, DeviceXdp xdp) {}

  /// All devices of the namespace of a socket, by their indexes.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel does not tell
  public static List<Device> of(NetlinkSocket socket) {
    var reply =
        socket.dump(
            new NetlinkRequest(RTM_GETLINK, 0)
                .u32(0)
                .u32(0)
                .u32(0)
                .u32(0)
                .attribute(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS));
    if (!reply.ok()) {
      throw NetlinkRefusal.of("the list of network devices", "RTM_GETLINK", reply);
    }
    return reply.messages().stream()
        .filter(m -> m.type() == RTM_NEWLINK)
        .map(DeviceList::device)
        .toList();
  }

  private static Device device(NetlinkMessage message) {
    var attributes = message.attributes(IFINFOMSG_SIZE);
    var index = message.i32(4);
    return new Device(
        index,
        attributes.text(IFLA_IFNAME),
        attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND),
        XdpRequests.of(index, attributes));
  }
}
