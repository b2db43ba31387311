package org.ebpf4j.codec;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.error.LayoutMismatchException.Fault;

/// Whether keys in C are prefixes of addresses: a length in 4 bytes, and one member after it that
/// is an address of 4 or 16 bytes (an integer, an array, a struct such as `in6_addr`, a union), or
/// is flexible, as in `struct bpf_lpm_trie_key_u8`. Structs around that, and unions with it, change
/// nothing.
final class PrefixShape {
  private static final int LENGTH = 4;

  private final Btf types;
  private final int size;

  private PrefixShape(Btf types, int size) {
    this.types = types;
    this.size = size;
  }

  /// How many bytes the address has in a key of `size` bytes.
  ///
  /// @throws IllegalArgumentException for a size that prefixes do not have
  static int addressSize(int size) {
    if (size != LENGTH + 4 && size != LENGTH + 16) {
      throw new IllegalArgumentException(
          "keys of "
              + size
              + " bytes are no prefixes of addresses, which have 8 bytes (IPv4) or 20 (IPv6)");
    }
    return size - LENGTH;
  }

  /// @throws LayoutMismatchException where the type `id` is no such key of `size` bytes
  static void check(Btf types, int id, int size) {
    if (!new PrefixShape(types, size).isPrefix(id, 0)) {
      throw new LayoutMismatchException(
          "record " + IpPrefix.class.getName(),
          CTypeName.of(types, id),
          List.of(
              new Fault(
                  "",
                  "a prefix is a length of 4 bytes and one member after it, an address of "
                      + (size - LENGTH)
                      + " bytes")),
          LayoutTable.of(types, id));
    }
  }

  /// @param depth how many types are around it; as types of C end, but those of files need not
  private boolean isPrefix(int id, int depth) {
    if (depth > 16 || !(types.type(types.resolve(id)) instanceof BtfType.Struct struct)) {
      return false;
    }
    if (struct.union()) {
      return struct.members().stream().anyMatch(m -> isPrefix(m.type(), depth + 1));
    }
    var members = struct.members();
    return switch (members.size()) {
      case 1 -> isPrefix(members.getFirst().type(), depth + 1);
      case 2 -> isLength(members.getFirst()) && isAddress(struct, members.getLast());
      default -> false;
    };
  }

  private boolean isLength(BtfType.Member member) {
    if (member.bitOffset() != 0 || member.bits() != 0 || types.size(member.type()) != LENGTH) {
      return false;
    }
    var type = types.type(types.resolve(member.type()));
    return type instanceof BtfType.Int
        || (type instanceof BtfType.Struct struct
            && !struct.members().isEmpty()
            && isLength(struct.members().getFirst()));
  }

  private boolean isAddress(BtfType.Struct struct, BtfType.Member member) {
    if (member.bitOffset() != LENGTH * 8L || member.bits() != 0) {
      return false;
    }
    return switch (types.type(types.resolve(member.type()))) {
      case BtfType.Array array ->
          element(array).isPresent()
              && ((array.count() == 0 && struct.size() == LENGTH && element(array).get() == 1)
                  || array.count() * element(array).get() == size - LENGTH);
      case BtfType.Int number -> number.size() == size - LENGTH;
      case BtfType.Struct inner -> inner.size() == size - LENGTH;
      default -> false;
    };
  }

  /// The size of the integers in an array.
  private Optional<Integer> element(BtfType.Array array) {
    return types.type(types.resolve(array.element())) instanceof BtfType.Int number
        ? Optional.of(number.size())
        : Optional.empty();
  }
}
