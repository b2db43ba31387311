package org.ebpf4j.btf.text;

import java.util.ArrayList;
import java.util.List;

/// Bit fields without names that fill the gaps between members, where a C compiler would not leave
/// the same gap of its own accord.
final class CPadding {
  /// `count` members `type: bits;`. With 0 bits, the next member starts where a `type` can.
  record Pad(String type, long bits, long count) {}

  private record Unit(String type, int bits) {}

  /// From large to small.
  private final List<Unit> units;

  CPadding(int longBits) {
    this.units =
        List.of(
            new Unit("long", longBits),
            new Unit("int", 32),
            new Unit("short", 16),
            new Unit("char", 8));
  }

  /// What fills the bits `from` to `to`.
  ///
  /// @param alignment of the member that follows, in bytes
  /// @param betweenBits whether the members on both sides are bit fields
  List<Pad> between(long from, long to, int alignment, boolean betweenBits) {
    var pads = new ArrayList<Pad>();
    if (from >= to) {
      return pads;
    }
    var unit = largest(from, to);
    var at = from;
    var boundary = roundUp(from, unit.bits());
    if (boundary > from && boundary <= to) {
      // The compiler goes to the boundary by itself if what follows must start at one.
      var follows =
          boundary == to
              ? roundUp(from, 8L * alignment) == boundary
              : to - boundary > boundary - from;
      if (betweenBits || !follows) {
        pads.add(new Pad(unit.type(), betweenBits ? boundary - from : 0, 1));
      }
      at = boundary;
    }
    if (to - at >= unit.bits()) {
      pads.add(new Pad(unit.type(), unit.bits(), (to - at) / unit.bits()));
    }
    var rest = (to - at) % unit.bits();
    if (rest != 0) {
      pads.add(new Pad(smallest(rest).type(), rest, 1));
    }
    return pads;
  }

  /// The largest unit that can start in the gap or at its end.
  private Unit largest(long from, long to) {
    for (var unit : units) {
      if (roundUp(from, unit.bits()) <= to) {
        return unit;
      }
    }
    return units.getLast();
  }

  private Unit smallest(long bits) {
    for (var unit : units.reversed()) {
      if (unit.bits() >= bits) {
        return unit;
      }
    }
    return units.getFirst();
  }

  private static long roundUp(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }
}
