package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import java.util.Objects;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;

/// What all programs do with the packet that they see (`net/core/filter.c`): its bytes, and those
/// of XDP its size.
final class PacketHelpers {
  private static final int ETHERNET = 14;

  /// What the kernel keeps at the begin of the room before a packet (`struct xdp_frame`).
  private static final int FRAME = 40;

  private static final int MOST_METADATA = 252;
  private static final int MOST_OFFSET = 0xffff;

  private PacketHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("xdp_adjust_head", PacketHelpers::adjustHead);
    all.put(
        "xdp_adjust_tail",
        (run, context, delta, c, d, e) ->
            packet(run, context).moveTail((int) delta, ETHERNET) ? 0 : -Errno.EINVAL);
    all.put("xdp_adjust_meta", PacketHelpers::adjustMeta);
    all.put(
        "skb_load_bytes",
        (run, context, offset, to, size, e) ->
            load(run, packet(run, context).start(), context, offset, to, size));
    all.put("xdp_load_bytes", PacketHelpers::loadWhole);
    all.put("skb_load_bytes_relative", PacketHelpers::loadRelative);
    all.put(
        "xdp_store_bytes",
        (run, context, offset, from, size, e) -> store(run, context, offset, from, size));
    all.put("xdp_get_buff_len", (run, context, b, c, d, e) -> packet(run, context).length());
    ChecksumHelpers.addTo(all);
    RedirectHelpers.addTo(all);
    SocketBufferHelpers.addTo(all);
    VlanHelpers.addTo(all);
    MessageHelpers.addTo(all);
  }

  static PacketContext context(Run run, long context) {
    if (run.memory().find(context) instanceof PacketContext found) {
      return found;
    }
    throw new MemoryFault(context, "no context with a packet");
  }

  static Packet packet(Run run, long context) {
    return context(run, context).packet();
  }

  /// The memory that a packet is in.
  static byte[] bytes(Packet packet) {
    return Objects.requireNonNull(packet.bytes());
  }

  private static long adjustHead(Run run, long context, long delta, long c, long d, long e) {
    var packet = packet(run, context);
    var metadata = packet.start() - packet.from();
    return packet.start() + (int) delta < FRAME + metadata
            || !packet.moveHead((int) delta, ETHERNET, FRAME)
        ? -Errno.EINVAL
        : 0;
  }

  private static long adjustMeta(Run run, long context, long delta, long c, long d, long e) {
    var packet = packet(run, context);
    var meta = packet.from() + (int) delta;
    if (meta < FRAME || meta > packet.start()) {
      return -Errno.EINVAL;
    }
    var size = packet.start() - meta;
    if (size % 4 != 0 || size > MOST_METADATA) {
      return -Errno.EACCES;
    }
    packet.moveMeta((int) delta);
    return 0;
  }

  private static long load(Run run, int begin, long context, long offset, long to, long size) {
    var packet = packet(run, context);
    if (offset < 0 || offset > Integer.MAX_VALUE || begin + offset + size > packet.to()) {
      run.memory().clear(to, size);
      return -Errno.EFAULT;
    }
    run.memory().write(to, bytes(packet), begin + (int) offset, (int) size);
    return 0;
  }

  /// Unlike that of socket buffers, this leaves memory alone where it fails.
  private static long loadWhole(Run run, long context, long offset, long to, long size, long e) {
    var packet = packet(run, context);
    if (isOutside(packet, offset, size)) {
      return outside(offset);
    }
    run.memory().write(to, bytes(packet), packet.start() + (int) offset, (int) size);
    return 0;
  }

  private static long outside(long offset) {
    return offset < 0 || offset > MOST_OFFSET ? -Errno.EFAULT : -Errno.EINVAL;
  }

  private static boolean isOutside(Packet packet, long offset, long size) {
    return offset < 0 || offset > MOST_OFFSET || size < 0 || offset + size > packet.length();
  }

  private static long loadRelative(
      Run run, long context, long offset, long to, long size, long from) {
    var packet = packet(run, context);
    if (offset < 0 || offset > MOST_OFFSET || from < 0 || from > 1) {
      run.memory().clear(to, size);
      return -Errno.EFAULT;
    }
    return load(run, from == 0 ? packet.link() : packet.network(), context, offset, to, size);
  }

  private static long store(Run run, long context, long offset, long from, long size) {
    var packet = packet(run, context);
    if (isOutside(packet, offset, size)) {
      return outside(offset);
    }
    run.memory().read(from, bytes(packet), packet.start() + (int) offset, (int) size);
    return 0;
  }
}
