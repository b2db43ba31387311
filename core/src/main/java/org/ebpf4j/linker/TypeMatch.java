package org.ebpf4j.linker;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.FileBytes;

/// Compares what two files say of the type of one symbol. Qualifiers and typedefs are looked
/// through; what a pointer leads to need only be of the same kind and name, and may be declared but
/// not defined; the length of an array and the names of parameters do not count.
///
/// @param data what errors are reported of
/// @param one the types of one file
/// @param other the types of the other
record TypeMatch(FileBytes data, Btf one, Btf other) {
  private static final int MOST_DEPTH = 64;
  private static final int MOST_PAIRS = 1 << 14;

  /// A pair of types under comparison; behind a pointer, structs are not looked into.
  private record Pair(int one, int other, boolean exact) {}

  /// In what two types differ; empty where in nothing that counts.
  Optional<String> difference(int id, int otherId) {
    return compare(new Pair(id, otherId, true), new HashSet<>(), 0);
  }

  private Optional<String> compare(Pair ids, Set<Pair> seen, int depth) {
    if (depth > MOST_DEPTH || seen.size() > MOST_PAIRS) {
      throw data.malformed(
          0,
          "a type of a global symbol nests more than "
              + MOST_DEPTH
              + " deep, or is made of more than "
              + MOST_PAIRS
              + " others");
    }
    var pair = new Pair(one.resolve(ids.one()), other.resolve(ids.other()), ids.exact());
    if (!seen.add(pair)) {
      // Compared before, or being compared further out.
      return Optional.empty();
    }
    var a = one.type(pair.one());
    var b = other.type(pair.other());
    if (!pair.exact() && a instanceof BtfType.Forward != b instanceof BtfType.Forward) {
      return a instanceof BtfType.Forward f ? declared(f, b) : declared((BtfType.Forward) b, a);
    }
    if (!kind(a).equals(kind(b))) {
      return Optional.of("kinds " + kind(a) + " and " + kind(b));
    }
    if (!name(a).equals(name(b))) {
      return Optional.of("names '" + name(a) + "' and '" + name(b) + "'");
    }
    var parts = new ArrayList<Pair>();
    var difference = parts(a, b, pair.exact(), parts);
    for (var part : parts) {
      if (difference.isPresent()) {
        return difference;
      }
      difference = compare(part, seen, depth + 1);
    }
    return difference;
  }

  private static Optional<String> declared(BtfType.Forward forward, BtfType type) {
    if (type instanceof BtfType.Struct struct
        && struct.union() == forward.union()
        && struct.name().equals(forward.name())) {
      return Optional.empty();
    }
    return Optional.of(
        "a declaration of "
            + (forward.union() ? "union '" : "struct '")
            + forward.name()
            + "' and "
            + kind(type)
            + " '"
            + name(type)
            + "'");
  }

  /// Compares two types of one kind and name without what they name, which goes to `parts`.
  private Optional<String> parts(BtfType a, BtfType b, boolean exact, List<Pair> parts) {
    switch (a) {
      case BtfType.Int t -> {
        return sizes(t.size(), ((BtfType.Int) b).size());
      }
      case BtfType.Floating t -> {
        return sizes(t.size(), ((BtfType.Floating) b).size());
      }
      case BtfType.Enum t -> {
        return sizes(t.size(), ((BtfType.Enum) b).size());
      }
      case BtfType.Pointer t ->
          parts.add(new Pair(t.target(), ((BtfType.Pointer) b).target(), false));
      case BtfType.Array t ->
          parts.add(new Pair(t.element(), ((BtfType.Array) b).element(), exact));
      case BtfType.Function t -> {
        var f = (BtfType.Function) b;
        parts.add(new Pair(t.prototype(), f.prototype(), exact));
        return linkages(t.linkage(), f.linkage());
      }
      case BtfType.Variable t -> {
        var v = (BtfType.Variable) b;
        parts.add(new Pair(t.type(), v.type(), exact));
        return linkages(t.linkage(), v.linkage());
      }
      case BtfType.Struct t -> {
        return exact ? members(t, (BtfType.Struct) b, parts) : Optional.empty();
      }
      case BtfType.Prototype t -> {
        var p = (BtfType.Prototype) b;
        if (t.parameters().size() != p.parameters().size()) {
          return Optional.of(
              t.parameters().size() + " and " + p.parameters().size() + " parameters");
        }
        for (int i = 0; i < t.parameters().size(); i++) {
          parts.add(new Pair(t.parameters().get(i).type(), p.parameters().get(i).type(), exact));
        }
        parts.add(new Pair(t.result(), p.result(), exact));
      }
      case BtfType.Void _, BtfType.Forward _ -> {}
      case BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.TypeTag _,
          BtfType.DeclarationTag _,
          BtfType.DataSection _ -> {
        return Optional.of("a kind that no symbol has, " + kind(a));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> sizes(long one, long other) {
    return one == other ? Optional.empty() : Optional.of("sizes " + one + " and " + other);
  }

  /// Extern and global are the same here, and not static.
  private static Optional<String> linkages(int one, int other) {
    return (one == 0) == (other == 0)
        ? Optional.empty()
        : Optional.of("one that is static and one that is not");
  }

  private static Optional<String> members(
      BtfType.Struct one, BtfType.Struct other, List<Pair> parts) {
    if (one.members().size() != other.members().size()) {
      return Optional.of(one.members().size() + " and " + other.members().size() + " fields");
    }
    for (int i = 0; i < one.members().size(); i++) {
      var a = one.members().get(i);
      var b = other.members().get(i);
      if (!a.name().equals(b.name())) {
        return Optional.of("fields '" + a.name() + "' and '" + b.name() + "'");
      }
      if (a.bitOffset() != b.bitOffset() || a.bits() != b.bits()) {
        return Optional.of("different places of field '" + a.name() + "'");
      }
      parts.add(new Pair(a.type(), b.type(), true));
    }
    return Optional.empty();
  }

  /// Names count only of those types that C tells apart by them.
  private static String name(BtfType type) {
    return switch (type) {
      case BtfType.Struct t -> t.name();
      case BtfType.Enum t -> t.name();
      case BtfType.Forward t -> t.name();
      case BtfType.Function t -> t.name();
      case BtfType.Variable t -> t.name();
      case BtfType.Void _,
          BtfType.Int _,
          BtfType.Pointer _,
          BtfType.Array _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Prototype _,
          BtfType.DataSection _,
          BtfType.Floating _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ ->
          "";
    };
  }

  private static String kind(BtfType type) {
    return switch (type) {
      case BtfType.Void _ -> "void";
      case BtfType.Int _ -> "integer";
      case BtfType.Pointer _ -> "pointer";
      case BtfType.Array _ -> "array";
      case BtfType.Struct t -> t.union() ? "union" : "struct";
      case BtfType.Enum t -> t.wide() ? "64-bit enum" : "enum";
      case BtfType.Forward _ -> "declaration";
      case BtfType.Typedef _ -> "typedef";
      case BtfType.Volatile _ -> "volatile";
      case BtfType.Const _ -> "const";
      case BtfType.Restrict _ -> "restrict";
      case BtfType.Function _ -> "function";
      case BtfType.Prototype _ -> "function type";
      case BtfType.Variable _ -> "variable";
      case BtfType.DataSection _ -> "section";
      case BtfType.Floating _ -> "floating-point number";
      case BtfType.DeclarationTag _ -> "tag of a declaration";
      case BtfType.TypeTag _ -> "tag of a type";
    };
  }
}
