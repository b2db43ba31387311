package org.ebpf4j.relocation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// The types of one BTF, each decoded once, with the sizes that relocations count with.
final class Types {
  private static final int MAX_SIZE_DEPTH = 32;
  private static final long MAX_SIZE = 0xffff_ffffL;

  /// The ways to write `long`, whose size is that of a pointer.
  private static final List<String> LONG =
      List.of(
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

  private final Btf btf;
  private final Effort effort;
  private final Map<Integer, BtfType> decoded = new HashMap<>();
  private final Map<Integer, Integer> resolved = new HashMap<>();
  private int pointerSize;

  /// Types whose pointers have the size of their `long`.
  Types(Btf btf, Effort effort) {
    this(btf, effort, 0);
  }

  /// Types with pointers of `pointerSize` bytes.
  Types(Btf btf, Effort effort, int pointerSize) {
    this.btf = btf;
    this.effort = effort;
    this.pointerSize = pointerSize;
  }

  Btf btf() {
    return btf;
  }

  Effort effort() {
    return effort;
  }

  BtfType type(int id) {
    var known = decoded.get(id);
    if (known == null) {
      known = btf.type(id);
      decoded.put(id, known);
    }
    return known;
  }

  /// The id of the type behind typedefs, qualifiers and tags.
  int resolve(int id) {
    var known = resolved.get(id);
    if (known != null) {
      return known;
    }
    var current = id;
    for (int steps = 0; steps <= btf.typeCount(); steps++) {
      effort.step();
      var next =
          switch (type(current)) {
            case BtfType.Typedef t -> t.target();
            case BtfType.Const t -> t.target();
            case BtfType.Volatile t -> t.target();
            case BtfType.Restrict t -> t.target();
            case BtfType.TypeTag t -> t.target();
            default -> -1;
          };
      if (next == -1) {
        resolved.put(id, current);
        return current;
      }
      current = next;
    }
    throw new Unresolvable("type " + id + " is a chain of names without an end");
  }

  /// The type behind typedefs, qualifiers and tags.
  BtfType resolved(int id) {
    return type(resolve(id));
  }

  /// The size of a value of that type in bytes, at most 4 GiB.
  long size(int id) {
    var current = id;
    long count = 1;
    for (int depth = 0; depth < MAX_SIZE_DEPTH; depth++) {
      long size;
      switch (type(current)) {
        case BtfType.Int t -> size = t.size();
        case BtfType.Struct t -> size = t.size();
        case BtfType.Enum t -> size = t.size();
        case BtfType.Floating t -> size = t.size();
        case BtfType.DataSection t -> size = t.size();
        case BtfType.Pointer _ -> size = pointerSize();
        case BtfType.Array t -> {
          if (count != 0 && t.count() > MAX_SIZE / count) {
            throw tooBig(id);
          }
          count *= t.count();
          current = t.element();
          continue;
        }
        case BtfType.Typedef t -> {
          current = t.target();
          continue;
        }
        case BtfType.Const t -> {
          current = t.target();
          continue;
        }
        case BtfType.Volatile t -> {
          current = t.target();
          continue;
        }
        case BtfType.Restrict t -> {
          current = t.target();
          continue;
        }
        case BtfType.TypeTag t -> {
          current = t.target();
          continue;
        }
        case BtfType.Variable t -> {
          current = t.type();
          continue;
        }
        case BtfType.DeclarationTag t -> {
          current = t.target();
          continue;
        }
        case BtfType.Void _, BtfType.Forward _, BtfType.Function _, BtfType.Prototype _ ->
            throw new Unresolvable(describe(id) + " has no size");
      }
      if (count != 0 && size > MAX_SIZE / count) {
        throw tooBig(id);
      }
      return count * size;
    }
    throw new Unresolvable("type " + id + " nests more than " + MAX_SIZE_DEPTH + " deep");
  }

  private static Unresolvable tooBig(int id) {
    return new Unresolvable("type " + id + " is bigger than 4 GiB");
  }

  /// The type that an array of arrays, or of qualified ones, holds in the end; `id` itself where it
  /// is no array.
  int innermostElement(int id) {
    var current = resolve(id);
    while (type(current) instanceof BtfType.Array array) {
      effort.step();
      current = resolve(array.element());
    }
    return current;
  }

  private int pointerSize() {
    if (pointerSize == 0) {
      pointerSize = sizeOfLong();
    }
    return pointerSize;
  }

  private int sizeOfLong() {
    var first = Integer.MAX_VALUE;
    var size = 8;
    for (var name : LONG) {
      for (var id : btf.ids(name)) {
        if (id < first && type(id) instanceof BtfType.Int t && (t.size() == 4 || t.size() == 8)) {
          first = id;
          size = t.size();
        }
      }
    }
    return size;
  }

  /// The name of a type, empty where it has none.
  String name(int id) {
    return switch (type(id)) {
      case BtfType.Int t -> t.name();
      case BtfType.Struct t -> t.name();
      case BtfType.Enum t -> t.name();
      case BtfType.Forward t -> t.name();
      case BtfType.Typedef t -> t.name();
      case BtfType.Function t -> t.name();
      case BtfType.Variable t -> t.name();
      case BtfType.DataSection t -> t.name();
      case BtfType.Floating t -> t.name();
      case BtfType.DeclarationTag t -> t.value();
      case BtfType.TypeTag t -> t.value();
      case BtfType.Void _,
          BtfType.Pointer _,
          BtfType.Array _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Prototype _ ->
          "";
    };
  }

  /// `struct task_struct`, as C says it.
  String describe(int id) {
    return describe(id, name(id));
  }

  /// The same without the flavour of the name.
  String describeEssential(int id) {
    return describe(id, Btf.essentialName(name(id)));
  }

  private String describe(int id, String name) {
    return switch (type(id)) {
      case BtfType.Void _ -> "void";
      case BtfType t when name.isEmpty() -> "the unnamed " + word(t) + " " + id;
      case BtfType t -> word(t) + " " + name;
    };
  }

  private static String word(BtfType type) {
    return switch (type) {
      case BtfType.Struct t -> t.union() ? "union" : "struct";
      case BtfType.Forward t -> t.union() ? "union" : "struct";
      case BtfType.Enum _ -> "enum";
      case BtfType.Typedef _ -> "typedef";
      case BtfType.Function _ -> "function";
      case BtfType.Variable _ -> "variable";
      case BtfType.DataSection _ -> "data section";
      default -> "type";
    };
  }
}
