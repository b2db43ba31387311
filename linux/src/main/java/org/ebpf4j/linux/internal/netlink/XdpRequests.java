package org.ebpf4j.linux.internal.netlink;

import org.ebpf4j.attach.Netns;
import org.ebpf4j.linux.inspect.DeviceXdp;
import org.ebpf4j.linux.internal.host.NetworkDevices;

/// XDP programs of network devices, set and asked for by netlink.
public final class XdpRequests {
  // include/uapi/linux/rtnetlink.h, if_link.h
  private static final int RTM_NEWLINK = 16;
  private static final int RTM_GETLINK = 18;
  private static final int RTM_SETLINK = 19;
  private static final int IFINFOMSG_SIZE = 16;
  private static final int IFLA_XDP = 43;
  private static final int IFLA_XDP_FD = 1;
  private static final int IFLA_XDP_ATTACHED = 2;
  private static final int IFLA_XDP_FLAGS = 3;
  private static final int IFLA_XDP_PROG_ID = 4;
  private static final int IFLA_XDP_DRV_PROG_ID = 5;
  private static final int IFLA_XDP_SKB_PROG_ID = 6;
  private static final int IFLA_XDP_HW_PROG_ID = 7;
  private static final int IFLA_XDP_EXPECTED_FD = 8;
  private static final int ATTACHED_DRV = 1;
  private static final int ATTACHED_SKB = 2;
  private static final int ATTACHED_HW = 3;
  private static final int XDP_FLAGS_UPDATE_IF_NOEXIST = 1;
  private static final int XDP_FLAGS_REPLACE = 1 << 4;

  /// Stands for no program.
  public static final int NONE = -1;

  private final NetlinkSocket socket;

  /// Of the network namespace of that socket.
  public XdpRequests(NetlinkSocket socket) {
    this.socket = socket;
  }

  private static NetlinkRequest message(int type, int device) {
    return new NetlinkRequest(type, 0).u32(0).u32(device).u32(0).u32(0);
  }

  /// Attaches a program where there is none.
  ///
  /// @param mode `XDP_FLAGS_*_MODE`, or 0
  public NetlinkReply attach(int device, int program, int mode) {
    return socket.request(
        message(RTM_SETLINK, device)
            .nested(
                IFLA_XDP,
                xdp ->
                    xdp.attribute(IFLA_XDP_FD, program)
                        .attribute(IFLA_XDP_FLAGS, mode | XDP_FLAGS_UPDATE_IF_NOEXIST)));
  }

  /// Attaches a program, or [#NONE], in the place of another, which must be attached (since 5.7).
  ///
  /// @param expected the descriptor of the other
  public NetlinkReply replace(int device, int program, int expected, int mode) {
    return socket.request(
        message(RTM_SETLINK, device)
            .nested(
                IFLA_XDP,
                xdp ->
                    xdp.attribute(IFLA_XDP_FD, program)
                        .attribute(IFLA_XDP_FLAGS, mode | XDP_FLAGS_REPLACE)
                        .attribute(IFLA_XDP_EXPECTED_FD, expected)));
  }

  /// Takes off whichever program is attached.
  public NetlinkReply clear(int device, int mode) {
    return socket.request(
        message(RTM_SETLINK, device)
            .nested(
                IFLA_XDP, xdp -> xdp.attribute(IFLA_XDP_FD, NONE).attribute(IFLA_XDP_FLAGS, mode)));
  }

  /// The programs of a device, by its name.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is none of that name
  public static DeviceXdp of(String device, Netns netns) {
    var what = "the XDP programs of " + device;
    return NetworkNamespace.in(
        what,
        netns,
        () -> {
          var index = NetworkDevices.index(device, netns);
          try (var socket = NetlinkSocket.open()) {
            return new XdpRequests(socket).query(what, index);
          }
        });
  }

  /// The programs of a device.
  ///
  /// @param what what they are asked for, for messages
  /// @throws org.ebpf4j.error.KernelException where the device is gone
  public DeviceXdp query(String what, int device) {
    var reply = socket.request(message(RTM_GETLINK, device));
    if (!reply.ok()) {
      throw NetlinkRefusal.of(what, "RTM_GETLINK", reply);
    }
    return reply.messages().stream()
        .filter(m -> m.type() == RTM_NEWLINK)
        .findFirst()
        .map(m -> of(device, m.attributes(IFINFOMSG_SIZE)))
        .orElse(new DeviceXdp(device, 0, 0, 0));
  }

  /// The programs of a device, in what the kernel says of it.
  static DeviceXdp of(int device, Attributes attributes) {
    var xdp = attributes.nested(IFLA_XDP);
    var generic = xdp.u32(IFLA_XDP_SKB_PROG_ID);
    var driver = xdp.u32(IFLA_XDP_DRV_PROG_ID);
    var hardware = xdp.u32(IFLA_XDP_HW_PROG_ID);
    // Kernels before 4.19 have one program, whose mode is another attribute.
    var only = generic + driver + hardware == 0 ? xdp.u32(IFLA_XDP_PROG_ID) : 0;
    return switch (only == 0 ? 0 : xdp.u8(IFLA_XDP_ATTACHED)) {
      case ATTACHED_DRV -> new DeviceXdp(device, 0, only, 0);
      case ATTACHED_SKB -> new DeviceXdp(device, only, 0, 0);
      case ATTACHED_HW -> new DeviceXdp(device, 0, 0, only);
      default -> new DeviceXdp(device, generic, driver, hardware);
    };
  }
}
