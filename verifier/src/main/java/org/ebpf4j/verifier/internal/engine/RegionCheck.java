package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.Reg;
import org.ebpf4j.verifier.internal.state.RegisterKind;
import org.ebpf4j.verifier.result.Finding.Reason;

/// Whether accesses stay within a region of memory of known size.
final class RegionCheck {
  private static final long FARTHEST = 1 << 29;

  private final Walk walk;

  RegionCheck(Walk walk) {
    this.walk = walk;
  }

  /// Checks an access with an offset that is known in part.
  ///
  /// @param offset the fixed part of the offset
  /// @param bytes the size of the region
  void region(int pointer, long offset, int size, long bytes, boolean zeroAllowed) {
    var reg = walk.reg(pointer);
    if (whole()
        && reg.smin > Long.MIN_VALUE / 2
        && reg.smin + reg.off < 0
        && offset + reg.smin < 0) {
      throw negative(pointer);
    }
    if (reg.smin < 0
        && (reg.smin == Long.MIN_VALUE
            || offset + reg.smin != (int) (offset + reg.smin)
            || reg.smin + offset < 0)) {
      throw negative(pointer);
    }
    fixed(pointer, reg, reg.smin + offset, size, bytes, zeroAllowed, "min");
    if (Long.compareUnsigned(reg.umax, FARTHEST) >= 0) {
      throw new Refusal(
          Reason.BOUNDS,
          pointer,
          "R" + pointer + " unbounded memory access, make sure to bounds check any such access",
          "an upper bound of the index",
          "compare the index with the size before it is used, or mask it");
    }
    fixed(pointer, reg, reg.umax + offset, size, bytes, zeroAllowed, "max");
  }

  /// Whether offsets of pointers are one number, of which no fixed part is kept apart: since 7.3.
  private boolean whole() {
    return walk.rules().atLeast(7, 3);
  }

  private static Refusal negative(int pointer) {
    return new Refusal(
        Reason.BOUNDS,
        pointer,
        "R"
            + pointer
            + " min value is negative, either use unsigned index or do a if (index >=0) check.",
        "a lower bound of the index",
        "make the index unsigned, or check that it is not below 0");
  }

  private static void fixed(
      int pointer, Reg reg, long offset, int size, long bytes, boolean zeroAllowed, String bound) {
    if (isWithin(offset, size, bytes, zeroAllowed)) {
      return;
    }
    throw new Refusal(
        Reason.BOUNDS,
        pointer,
        invalid(reg, pointer, offset, size, bytes)
            + "\nR"
            + pointer
            + " "
            + bound
            + " value is outside of the allowed memory range",
        "a bound of the offset that fits the size of the memory",
        "compare the index with the number of elements before it is used");
  }

  private static boolean isWithin(long offset, int size, long bytes, boolean zeroAllowed) {
    return offset >= 0 && (size > 0 || (size == 0 && zeroAllowed)) && offset + size <= bytes;
  }

  private static String invalid(Reg reg, int pointer, long offset, int size, long bytes) {
    return switch (reg.kind) {
      case MAP_KEY ->
          "invalid access to map key, key_size=" + bytes + " off=" + offset + " size=" + size;
      case MAP_VALUE ->
          "invalid access to map value, value_size=" + bytes + " off=" + offset + " size=" + size;
      case PACKET, PACKET_META, PACKET_END ->
          "invalid access to packet, off="
              + offset
              + " size="
              + size
              + ", R"
              + pointer
              + "(id="
              + reg.id
              + ",off="
              + offset
              + ",r="
              + bytes
              + ")";
      default -> "invalid access to memory, mem_size=" + bytes + " off=" + offset + " size=" + size;
    };
  }

  /// Checks an access to a packet. Only the fixed part of the offset counts, as what was compared
  /// with the end had the same variable part.
  void packet(int pointer, int offset, int size, boolean zeroAllowed) {
    var reg = walk.reg(pointer);
    if (reg.smin < 0) {
      throw negative(pointer);
    }
    if (reg.range < 0 || !isWithin(offset, size, reg.range, zeroAllowed)) {
      if (whole() && reg.range >= 0) {
        // What was compared with the end counts with its greatest offset.
        region(pointer, offset, size, reg.range == 0 ? 0 : reg.range + reg.umax, zeroAllowed);
      }
      throw new Refusal(
          Reason.BOUNDS,
          pointer,
          (reg.range < 0 ? "" : invalid(reg, pointer, offset, size, reg.range) + "\n")
              + "R"
              + pointer
              + " offset is outside of the packet",
          "a comparison of the end of what is accessed with "
              + (reg.kind == RegisterKind.PACKET ? "data_end" : "data"),
          "check that data + offset + size <= data_end right before the access");
    }
  }
}
