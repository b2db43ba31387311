package org.ebpf4j.program;

import java.util.Arrays;
import java.util.OptionalLong;
import org.ebpf4j.error.Errno;
import org.ebpf4j.program.jvm.Shapes;
import org.jspecify.annotations.Nullable;

/// The bytes of a packet. What is read or written behind its end is an [IndexOutOfBoundsException];
/// in the kernel, that ends the program with its `onFault`.
///
/// The names say how many bits there are, and in which order: `be` is that of the network, `le` the
/// other one, `u` and `s` that of the machine, unsigned and signed.
public final class Packet {
  private static final int FARTHEST = 0x7fff;
  private static final int MOST_GROWTH = 256;

  private byte[] bytes;

  /// A packet of a test.
  public Packet(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /// All of its bytes, in a test.
  public byte[] bytes() {
    return bytes.clone();
  }

  /// How many bytes it has.
  public int length() {
    return bytes.length;
  }

  /// Whether it has at least that many bytes.
  public boolean has(int length) {
    return bytes.length >= length;
  }

  private int at(int at, int size) {
    if (Integer.compareUnsigned(at, FARTHEST) > 0 || at + size > bytes.length) {
      throw new IndexOutOfBoundsException(
          size + " bytes at " + at + " of a packet of " + bytes.length);
    }
    return at;
  }

  private long read(int at, int size) {
    int from = at(at, size);
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = value << 8 | (bytes[from + i] & 0xff);
    }
    return value;
  }

  private void write(int at, int size, long value) {
    int from = at(at, size);
    for (int i = 0; i < size; i++) {
      bytes[from + i] = (byte) (value >>> (8 * (size - 1 - i)));
    }
  }

  /// The byte at a place, unsigned.
  public int u8(int at) {
    return (int) read(at, 1);
  }

  /// The byte at a place, signed.
  public int s8(int at) {
    return (byte) read(at, 1);
  }

  /// Two bytes in network order, unsigned.
  public int be16(int at) {
    return (int) read(at, 2);
  }

  /// Four bytes in network order.
  public int be32(int at) {
    return (int) read(at, 4);
  }

  /// Eight bytes in network order.
  public long be64(int at) {
    return read(at, 8);
  }

  /// Two bytes, the lowest first, unsigned.
  public int le16(int at) {
    return Short.reverseBytes((short) read(at, 2)) & 0xffff;
  }

  /// Four bytes, the lowest first.
  public int le32(int at) {
    return Integer.reverseBytes((int) read(at, 4));
  }

  /// Eight bytes, the lowest first.
  public long le64(int at) {
    return Long.reverseBytes(read(at, 8));
  }

  /// Changes the byte at a place.
  public void putU8(int at, int value) {
    write(at, 1, value);
  }

  /// Changes two bytes, in network order.
  public void putBe16(int at, int value) {
    write(at, 2, value);
  }

  /// Changes four bytes, in network order.
  public void putBe32(int at, int value) {
    write(at, 4, value);
  }

  /// Changes eight bytes, in network order.
  public void putBe64(int at, long value) {
    write(at, 8, value);
  }

  /// What helper functions do with it, by their numbers.
  OptionalLong help(int helper, @Nullable Object... a) {
    return switch (helper) {
      case 44 -> OptionalLong.of(moveStart(number(a, 1)));
      case 65 -> OptionalLong.of(resize((long) bytes.length + number(a, 1)));
      case 38 -> OptionalLong.of(resize(number(a, 1) & 0xffff_ffffL));
      case 43 -> OptionalLong.of(moveStart(-number(a, 1)));
      case 39 -> OptionalLong.of((number(a, 1) & 0xffff_ffffL) > bytes.length ? -Errno.ENOMEM : 0);
      case 188 -> OptionalLong.of(bytes.length);
      case 26 -> OptionalLong.of(load((int) number(a, 1), a[2], -Errno.EFAULT));
      case 189 -> OptionalLong.of(load((int) number(a, 1), a[2], -Errno.EINVAL));
      case 9 -> OptionalLong.of(store((int) number(a, 1), a[2], -Errno.EFAULT));
      case 190 -> OptionalLong.of(store((int) number(a, 1), a[2], -Errno.EINVAL));
      case 10, 11 -> OptionalLong.of(replaceChecksum(helper == 11, a));
      default -> OptionalLong.empty();
    };
  }

  private static long number(@Nullable Object[] arguments, int at) {
    return arguments[at] instanceof Number number ? number.longValue() : 0;
  }

  private long moveStart(long by) {
    if (by > bytes.length - 14L || by < -MOST_GROWTH) {
      return -Errno.EINVAL;
    }
    var moved = new byte[(int) (bytes.length - by)];
    int kept = (int) Math.min(bytes.length, bytes.length - by);
    System.arraycopy(bytes, bytes.length - kept, moved, moved.length - kept, kept);
    bytes = moved;
    return 0;
  }

  private long resize(long length) {
    if (length < 14 || length > FARTHEST) {
      return -Errno.EINVAL;
    }
    bytes = Arrays.copyOf(bytes, (int) length);
    return 0;
  }

  /// What does not fit becomes zeroes.
  private long load(int at, @Nullable Object to, long failure) {
    if (to == null) {
      return failure;
    }
    var shape = Shapes.ofValue(to);
    var inside = at >= 0 && (long) at + shape.size() <= bytes.length;
    var part = inside ? Arrays.copyOfRange(bytes, at, at + shape.size()) : new byte[shape.size()];
    shape.readInto(to, org.ebpf4j.program.jvm.Shape.wrap(part), 0);
    return inside ? 0 : failure;
  }

  private long store(int at, @Nullable Object from, long failure) {
    if (from == null) {
      return failure;
    }
    var part = Shapes.ofValue(from).bytes(from);
    if (at < 0 || (long) at + part.length > bytes.length) {
      return failure;
    }
    System.arraycopy(part, 0, bytes, at, part.length);
    return 0;
  }

  /// `bpf_l3_csum_replace` and `bpf_l4_csum_replace`: numbers are in the byte order of the packet,
  /// as they were read.
  private long replaceChecksum(boolean transport, @Nullable Object... a) {
    int at = (int) number(a, 1);
    long from = number(a, 2);
    long to = number(a, 3);
    long flags = number(a, 4);
    int size = (int) (flags & 0xf);
    if (at < 0 || at + 2 > bytes.length) {
      return -Errno.EFAULT;
    }
    if (size != 0 && size != 2 && size != 4) {
      return -Errno.EINVAL;
    }
    var ignoresNone = transport && (flags & 0x20) != 0;
    int old = le16(at);
    if (ignoresNone && old == 0) {
      return 0;
    }
    long sum = ~old & 0xffff;
    sum += size == 0 ? fold(to) : fold(~from & mask(size)) + fold(to & mask(size));
    int made = ~(int) fold(sum) & 0xffff;
    if (ignoresNone && made == 0) {
      made = 0xffff;
    }
    write(at, 2, Short.reverseBytes((short) made) & 0xffff);
    return 0;
  }

  private static long mask(int size) {
    return size == 2 ? 0xffff : 0xffff_ffffL;
  }

  private static long fold(long sum) {
    long folded = sum;
    while (folded >>> 16 != 0) {
      folded = (folded & 0xffff) + (folded >>> 16);
    }
    return folded;
  }
}
