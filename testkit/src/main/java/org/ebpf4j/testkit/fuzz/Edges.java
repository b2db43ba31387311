package org.ebpf4j.testkit.fuzz;

import java.util.random.RandomGenerator;

/// Numbers near the edges of their ranges, which are those that readers forget.
final class Edges {
  private static final long[] EDGES = {
    0,
    1,
    2,
    7,
    8,
    16,
    24,
    63,
    64,
    0xff,
    0xff00,
    0xfff1,
    0xffff,
    0x10000,
    0x900_0000,
    0x3fff_ffff,
    0x7fff_ffff,
    0x8000_0000L,
    0xffff_fff8L,
    0xffff_ffffL,
    0x1_0000_0000L,
    1L << 61,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -8,
    -1
  };

  private Edges() {}

  /// A number in place of `now`, in a file of `size` bytes.
  static long value(long now, int size, RandomGenerator random) {
    return switch (random.nextInt(6)) {
      case 0 -> now + random.nextInt(-9, 10);
      case 1 -> random.nextInt(64);
      case 2 -> size + random.nextInt(-64, 64);
      case 3 -> random.nextLong();
      default -> EDGES[random.nextInt(EDGES.length)] + random.nextInt(-1, 2);
    };
  }
}
