package org.ebpf4j.btf;

import java.util.HashMap;
import java.util.Map;

/// How much memory values of BTF types take, and where they may stand in it. Types nest at most 32
/// deep.
final class TypeSizes {
  private TypeSizes() {}

  /// How many bytes a value takes.
  static long size(Btf btf, int id) {
    return size(btf, id, 0);
  }

  private static long size(Btf btf, int id, int depth) {
    if (depth > 32) {
      throw btf.types().malformed(0, "BTF type " + id + " nests more than 32 deep");
    }
    return switch (btf.type(btf.resolve(id))) {
      case BtfType.Int t -> t.size();
      case BtfType.Pointer _ -> 8;
      case BtfType.Array t -> {
        var size = size(btf, t.element(), depth + 1);
        if (size != 0 && t.count() > Integer.MAX_VALUE / size) {
          throw btf.types().malformed(0, "BTF type " + id + " is an array of more than 2 GiB");
        }
        yield size * t.count();
      }
      case BtfType.Struct t -> t.size();
      case BtfType.Enum t -> t.size();
      case BtfType.Floating t -> t.size();
      case BtfType.DataSection t -> t.size();
      case BtfType.Variable t -> size(btf, t.type(), depth + 1);
      case BtfType.Void _,
          BtfType.Forward _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ ->
          throw btf.types().malformed(0, "BTF type " + id + " has no size");
    };
  }

  /// The bit at which what has a size ends in a struct: without the padding at its end, in which a
  /// flexible array may start.
  static long contentEnd(Btf btf, int struct) {
    return contentEnd(btf, struct, 0, new HashMap<>());
  }

  private static long contentEnd(Btf btf, int id, int depth, Map<Integer, Long> known) {
    if (depth > 32) {
      throw btf.types().malformed(0, "BTF type " + id + " nests more than 32 deep");
    }
    var resolved = btf.resolve(id);
    if (!(btf.type(resolved) instanceof BtfType.Struct struct)) {
      return 8 * size(btf, resolved, depth);
    }
    var end = known.get(resolved);
    if (end == null) {
      end = 0L;
      for (var member : struct.members()) {
        var length =
            member.bits() == 0 ? contentEnd(btf, member.type(), depth + 1, known) : member.bits();
        end = length == 0 ? end : Math.max(end, member.bitOffset() + length);
      }
      known.put(resolved, end);
    }
    return end;
  }

  /// What the place of a value is a multiple of.
  static int alignment(Btf btf, int id) {
    return alignment(btf, id, 0, new HashMap<>());
  }

  private static int alignment(Btf btf, int id, int depth, Map<Integer, Integer> known) {
    if (depth > 32) {
      throw btf.types().malformed(0, "BTF type " + id + " nests more than 32 deep");
    }
    var alignment = known.get(id);
    if (alignment == null) {
      alignment =
          switch (btf.type(btf.resolve(id))) {
            case BtfType.Int t -> Math.clamp(t.size(), 1, 8);
            case BtfType.Enum t -> Math.clamp(t.size(), 1, 8);
            case BtfType.Floating t -> Math.clamp(t.size(), 1, 8);
            case BtfType.Pointer _ -> 8;
            case BtfType.Array t -> alignment(btf, t.element(), depth + 1, known);
            case BtfType.Struct t -> alignment(btf, t, depth, known);
            case BtfType.Void _,
                BtfType.Forward _,
                BtfType.Typedef _,
                BtfType.Volatile _,
                BtfType.Const _,
                BtfType.Restrict _,
                BtfType.Function _,
                BtfType.Prototype _,
                BtfType.Variable _,
                BtfType.DataSection _,
                BtfType.DeclarationTag _,
                BtfType.TypeTag _ ->
                throw btf.types().malformed(0, "BTF type " + id + " has no alignment");
          };
      known.put(id, alignment);
    }
    return alignment;
  }

  private static int alignment(
      Btf btf, BtfType.Struct struct, int depth, Map<Integer, Integer> known) {
    var largest = 1;
    for (var member : struct.members()) {
      var alignment = alignment(btf, member.type(), depth + 1, known);
      if (member.bits() == 0 && member.bitOffset() % (8L * alignment) != 0) {
        return 1;
      }
      largest = Math.max(largest, alignment);
    }
    return struct.size() % largest == 0 ? largest : 1;
  }
}
