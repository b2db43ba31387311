package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;

/// The types that a text of C may name: those of the language, of the kernel and of `stdint.h`, and
/// those that it declares.
final class CTypes {
  private static final int POINTER = 8;
  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  /// A type, and what members of it need; of one that is only announced the size is -1.
  record Shape(int id, long size, int align) {}

  static final Shape VOID = new Shape(0, 0, 1);

  private final BtfBuilder builder;
  private final Map<String, Shape> typedefs = new HashMap<>();
  private final Map<String, Shape> tags = new HashMap<>();
  private final Map<String, Shape> integers = new HashMap<>();

  CTypes(ByteOrder order) {
    this.builder = BtfBuilder.empty(order);
    for (int bits = 8; bits <= 64; bits *= 2) {
      alias("u" + bits, integer("unsigned " + cName(bits), bits / 8, 0));
      alias("s" + bits, integer(cName(bits), bits / 8, SIGNED));
      for (var sign : List.of("u", "s")) {
        alias("__" + sign + bits, named(sign + bits));
      }
      alias("uint" + bits + "_t", named("u" + bits));
      alias("int" + bits + "_t", named("s" + bits));
      alias("__le" + bits, named("u" + bits));
      alias("__be" + bits, named("u" + bits));
    }
    alias("bool", integer("_Bool", 1, BOOL));
    alias("size_t", named("u64"));
    alias("ssize_t", named("s64"));
    alias("loff_t", named("s64"));
    alias("pid_t", named("s32"));
    // As the kernel's types have them.
    alias("uid_t", named("u32"));
    alias("gid_t", named("u32"));
    alias("dev_t", named("u32"));
    address("in_addr", "s_addr", named("__be32"), 1);
    address("in6_addr", "s6_addr", named("u8"), 16);
  }

  private static String cName(int bits) {
    return switch (bits) {
      case 8 -> "char";
      case 16 -> "short";
      case 32 -> "int";
      default -> "long";
    };
  }

  private Shape named(String typedef) {
    return Objects.requireNonNull(typedefs.get(typedef));
  }

  private void address(String name, String member, Shape element, int count) {
    var type = count == 1 ? element : array(element, count);
    var members = List.of(new BtfType.Member(member, type.id(), 0, 0));
    // The alignment of IPv6 addresses is that of words, too.
    tag("struct " + name, new BtfType.Struct(name, type.size(), false, members), type.size(), 4);
  }

  private Shape integer(String name, int size, int encoding) {
    return integers.computeIfAbsent(
        name,
        n -> new Shape(builder.add(new BtfType.Int(n, size, encoding, 0, 8 * size)), size, size));
  }

  Btf build() {
    return builder.build();
  }

  Optional<Shape> typedef(String name) {
    return Optional.ofNullable(typedefs.get(name));
  }

  /// The struct, union or enum of a name, such as `struct ev`.
  Optional<Shape> tag(String name) {
    return Optional.ofNullable(tags.get(name));
  }

  void alias(String name, Shape of) {
    typedefs.put(
        name, new Shape(builder.add(new BtfType.Typedef(name, of.id())), of.size(), of.align()));
  }

  /// A type of its own.
  Shape add(BtfType type, long size, int align) {
    return new Shape(builder.add(type), size, align);
  }

  /// A struct, union or enum with a name, such as `struct ev`.
  Shape tag(String name, BtfType type, long size, int align) {
    var shape = add(type, size, align);
    tags.put(name, shape);
    return shape;
  }

  Shape array(Shape element, int count) {
    var index = integer("unsigned int", 4, 0);
    return add(
        new BtfType.Array(element.id(), index.id(), count),
        element.size() * count,
        element.align());
  }

  Shape pointer(Shape target) {
    return add(new BtfType.Pointer(target.id()), POINTER, POINTER);
  }

  /// The type that is said by words such as `unsigned long`.
  Shape base(List<String> words) {
    if (words.contains("void")) {
      return VOID;
    }
    if (words.contains("_Bool")) {
      return integer("_Bool", 1, BOOL);
    }
    var unsigned = words.contains("unsigned");
    if (words.contains("__int128")) {
      return integer(unsigned ? "unsigned __int128" : "__int128", 16, unsigned ? 0 : SIGNED);
    }
    var name =
        words.contains("char")
            ? "char"
            : words.contains("short") ? "short" : words.contains("long") ? "long" : "int";
    var size =
        switch (name) {
          case "char" -> 1;
          case "short" -> 2;
          case "long" -> 8;
          default -> 4;
        };
    // Compilers write no sign for a plain char.
    var plainChar = name.equals("char") && !words.contains("signed");
    return integer(
        (unsigned ? "unsigned " : name.equals("char") && !plainChar ? "signed " : "") + name,
        size,
        unsigned || plainChar ? 0 : SIGNED);
  }
}
