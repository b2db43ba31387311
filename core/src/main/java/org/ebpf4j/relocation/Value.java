package org.ebpf4j.relocation;

import java.nio.ByteOrder;
import org.ebpf4j.btf.BtfType;

/// What a relocation comes to for one spec, local or of the target.
///
/// @param number what stands in the instruction
/// @param checked whether the local number must be what the compiler has put there
/// @param size how many bytes are loaded or stored at that offset, where an offset is asked for; 0
///   where that is not settled, as for bit fields
/// @param type what is loaded or stored; `void` where that is not settled
record Value(long number, boolean checked, long size, BtfType type) {
  private static final BtfType NOTHING = new BtfType.Void();
  private static final int SIGNED = 1;

  static Value of(long number, boolean checked) {
    return new Value(number, checked, 0, NOTHING);
  }

  /// @param order of the bytes of the machine, which bit fields depend on
  static Value of(CoreKind kind, Spec spec, ByteOrder order) {
    return switch (kind) {
      case FIELD_EXISTS, TYPE_EXISTS, TYPE_MATCHES, ENUMVAL_EXISTS -> of(1, true);
      case TYPE_ID_LOCAL, TYPE_ID_TARGET -> of(spec.root(), false);
      case TYPE_SIZE -> of(spec.types().size(spec.root()), true);
      case ENUMVAL_VALUE -> of(enumerator(spec), true);
      case FIELD_BYTE_OFFSET -> Field.of(spec).offset();
      case FIELD_BYTE_SIZE -> Field.of(spec).size();
      case FIELD_SIGNED -> Field.member(spec).sign();
      case FIELD_LSHIFT_U64 -> Field.member(spec).leftShift(order);
      case FIELD_RSHIFT_U64 -> Field.member(spec).rightShift();
    };
  }

  /// Enumerators of 32 bits count as signed, whatever their type says.
  private static long enumerator(Spec spec) {
    if (!(spec.types().type(spec.last().type()) instanceof BtfType.Enum t)) {
      throw new Unresolvable(spec.types().describe(spec.root()) + " is no enumeration");
    }
    var value = t.values().get(spec.last().index()).value();
    return t.wide() ? value : (int) value;
  }

  boolean hasWidthOf(Value other) {
    return size == other.size;
  }

  /// Whether an access with the width of `other` reads the same number: pointers and unsigned
  /// numbers are filled up with zeros.
  boolean canHaveWidthOf(Value other) {
    return hasWidthOf(other)
        || (type instanceof BtfType.Pointer && other.type instanceof BtfType.Pointer)
        || (isUnsigned(type) && isUnsigned(other.type));
  }

  private static boolean isUnsigned(BtfType type) {
    return type instanceof BtfType.Int t && t.encoding() != SIGNED;
  }
}
