package org.ebpf4j.linux.metrics;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.MalformedObjectException;

/// A part of a key or value that stands by itself: a number, text, an address, an array.
///
/// @param path the names of the members that lead to it, joined by `_`; empty where it is the whole
/// @param offset where it starts
/// @param size how many bytes it has
/// @param type what it is: its BTF type, without names and qualifiers
/// @param network whether it is in the byte order of the network (`__be16`, `__be32`)
record Field(String path, int offset, int size, BtfType type, boolean network) {
  /// More than any struct that one would look at has; types that refer to each other can have any
  /// number.
  private static final int MAX_FIELDS = 4096;

  private static final int MAX_DEPTH = 32;

  /// The fields of a type. Bit fields are left out, and what the kernel keeps for itself: locks,
  /// timers, lists.
  ///
  /// @param size the bytes there are; what would stand beyond is left out
  /// @throws MalformedObjectException where there are more than there can be
  static List<Field> of(Btf types, int type, int size) {
    var fields = new ArrayList<Field>();
    add(types, type, "", 0, size, 0, fields);
    return fields;
  }

  private static void add(
      Btf types, int id, String path, long offset, int limit, int depth, List<Field> fields) {
    if (depth > MAX_DEPTH || fields.size() >= MAX_FIELDS) {
      throw types.malformed(id, "has more members than keys and values of maps have");
    }
    var resolved = types.resolve(id);
    var type = types.type(resolved);
    if (type instanceof BtfType.Struct struct && !isAddress(struct)) {
      for (var member : struct.members()) {
        if (member.bits() == 0 && !isOfKernel(types, member.type())) {
          add(
              types,
              member.type(),
              joined(path, member.name()),
              offset + member.bitOffset() / 8,
              limit,
              depth + 1,
              fields);
        }
      }
      return;
    }
    var size = types.size(resolved);
    if (size > 0 && offset >= 0 && offset + size <= limit) {
      fields.add(new Field(path, (int) offset, (int) size, type, isOfNetwork(types, id)));
    }
  }

  private static String joined(String path, String name) {
    return path.isEmpty() || name.isEmpty() ? path + name : path + "_" + name;
  }

  /// An address of the internet is one thing, whatever its members are.
  static boolean isAddress(BtfType type) {
    return type instanceof BtfType.Struct struct
        && ((struct.name().equals("in_addr") && struct.size() == 4)
            || (struct.name().equals("in6_addr") && struct.size() == 16));
  }

  /// Whether the kernel's headers say so. The chain of names is known to end.
  private static boolean isOfNetwork(Btf types, int id) {
    return switch (types.type(id)) {
      case BtfType.Typedef t ->
          t.name().equals("__be16") || t.name().equals("__be32") || isOfNetwork(types, t.target());
      case BtfType.Const t -> isOfNetwork(types, t.target());
      case BtfType.Volatile t -> isOfNetwork(types, t.target());
      case BtfType.TypeTag t -> isOfNetwork(types, t.target());
      default -> false;
    };
  }

  private static boolean isOfKernel(Btf types, int id) {
    return types.type(types.resolve(id)) instanceof BtfType.Struct struct
        && struct.name().startsWith("bpf_");
  }
}
