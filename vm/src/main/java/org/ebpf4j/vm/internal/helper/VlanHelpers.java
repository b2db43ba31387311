package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.SocketBuffer;

/// Tags of virtual LANs. The outermost one is beside the packet, as devices deliver it.
final class VlanHelpers {
  private static final int TAGGED = 0x8100;
  private static final int SERVICE_TAGGED = 0x88a8;
  private static final int ADDRESSES = 12;
  private static final int TAG = 4;

  private VlanHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("skb_vlan_push", VlanHelpers::push);
    all.put("skb_vlan_pop", VlanHelpers::pop);
  }

  private static boolean isTagged(int protocol) {
    return protocol == TAGGED || protocol == SERVICE_TAGGED;
  }

  private static int u16(Packet packet, int offset) {
    var bytes = PacketHelpers.bytes(packet);
    return (bytes[packet.start() + offset] & 0xff) << 8
        | (bytes[packet.start() + offset + 1] & 0xff);
  }

  private static void put16(Packet packet, int offset, int value) {
    var bytes = PacketHelpers.bytes(packet);
    bytes[packet.start() + offset] = (byte) (value >>> 8);
    bytes[packet.start() + offset + 1] = (byte) value;
  }

  private static long push(Run run, long context, long wanted, long tag, long d, long e) {
    var found = PacketHelpers.context(run, context);
    var packet = found.packet();
    var protocol = SocketBuffer.swapped((int) wanted & 0xffff);
    if (found.get(SocketBuffer.VLAN_PRESENT, 4) != 0) {
      // The tag that is there goes into the packet.
      var before = SocketBuffer.swapped((int) found.get(SocketBuffer.VLAN_PROTOCOL, 4));
      if (!packet.insert(ADDRESSES, TAG)) {
        return -Errno.ENOMEM;
      }
      put16(packet, ADDRESSES, before);
      put16(packet, ADDRESSES + 2, (int) found.get(SocketBuffer.VLAN_TCI, 4));
      packet.setHeaders(packet.start(), packet.network());
      found.put(SocketBuffer.PROTOCOL, 4, SocketBuffer.swapped(before));
    }
    tag(found, isTagged(protocol) ? protocol : TAGGED, (int) tag & 0xffff);
    return 0;
  }

  private static void tag(PacketContext context, int protocol, int tag) {
    context.put(SocketBuffer.VLAN_PRESENT, 4, 1);
    context.put(SocketBuffer.VLAN_PROTOCOL, 4, SocketBuffer.swapped(protocol));
    context.put(SocketBuffer.VLAN_TCI, 4, tag);
  }

  private static long pop(Run run, long context, long b, long c, long d, long e) {
    var found = PacketHelpers.context(run, context);
    if (found.get(SocketBuffer.VLAN_PRESENT, 4) != 0) {
      found.put(SocketBuffer.VLAN_PRESENT, 4, 0);
      found.put(SocketBuffer.VLAN_PROTOCOL, 4, 0);
      found.put(SocketBuffer.VLAN_TCI, 4, 0);
    } else {
      if (!isTagged(protocol(found))) {
        return 0;
      }
      if (take(found) < 0) {
        return -Errno.ENOMEM;
      }
    }
    // The next tag takes the place beside the packet.
    var next = protocol(found);
    if (!isTagged(next)) {
      return 0;
    }
    var tag = take(found);
    if (tag < 0) {
      return -Errno.ENOMEM;
    }
    tag(found, next, tag);
    return 0;
  }

  private static int protocol(PacketContext context) {
    return SocketBuffer.swapped((int) context.get(SocketBuffer.PROTOCOL, 4));
  }

  /// Takes a tag out of the packet.
  ///
  /// @return the tag, or -1 where the packet is too short
  private static int take(PacketContext context) {
    var packet = context.packet();
    if (packet.length() < ADDRESSES + TAG + 2) {
      return -1;
    }
    var tag = u16(packet, ADDRESSES + 2);
    var type = u16(packet, ADDRESSES + TAG);
    var next = packet.length() < ADDRESSES + TAG + 4 ? 0 : u16(packet, ADDRESSES + TAG + 2);
    var inner = SocketBuffer.protocol(type, next);
    packet.cut(ADDRESSES, TAG);
    packet.setHeaders(packet.start(), packet.start() + ADDRESSES + 2);
    context.put(SocketBuffer.PROTOCOL, 4, SocketBuffer.swapped(inner));
    return tag;
  }
}
