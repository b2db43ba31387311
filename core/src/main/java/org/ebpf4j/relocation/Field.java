package org.ebpf4j.relocation;

import java.nio.ByteOrder;
import org.ebpf4j.btf.BtfType;

/// The member or element at the end of a spec, and the load that gets it: `unit` bytes from an
/// offset that is, for a bit field, a multiple of `unit`.
///
/// @param type behind typedefs and qualifiers
/// @param bitOffset from the start of the spec's root
/// @param width in bits
record Field(Types types, int type, long bitOffset, long width, long unit, boolean bitField) {
  private static final int MAX_UNIT = 8;
  private static final long MASK = 0xffff_ffffL;

  static Field of(Spec spec) {
    var types = spec.types();
    var last = spec.last();
    if (last.name() == null || !(types.type(last.type()) instanceof BtfType.Struct t)) {
      return whole(spec, last.type());
    }
    var member = t.members().get(last.index());
    var type = types.resolve(member.type());
    if (member.bits() == 0) {
      return whole(spec, type);
    }
    var unit = unit(spec, type, member.bits());
    return new Field(types, type, spec.bitOffset(), member.bits(), unit, true);
  }

  /// The field of a spec that ends at a member: of an element, some things may not be asked.
  static Field member(Spec spec) {
    if (spec.last().name() == null) {
      throw new Unresolvable("of an element, there are only an offset and a size");
    }
    return of(spec);
  }

  private static Field whole(Spec spec, int type) {
    var size = spec.types().size(type);
    return new Field(spec.types(), type, spec.bitOffset(), size * 8, size, false);
  }

  /// The size of the smallest aligned load that has the whole bit field.
  private static long unit(Spec spec, int type, int bits) {
    long unit =
        switch (spec.types().type(type)) {
          case BtfType.Int t -> t.size();
          case BtfType.Enum t -> t.size();
          default ->
              throw new Unresolvable(
                  "a bit field is of " + spec.types().describe(type) + ", which is no number");
        };
    while (spec.bitOffset() % (unit * 8) + bits > unit * 8) {
      if (unit >= MAX_UNIT) {
        throw new Unresolvable("the bit field does not fit into a load of " + MAX_UNIT + " bytes");
      }
      unit *= 2;
    }
    return unit;
  }

  private long byteOffset() {
    return bitField ? bitOffset / 8 / unit * unit : bitOffset / 8;
  }

  /// The compiler may load a bit field in another way, so its offset is not held against this one.
  Value offset() {
    return bitField
        ? Value.of(byteOffset(), false)
        : new Value(byteOffset(), true, types.size(types.innermostElement(type)), types.type(type));
  }

  Value size() {
    return Value.of(unit, !bitField);
  }

  Value sign() {
    var signed =
        switch (types.type(type)) {
          case BtfType.Int t -> (t.encoding() & 1) != 0;
          case BtfType.Enum t -> t.signed();
          default -> false;
        };
    return Value.of(signed ? 1 : 0, true);
  }

  /// How far the loaded unit goes left until the field is at the top of 64 bits.
  Value leftShift(ByteOrder order) {
    var before = bitOffset - byteOffset() * 8;
    var shift =
        order == ByteOrder.LITTLE_ENDIAN ? 64 - (before + width) : (MAX_UNIT - unit) * 8 + before;
    return Value.of(shift & MASK, !bitField);
  }

  /// How far it then goes right until it is at the bottom.
  Value rightShift() {
    return Value.of((64 - width) & MASK, true);
  }
}
