package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.packet.Packet;

/// Checksums of the internet (RFC 1071) as the kernel keeps them up: sums of 16-bit numbers in the
/// byte order of the machine, where what is carried out of the top comes back at the bottom.
final class ChecksumHelpers {
  private static final int NO_SUPPORT = 524;
  private static final int SIZE_MASK = 0xf;
  private static final int PSEUDO = 1 << 4;
  private static final int MANGLED_0 = 1 << 5;
  private static final int ENFORCE = 1 << 6;
  private static final int IPV6 = 1 << 7;
  private static final int MOST_OFFSET = 0xffff;

  private ChecksumHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("csum_diff", ChecksumHelpers::difference);
    all.put("l3_csum_replace", ChecksumHelpers::replaceNetwork);
    all.put("l4_csum_replace", ChecksumHelpers::replaceTransport);
    // No packet here has a checksum that the device computed.
    all.put("csum_update", (run, context, sum, c, d, e) -> -NO_SUPPORT);
    all.put(
        "csum_level",
        (run, context, level, c, d, e) ->
            Long.compareUnsigned(level, 3) > 0 ? -Errno.EINVAL : level == 0 ? -Errno.EACCES : 0);
  }

  /// A sum of 32-bit numbers.
  private static int add(int sum, int more) {
    long all = (sum & 0xffff_ffffL) + (more & 0xffff_ffffL);
    return (int) (all + (all >>> 32));
  }

  private static int subtract(int sum, int less) {
    return add(sum, ~less);
  }

  /// The checksum that a sum stands for.
  private static int fold(int sum) {
    return ~half(sum) & 0xffff;
  }

  /// A sum in 16 bits (`csum_from32to16`).
  private static int half(int sum) {
    return (sum + ((sum >>> 16) | (sum << 16))) >>> 16;
  }

  private static int partial(byte[] bytes, int seed) {
    long sum = seed & 0xffff_ffffL;
    for (int i = 0; i + 3 < bytes.length; i += 4) {
      sum +=
          (bytes[i] & 0xffL)
              | (bytes[i + 1] & 0xffL) << 8
              | (bytes[i + 2] & 0xffL) << 16
              | (bytes[i + 3] & 0xffL) << 24;
    }
    sum = (sum & 0xffff_ffffL) + (sum >>> 32);
    return (int) (sum + (sum >>> 32));
  }

  private static long difference(
      Run run, long from, long fromSize, long to, long toSize, long seed) {
    if (((fromSize | toSize) & 3) != 0) {
      return -Errno.EINVAL;
    }
    var before = run.memory().read(from, fromSize);
    var after = run.memory().read(to, toSize);
    int sum = (int) seed;
    if (fromSize > 0 && toSize > 0) {
      sum = subtract(partial(after, sum), partial(before, 0));
    } else if (toSize > 0) {
      sum = partial(after, sum);
    } else if (fromSize > 0) {
      sum = ~partial(before, ~sum);
    }
    return half(sum) & 0xffff;
  }

  private static long replaceNetwork(
      Run run, long context, long offset, long from, long to, long flags) {
    if ((flags & ~SIZE_MASK) != 0) {
      return -Errno.EINVAL;
    }
    var packet = PacketHelpers.packet(run, context);
    if (isNowhere(packet, offset)) {
      return -Errno.EFAULT;
    }
    var sum = Replaced.of(get(packet, offset), from, to, (int) flags & SIZE_MASK);
    if (sum < 0) {
      return -Errno.EINVAL;
    }
    put(packet, offset, sum);
    return 0;
  }

  private static long replaceTransport(
      Run run, long context, long offset, long from, long to, long flags) {
    if ((flags & ~(SIZE_MASK | PSEUDO | MANGLED_0 | ENFORCE | IPV6)) != 0) {
      return -Errno.EINVAL;
    }
    var packet = PacketHelpers.packet(run, context);
    if (isNowhere(packet, offset)) {
      return -Errno.EFAULT;
    }
    var isZero = (flags & MANGLED_0) != 0;
    var before = get(packet, offset);
    if (isZero && (flags & ENFORCE) == 0 && before == 0) {
      return 0;
    }
    var sum = Replaced.of(before, from, to, (int) flags & SIZE_MASK);
    if (sum < 0) {
      return -Errno.EINVAL;
    }
    put(packet, offset, isZero && sum == 0 ? 0xffff : sum);
    return 0;
  }

  private static boolean isNowhere(Packet packet, long offset) {
    return offset < 0 || offset > MOST_OFFSET || (offset & 1) != 0 || offset + 2 > packet.length();
  }

  private static int get(Packet packet, long offset) {
    var bytes = PacketHelpers.bytes(packet);
    var at = packet.start() + (int) offset;
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  private static void put(Packet packet, long offset, int sum) {
    var bytes = PacketHelpers.bytes(packet);
    var at = packet.start() + (int) offset;
    bytes[at] = (byte) sum;
    bytes[at + 1] = (byte) (sum >>> 8);
  }

  /// A checksum after something in the packet has changed.
  private static final class Replaced {
    private Replaced() {}

    /// @param size the bytes of what has changed; 0 where `to` is the difference
    /// @return the new checksum, or -1 for a size or difference that there is not
    static int of(int sum, long from, long to, int size) {
      return switch (size) {
        case 0 -> from != 0 ? -1 : fold(add((int) to, ~sum & 0xffff));
        case 2 -> fold(add(subtract(~sum & 0xffff, (int) from & 0xffff), (int) to & 0xffff));
        case 4 -> fold(add(subtract(~sum & 0xffff, (int) from), (int) to));
        default -> -1;
      };
    }
  }
}
