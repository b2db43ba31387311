package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;
import java.util.Objects;
import org.ebpf4j.vm.internal.machine.Region;

/// A packet in memory, with room before and behind it.
public final class Packet extends Region {
  /// What there is room for before a packet (`XDP_PACKET_HEADROOM`).
  public static final int HEADROOM = 256;

  private int start;

  /// A packet with these bytes.
  ///
  /// @param tailroom by how many bytes it may grow
  public Packet(byte[] bytes, int tailroom) {
    super(
        "the packet",
        Arrays.copyOf(padded(bytes), HEADROOM + bytes.length + tailroom),
        HEADROOM,
        HEADROOM + bytes.length,
        true);
    this.start = HEADROOM;
  }

  private static byte[] padded(byte[] bytes) {
    var all = new byte[HEADROOM + bytes.length];
    System.arraycopy(bytes, 0, all, HEADROOM, bytes.length);
    return all;
  }

  /// The offset of its first byte; what is before it is metadata.
  public int start() {
    return start;
  }

  /// How many bytes it has.
  public int length() {
    return to() - start;
  }

  /// The bytes of the packet itself.
  public byte[] content() {
    return Arrays.copyOfRange(Objects.requireNonNull(bytes()), start, to());
  }

  /// Moves the first byte; metadata moves along.
  ///
  /// @return whether there was room
  public boolean moveHead(int delta, int atLeast) {
    var head = start + delta;
    var meta = from() + delta;
    if (meta < 0 || head > to() - atLeast) {
      return false;
    }
    if (delta < 0) {
      var bytes = Objects.requireNonNull(bytes());
      System.arraycopy(bytes, from(), bytes, meta, start - from());
    }
    start = head;
    resize(Math.max(meta, 0), to());
    return true;
  }

  /// Moves the end. New bytes are zero.
  ///
  /// @return whether there was room
  public boolean moveTail(int delta, int atLeast) {
    var end = to() + delta;
    var bytes = Objects.requireNonNull(bytes());
    if (end > bytes.length || end < start + atLeast) {
      return false;
    }
    if (delta > 0) {
      Arrays.fill(bytes, to(), end, (byte) 0);
    }
    resize(from(), end);
    return true;
  }

  /// Moves where metadata begins.
  ///
  /// @return whether there is room for it, and it has a size that the kernel takes
  public boolean moveMeta(int delta) {
    var meta = from() + delta;
    if (meta < 0 || meta > start || (start - meta) % 4 != 0 || start - meta > 255) {
      return false;
    }
    resize(meta, to());
    return true;
  }
}
