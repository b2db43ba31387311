package org.ebpf4j.vm.internal.helper;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;
import org.ebpf4j.vm.internal.packet.PacketContext;

/// What programs do with the packet that they see.
final class PacketHelpers {
  private static final int ETHERNET = 14;

  private PacketHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put(
        "xdp_adjust_head",
        (run, context, delta, c, d, e) ->
            packet(run, context).moveHead((int) delta, ETHERNET) ? 0 : -Errno.EINVAL);
    all.put(
        "xdp_adjust_tail",
        (run, context, delta, c, d, e) ->
            packet(run, context).moveTail((int) delta, ETHERNET) ? 0 : -Errno.EINVAL);
    all.put(
        "xdp_adjust_meta",
        (run, context, delta, c, d, e) ->
            packet(run, context).moveMeta((int) delta) ? 0 : -Errno.EINVAL);
    all.put("skb_load_bytes", PacketHelpers::load);
    all.put("xdp_load_bytes", PacketHelpers::load);
    all.put("skb_store_bytes", PacketHelpers::store);
    all.put("xdp_store_bytes", PacketHelpers::store);
    all.put("skb_change_tail", PacketHelpers::changeTail);
    // All of a packet is in one piece.
    all.put("skb_pull_data", (run, context, length, c, d, e) -> 0);
    all.put("xdp_get_buff_len", (run, context, b, c, d, e) -> packet(run, context).length());
    all.put("csum_diff", PacketHelpers::checksumDifference);
  }

  private static Packet packet(Run run, long context) {
    if (run.memory().find(context) instanceof PacketContext found) {
      return found.packet();
    }
    throw new MemoryFault(context, "no context with a packet");
  }

  private static long changeTail(Run run, long context, long length, long flags, long d, long e) {
    var packet = packet(run, context);
    return flags == 0 && packet.moveTail((int) length - packet.length(), 0) ? 0 : -Errno.EINVAL;
  }

  private static long load(Run run, long context, long offset, long to, long size, long e) {
    var packet = packet(run, context);
    if (offset < 0 || size < 0 || offset + size > packet.length()) {
      run.memory().clear(to, size);
      return -Errno.EFAULT;
    }
    run.memory()
        .write(to, Arrays.copyOfRange(packet.content(), (int) offset, (int) (offset + size)));
    return 0;
  }

  private static long store(Run run, long context, long offset, long from, long size, long flags) {
    var packet = packet(run, context);
    if (offset < 0 || size < 0 || offset + size > packet.length()) {
      return -Errno.EFAULT;
    }
    var bytes = run.memory().read(from, size);
    run.memory().write(packet.address() + packet.start() + offset, bytes);
    return 0;
  }

  /// The sum of what comes in place of other bytes, for checksums (`csum_partial`).
  private static long checksumDifference(
      Run run, long from, long fromSize, long to, long toSize, long seed) {
    if (fromSize % 4 != 0 || toSize % 4 != 0) {
      return -Errno.EINVAL;
    }
    long sum = seed & 0xffff_ffffL;
    sum += words(run, from, (int) fromSize, true);
    sum += words(run, to, (int) toSize, false);
    while (sum >>> Integer.SIZE != 0) {
      sum = (sum & 0xffff_ffffL) + (sum >>> Integer.SIZE);
    }
    return sum;
  }

  private static long words(Run run, long address, int size, boolean inverted) {
    var bytes = run.memory().read(address, size);
    long sum = 0;
    for (int i = 0; i < size; i += 4) {
      long word =
          (bytes[i] & 0xffL)
              | ((bytes[i + 1] & 0xffL) << 8)
              | ((bytes[i + 2] & 0xffL) << 16)
              | ((bytes[i + 3] & 0xffL) << 24);
      sum += inverted ? ~word & 0xffff_ffffL : word;
    }
    return sum;
  }
}
