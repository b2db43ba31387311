package org.ebpf4j.vm.internal.helper;

import java.util.Arrays;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;

/// The tunnel that a packet came through or is to go through (`struct bpf_tunnel_key`): what a
/// program says is what it reads (`bpf_skb_set_tunnel_key` and its like in `net/core/filter.c`).
final class TunnelHelpers {
  private static final int IPV6 = 1;
  private static final int ZERO_CHECKSUM = 1 << 1;
  private static final int NO_FRAGMENTS = 1 << 2;
  private static final int NUMBERS = 1 << 3;

  /// `BPF_F_NO_TUNNEL_KEY` for who sets, `BPF_F_TUNINFO_FLAGS` for who gets.
  private static final int FOURTH = 1 << 4;

  private static final int SETTING = IPV6 | ZERO_CHECKSUM | NO_FRAGMENTS | NUMBERS | FOURTH;
  private static final int SIZE = 44;
  private static final int REMOTE = 4;
  private static final int REMOTE_IPV4_END = 8;
  private static final int EXTENSION = 22;
  private static final int LABEL = 24;
  private static final int LOCAL = 28;
  private static final int MOST_OPTIONS = 255;

  /// Bits of `__be16` in memory (`TUNNEL_CSUM` and its like of `include/uapi/linux/if_tunnel.h`).
  private static final int HAS_CHECKSUM = 0x0100;

  private static final int HAS_KEY = 0x0400;
  private static final int HAS_NUMBERS = 0x0800;
  private static final int NOT_FRAGMENTED = 0x0001;
  private static final int NOT_CACHED = 0x0020;

  /// That there are options of Geneve, VXLAN, ERSPAN or GTP: for which of them is not known.
  private static final int HAS_OPTIONS = 0x00d8;

  private static final String KEY = "tunnel key";
  private static final String OPTIONS = "tunnel options";
  private static final String FLAGS = "tunnel flags";

  private TunnelHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("skb_set_tunnel_key", TunnelHelpers::set);
    all.put("skb_get_tunnel_key", TunnelHelpers::get);
    all.put("skb_set_tunnel_opt", TunnelHelpers::setOptions);
    all.put("skb_get_tunnel_opt", TunnelHelpers::getOptions);
  }

  private static boolean isSize(long size) {
    return size == SIZE
        || size == LOCAL
        || size == LABEL
        || size == EXTENSION
        || size == REMOTE_IPV4_END;
  }

  private static long set(Run run, long context, long from, long size, long flags, long e) {
    var at = PacketHelpers.context(run, context);
    if ((flags & ~SETTING) != 0 || !isSize(size)) {
      return -Errno.EINVAL;
    }
    var key = Arrays.copyOf(run.memory().read(from, size), SIZE);
    var ipv6 = (flags & IPV6) != 0;
    if ((!ipv6 && !isZero(key, LABEL, 4)) || !isZero(key, EXTENSION, 2)) {
      return -Errno.EINVAL;
    }
    // What is the remote end for who sends is the local one for who reads.
    var kept = key.clone();
    System.arraycopy(key, REMOTE, kept, LOCAL, 16);
    System.arraycopy(key, LOCAL, kept, REMOTE, 16);
    if (!ipv6) {
      Arrays.fill(kept, REMOTE + 4, REMOTE + 16, (byte) 0);
      Arrays.fill(kept, LOCAL + 4, LOCAL + 16, (byte) 0);
    }
    if (ipv6) {
      kept[LABEL + 2] &= 0x0f;
      kept[LABEL + 3] = 0;
    }
    var set = NOT_CACHED;
    set |= (flags & FOURTH) == 0 ? HAS_KEY : 0;
    set |= (flags & NO_FRAGMENTS) != 0 ? NOT_FRAGMENTED : 0;
    set |= (flags & NUMBERS) != 0 ? HAS_NUMBERS : 0;
    set |= (flags & ZERO_CHECKSUM) == 0 ? HAS_CHECKSUM : 0;
    at.told(KEY, kept);
    at.told(FLAGS, new byte[] {(byte) set, (byte) (set >>> 8), (byte) (ipv6 ? 1 : 0)});
    at.told(OPTIONS, new byte[0]);
    return 0;
  }

  private static boolean isZero(byte[] bytes, int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  private static long get(Run run, long context, long to, long size, long flags, long e) {
    var at = PacketHelpers.context(run, context);
    var key = at.told(KEY);
    var set = at.told(FLAGS);
    if (key == null || set == null || (flags & ~(IPV6 | FOURTH)) != 0) {
      run.memory().clear(to, size);
      return -Errno.EINVAL;
    }
    var ipv6 = set[2] != 0;
    if (ipv6 != ((flags & IPV6) != 0)) {
      run.memory().clear(to, size);
      return -Errno.EPROTO;
    }
    if (!isSize(size) || (size == REMOTE_IPV4_END && ipv6)) {
      run.memory().clear(to, size);
      return -Errno.EINVAL;
    }
    var shown = key.clone();
    if ((flags & FOURTH) != 0) {
      shown[EXTENSION] = set[0];
      shown[EXTENSION + 1] = set[1];
    }
    run.memory().write(to, shown, 0, (int) size);
    return 0;
  }

  private static long setOptions(Run run, long context, long from, long size, long d, long e) {
    var at = PacketHelpers.context(run, context);
    var set = at.told(FLAGS);
    if (set == null || size % 4 != 0) {
      return -Errno.EINVAL;
    }
    if (size > MOST_OPTIONS) {
      return -Errno.ENOMEM;
    }
    at.told(OPTIONS, run.memory().read(from, size));
    var more = (set[0] & 0xff) | ((set[1] & 0xff) << 8) | HAS_OPTIONS;
    at.told(FLAGS, new byte[] {(byte) more, (byte) (more >>> 8), set[2]});
    return 0;
  }

  private static long getOptions(Run run, long context, long to, long size, long d, long e) {
    var options = PacketHelpers.context(run, context).told(OPTIONS);
    if (options == null || options.length == 0) {
      run.memory().clear(to, size);
      return -Errno.ENOENT;
    }
    if (size < options.length) {
      run.memory().clear(to, size);
      return -Errno.ENOMEM;
    }
    run.memory().clear(to, size);
    run.memory().write(to, options);
    return options.length;
  }
}
