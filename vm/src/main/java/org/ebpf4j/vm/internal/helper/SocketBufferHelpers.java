package org.ebpf4j.vm.internal.helper;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.SocketBuffer;

/// What programs do with a `struct __sk_buff`. All of a packet is in one piece here.
final class SocketBufferHelpers {
  private static final int NO_SUPPORT = 524;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int CHANGES_CHECKSUM = 1;
  private static final int INVALIDATES_HASH = 2;

  /// How many bytes a packet that grows may have (`BPF_SKB_MAX_LEN`): four pages, without what the
  /// kernel keeps behind it.
  private static final int MOST = 4 * 4096 - 320;

  private static final int MOST_ROOM = 0xfff;
  private static final int FIXED_GSO = 1;
  private static final int OUTER_IPV4 = 1 << 1;
  private static final int OUTER_IPV6 = 1 << 2;
  private static final int OUTER_MASK = 0x7f;
  private static final int NO_CHECKSUM_RESET = 1 << 5;
  private static final int INNER_IPV4 = 1 << 7;
  private static final int INNER_IPV6 = 1 << 8;
  private static final int LINK_LENGTH_SHIFT = 56;

  private SocketBufferHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("skb_store_bytes", SocketBufferHelpers::store);
    all.put(
        "skb_pull_data",
        (run, context, length, c, d, e) ->
            (length & 0xffff_ffffL) > PacketHelpers.packet(run, context).length()
                ? -Errno.ENOMEM
                : 0);
    all.put("skb_change_tail", SocketBufferHelpers::changeTail);
    all.put("skb_change_head", SocketBufferHelpers::changeHead);
    all.put("skb_change_proto", SocketBufferHelpers::changeProtocol);
    all.put("skb_change_type", SocketBufferHelpers::changeType);
    all.put("skb_adjust_room", SocketBufferHelpers::adjustRoom);
    all.put("get_hash_recalc", SocketBufferHelpers::hash);
    all.put(
        "set_hash",
        (run, context, hash, c, d, e) -> {
          PacketHelpers.context(run, context).put(SocketBuffer.HASH, 4, hash);
          return 0;
        });
    all.put(
        "set_hash_invalid",
        (run, context, b, c, d, e) -> {
          PacketHelpers.context(run, context).put(SocketBuffer.HASH, 4, 0);
          return 0;
        });
    all.put("skb_set_tstamp", SocketBufferHelpers::setTimestamp);
    // Sockets, cgroups and routes of packets are those of nobody.
    all.put("get_cgroup_classid", (run, context, b, c, d, e) -> 0);
    all.put("get_route_realm", (run, context, b, c, d, e) -> 0);
    all.put("skb_cgroup_classid", (run, context, b, c, d, e) -> 0);
    all.put("skb_cgroup_id", (run, context, b, c, d, e) -> Environment.of(run).task().cgroup());
    all.put("get_socket_uid", (run, context, b, c, d, e) -> 65_534);
    all.put("get_socket_cookie", (run, context, b, c, d, e) -> 0);
  }

  private static int protocol(PacketContext context) {
    return SocketBuffer.swapped((int) context.get(SocketBuffer.PROTOCOL, 4));
  }

  private static void setProtocol(PacketContext context, int protocol) {
    context.put(SocketBuffer.PROTOCOL, 4, SocketBuffer.swapped(protocol));
  }

  private static long store(Run run, long context, long offset, long from, long size, long flags) {
    if ((flags & ~(CHANGES_CHECKSUM | INVALIDATES_HASH)) != 0) {
      return -Errno.EINVAL;
    }
    var packet = PacketHelpers.packet(run, context);
    if (offset < 0 || offset > Integer.MAX_VALUE || offset + size > packet.length()) {
      return -Errno.EFAULT;
    }
    run.memory().read(from, PacketHelpers.bytes(packet), packet.start() + (int) offset, (int) size);
    if ((flags & INVALIDATES_HASH) != 0) {
      PacketHelpers.context(run, context).put(SocketBuffer.HASH, 4, 0);
    }
    return 0;
  }

  private static long changeTail(Run run, long context, long length, long flags, long d, long e) {
    var packet = PacketHelpers.packet(run, context);
    var wanted = length & 0xffff_ffffL;
    var least = Math.max(0, packet.network() - packet.start());
    if (flags != 0 || wanted > MOST || wanted < least) {
      return -Errno.EINVAL;
    }
    return packet.moveTail((int) wanted - packet.length(), 0) ? 0 : -Errno.ENOMEM;
  }

  private static long changeHead(Run run, long context, long room, long flags, long d, long e) {
    var packet = PacketHelpers.packet(run, context);
    if (flags != 0 || (int) room < 0 || packet.length() + (int) room > MOST) {
      return -Errno.EINVAL;
    }
    var network = packet.network();
    if (!packet.insert(0, (int) room)) {
      return -Errno.ENOMEM;
    }
    packet.setHeaders(packet.start(), network);
    return 0;
  }

  private static long changeProtocol(
      Run run, long context, long wanted, long flags, long d, long e) {
    var found = PacketHelpers.context(run, context);
    var packet = found.packet();
    var to = SocketBuffer.swapped((int) wanted & 0xffff);
    var from = protocol(found);
    if (flags != 0) {
      return -Errno.EINVAL;
    }
    if (from == IPV4 && to == IPV6) {
      if (!grow(packet, packet.network() - packet.start(), IPV6_HEADER - IPV4_HEADER)) {
        return -Errno.ENOMEM;
      }
    } else if (from == IPV6 && to == IPV4) {
      if (!shrink(packet, packet.network() - packet.start(), IPV6_HEADER - IPV4_HEADER)) {
        return -Errno.ENOMEM;
      }
    } else {
      return -NO_SUPPORT;
    }
    setProtocol(found, to);
    found.put(SocketBuffer.HASH, 4, 0);
    return 0;
  }

  /// Opens a hole before an offset; headers before it move.
  private static boolean grow(Packet packet, int offset, int count) {
    var link = packet.link();
    var network = packet.network();
    if (!packet.insert(offset, count)) {
      return false;
    }
    packet.setHeaders(link - count, network - count);
    return true;
  }

  private static boolean shrink(Packet packet, int offset, int count) {
    var link = packet.link();
    var network = packet.network();
    if (!packet.cut(offset, count)) {
      return false;
    }
    packet.setHeaders(link + count, network + count);
    return true;
  }

  private static long changeType(Run run, long context, long type, long c, long d, long e) {
    var found = PacketHelpers.context(run, context);
    if (Long.compareUnsigned(type & 0xffff_ffffL, 3) > 0
        || found.get(SocketBuffer.PACKET_TYPE, 4) > 3) {
      return -Errno.EINVAL;
    }
    found.put(SocketBuffer.PACKET_TYPE, 4, type);
    return 0;
  }

  private static long adjustRoom(
      Run run, long context, long difference, long mode, long flags, long e) {
    var found = PacketHelpers.context(run, context);
    var packet = found.packet();
    var delta = (int) difference;
    var known = (OUTER_MASK | INNER_IPV4 | INNER_IPV6) | 0xffL << LINK_LENGTH_SHIFT;
    if ((flags & ~known) != 0) {
      return -Errno.EINVAL;
    }
    if (Math.abs((long) delta) > MOST_ROOM) {
      return -Errno.EFAULT;
    }
    var protocol = protocol(found);
    if (protocol != IPV4 && protocol != IPV6) {
      return -NO_SUPPORT;
    }
    var base = protocol == IPV4 ? IPV4_HEADER : IPV6_HEADER;
    var least = base;
    var offset = packet.network() - packet.start();
    switch ((int) mode) {
      case 0 -> offset += base;
      case 1 -> {
        // Behind the Ethernet header.
      }
      default -> {
        return -NO_SUPPORT;
      }
    }
    var inner = flags & (INNER_IPV4 | INNER_IPV6);
    if (inner != 0) {
      if (delta >= 0 || inner == (INNER_IPV4 | INNER_IPV6)) {
        return -Errno.EINVAL;
      }
      least = inner == INNER_IPV4 ? IPV4_HEADER : IPV6_HEADER;
    }
    var length = packet.to() - packet.network();
    if (delta < 0 && (-delta >= length || length + delta < least)) {
      return -NO_SUPPORT;
    }
    if (delta >= 0 && packet.length() + delta > MOST) {
      return -NO_SUPPORT;
    }
    return delta < 0
        ? shrinkRoom(found, offset, -delta, flags)
        : growRoom(found, offset, delta, flags);
  }

  private static long growRoom(PacketContext context, int offset, int count, long flags) {
    var outer = flags & (OUTER_IPV4 | OUTER_IPV6);
    if (outer == (OUTER_IPV4 | OUTER_IPV6)) {
      return -Errno.EINVAL;
    }
    if (!grow(context.packet(), offset, count)) {
      return -Errno.ENOMEM;
    }
    if (outer != 0) {
      setProtocol(context, outer == OUTER_IPV4 ? IPV4 : IPV6);
      context.put(SocketBuffer.HASH, 4, 0);
    }
    return 0;
  }

  private static long shrinkRoom(PacketContext context, int offset, int count, long flags) {
    var known = FIXED_GSO | INNER_IPV4 | INNER_IPV6 | NO_CHECKSUM_RESET;
    if ((flags & ~known) != 0) {
      return -Errno.EINVAL;
    }
    if (!shrink(context.packet(), offset, count)) {
      return -Errno.ENOMEM;
    }
    if ((flags & INNER_IPV4) != 0) {
      setProtocol(context, IPV4);
    } else if ((flags & INNER_IPV6) != 0) {
      setProtocol(context, IPV6);
    }
    return 0;
  }

  /// The kernel's depends on a secret; this one on the bytes alone.
  private static long hash(Run run, long context, long b, long c, long d, long e) {
    var found = PacketHelpers.context(run, context);
    var hash = found.get(SocketBuffer.HASH, 4);
    if (hash == 0) {
      hash = Math.max(1, Arrays.hashCode(found.packet().content()) & 0xffff_ffffL);
      found.put(SocketBuffer.HASH, 4, hash);
    }
    return hash;
  }

  private static long setTimestamp(Run run, long context, long time, long type, long d, long e) {
    var found = PacketHelpers.context(run, context);
    var protocol = protocol(found);
    if (protocol != IPV4 && protocol != IPV6) {
      return -NO_SUPPORT;
    }
    if ((type == 0) != (time == 0) || Long.compareUnsigned(type, 2) > 0) {
      return -Errno.EINVAL;
    }
    found.put(SocketBuffer.TIMESTAMP, 8, time);
    return 0;
  }
}
