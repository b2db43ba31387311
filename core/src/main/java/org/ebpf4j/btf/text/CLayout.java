package org.ebpf4j.btf.text;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Struct;

/// How a C compiler lays types out: their sizes and alignments, and which structs must be packed to
/// come out as BTF says.
final class CLayout {
  private static final int MAX_CHAIN = 32;
  private static final int OPEN = -1;

  /// The names that compilers give the type whose size is that of a pointer.
  private static final Set<String> LONG =
      Set.of(
          "long",
          "long int",
          "int long",
          "unsigned long",
          "long unsigned",
          "unsigned long int",
          "unsigned int long",
          "long unsigned int",
          "long int unsigned",
          "int unsigned long",
          "int long unsigned");

  private final TypeWalk types;
  private final int pointerSize;
  private final Map<Integer, Integer> alignments = new HashMap<>();

  CLayout(TypeWalk types, int pointerSize) {
    this.types = types;
    this.pointerSize = pointerSize;
  }

  /// The size of pointers in the program that the types are of: that of its `long`, or 8.
  static int pointerSize(DecodedTypes types) {
    for (int id = 1; id < types.count(); id++) {
      if (types.isKnown(id)
          && types.get(id) instanceof BtfType.Int t
          && (t.size() == 4 || t.size() == 8)
          && LONG.contains(t.name())) {
        return t.size();
      }
    }
    return 8;
  }

  int pointerSize() {
    return pointerSize;
  }

  /// How many bytes a value takes.
  long size(int id) {
    long factor = 1;
    var current = id;
    for (int steps = 0; steps < MAX_CHAIN; steps++) {
      switch (types.get(current)) {
        case BtfType.Int t -> {
          return times(id, factor, t.size());
        }
        case BtfType.Enum t when t.size() != 0 -> {
          return times(id, factor, t.size());
        }
        case BtfType.Floating t -> {
          return times(id, factor, t.size());
        }
        case BtfType.Pointer _ -> {
          return times(id, factor, pointerSize);
        }
        case Struct t -> {
          return times(id, factor, t.size());
        }
        case BtfType.DataSection t -> {
          return times(id, factor, t.size());
        }
        case BtfType.Array t -> {
          factor = times(id, factor, t.count());
          current = t.element();
        }
        case BtfType.Typedef t -> current = t.target();
        case BtfType.Const t -> current = t.target();
        case BtfType.Volatile t -> current = t.target();
        case BtfType.Restrict t -> current = t.target();
        case BtfType.TypeTag t -> current = t.target();
        case BtfType.Variable t -> current = t.type();
        case BtfType.Void _,
            BtfType.Enum _,
            BtfType.Forward _,
            BtfType.Function _,
            BtfType.Prototype _,
            BtfType.DeclarationTag _ ->
            throw types.malformed(id, "has no size");
      }
    }
    throw types.malformed(id, "is a chain of more than " + MAX_CHAIN + " types");
  }

  private long times(int id, long factor, long size) {
    if (size != 0 && factor > 0xffff_ffffL / size) {
      throw types.malformed(id, "has more than 4 GiB");
    }
    return factor * size;
  }

  /// The number of bytes that the place of a value is a multiple of, from 1 to the size of a
  /// pointer; 1 for a packed struct.
  int alignment(int id) {
    return alignment(id, 0);
  }

  private int alignment(int id, int depth) {
    types.checkDepth(id, depth);
    var known = alignments.get(id);
    if (known == null) {
      alignments.put(id, OPEN);
      known = findAlignment(id, depth);
      alignments.put(id, known);
    }
    if (known == OPEN) {
      throw types.malformed(id, "contains itself");
    }
    return known;
  }

  private int findAlignment(int id, int depth) {
    return switch (types.get(id)) {
      case BtfType.Int t -> Math.clamp(t.size(), 1, pointerSize);
      case BtfType.Enum t when t.size() != 0 -> Math.clamp(t.size(), 1, pointerSize);
      case BtfType.Floating t -> Math.clamp(t.size(), 1, pointerSize);
      case BtfType.Pointer _ -> pointerSize;
      case BtfType.Typedef t -> alignment(t.target(), depth + 1);
      case BtfType.Const t -> alignment(t.target(), depth + 1);
      case BtfType.Volatile t -> alignment(t.target(), depth + 1);
      case BtfType.Restrict t -> alignment(t.target(), depth + 1);
      case BtfType.TypeTag t -> alignment(t.target(), depth + 1);
      case BtfType.Array t -> alignment(t.element(), depth + 1);
      case Struct t -> isNatural(t, depth) ? strictest(t.members(), depth) : 1;
      case BtfType.Void _,
          BtfType.Enum _,
          BtfType.Forward _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _ ->
          throw types.malformed(id, "has no size");
    };
  }

  private int strictest(List<Member> members, int depth) {
    var strictest = 1;
    for (var member : members) {
      strictest = Math.max(strictest, alignment(member.type(), depth + 1));
    }
    return strictest;
  }

  /// Whether the members of a struct stand where their alignments want them, and its size is a
  /// multiple of the strictest. One that was packed but is laid out so counts as not packed.
  boolean isNatural(Struct struct) {
    return isNatural(struct, 0);
  }

  private boolean isNatural(Struct struct, int depth) {
    for (var member : struct.members()) {
      if (member.bits() == 0
          && member.bitOffset() % (8L * alignment(member.type(), depth + 1)) != 0) {
        return false;
      }
    }
    return struct.size() % strictest(struct.members(), depth) == 0;
  }
}
