package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.BpfException;

/// Structs of C as types: a header, or a few lines such as `struct ev { u32 pid; char comm[16]; }`,
/// laid out as C lays them out on machines with 64 bits. It reads structs, unions, enums and
/// typedefs, bit fields, `packed` and `aligned`, and `#define` of a number; other declarations are
/// passed over. The names of the kernel, of `stdint.h` and of network addresses are known. Its
/// functions are pure, and any thread may call them.
public final class CStructs {
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int DEEPEST = 32;
  private static final int POINTER = 8;
  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  private record Shape(int id, long size, int align) {}

  private final BtfBuilder builder;
  private final CTokens tokens;
  private final Map<String, Shape> typedefs = new HashMap<>();
  private final Map<String, Shape> tags = new HashMap<>();
  private final Map<String, Shape> integers = new HashMap<>();
  private final List<String> structs = new ArrayList<>();
  private int depth;

  /// What a text says.
  ///
  /// @param types the types
  /// @param structs the names of the structs that it defines, in their order
  public record Read(Btf types, List<String> structs) {}

  private CStructs(String name, String text, ByteOrder order) {
    this.builder = BtfBuilder.empty(order);
    this.tokens = new CTokens(name, text);
    for (int bits = 8; bits <= 64; bits *= 2) {
      alias("u" + bits, integer("unsigned " + cName(bits), bits / 8, 0));
      alias("s" + bits, integer(cName(bits), bits / 8, SIGNED));
      for (var sign : List.of("u", "s")) {
        alias("__" + sign + bits, typedef(sign + bits));
      }
      alias("uint" + bits + "_t", typedef("u" + bits));
      alias("int" + bits + "_t", typedef("s" + bits));
      alias("__le" + bits, typedef("u" + bits));
      alias("__be" + bits, typedef("u" + bits));
    }
    alias("bool", integer("_Bool", 1, BOOL));
    alias("size_t", typedef("u64"));
    alias("ssize_t", typedef("s64"));
    alias("loff_t", typedef("s64"));
    alias("pid_t", typedef("s32"));
    // As the kernel's types have them.
    alias("uid_t", typedef("u32"));
    alias("gid_t", typedef("u32"));
    alias("dev_t", typedef("u32"));
    address("in_addr", "s_addr", typedef("__be32"), 1);
    address("in6_addr", "s6_addr", typedef("u8"), 16);
  }

  /// Reads a text.
  ///
  /// @param name what it is called in messages
  /// @throws BpfException where it is no C that this reads; says the line
  public static Read read(String name, String text, ByteOrder order) {
    if (text.length() > MOST_CHARACTERS) {
      throw new BpfException(name + ": has more than " + MOST_CHARACTERS + " characters");
    }
    var reader = new CStructs(name, text, order);
    reader.declarations();
    return new Read(reader.builder.build(), List.copyOf(reader.structs));
  }

  private static String cName(int bits) {
    return switch (bits) {
      case 8 -> "char";
      case 16 -> "short";
      case 32 -> "int";
      default -> "long";
    };
  }

  private Shape integer(String name, int size, int encoding) {
    return integers.computeIfAbsent(
        name, n -> new Shape(add(new BtfType.Int(n, size, encoding, 0, 8 * size)), size, size));
  }

  private int add(BtfType type) {
    return builder.add(type);
  }

  private void alias(String name, Shape of) {
    typedefs.put(name, new Shape(add(new BtfType.Typedef(name, of.id())), of.size(), of.align()));
  }

  private Shape typedef(String name) {
    return Objects.requireNonNull(typedefs.get(name));
  }

  private void address(String name, String member, Shape element, int count) {
    var type = count == 1 ? element : array(element, count);
    var members = List.of(new BtfType.Member(member, type.id(), 0, 0));
    tags.put(
        "struct " + name,
        new Shape(
            add(new BtfType.Struct(name, type.size(), false, members)),
            type.size(),
            // That of IPv6 is words, too.
            4));
  }

  private Shape array(Shape element, int count) {
    var index = integer("unsigned int", 4, 0);
    return new Shape(
        add(new BtfType.Array(element.id(), index.id(), count)),
        element.size() * count,
        element.align());
  }

  private void declarations() {
    while (!tokens.atEnd()) {
      switch (tokens.peek()) {
        case ";" -> tokens.take();
        case "typedef" -> {
          tokens.take();
          var type = specifier();
          do {
            var declared = declarator(type);
            alias(declared.name(), declared.shape());
          } while (tokens.skip(","));
          tokens.want(";");
        }
        case "struct", "union", "enum" -> {
          specifier();
          passOver();
        }
        default -> passOver();
      }
    }
  }

  /// The rest of a declaration that nothing is made of.
  private void passOver() {
    while (!tokens.atEnd() && !tokens.skip(";")) {
      if (tokens.peek().equals("{")) {
        tokens.skipBrackets("{", "}");
        tokens.skip(";");
        return;
      }
      tokens.take();
    }
  }

  private Shape specifier() {
    var words = new ArrayList<String>();
    Optional<Shape> found = Optional.empty();
    while (true) {
      var word = tokens.peek();
      switch (word) {
        case "const", "volatile", "restrict", "__restrict", "static", "extern" -> tokens.take();
        case "__attribute__" -> attributes();
        case "struct", "union" -> found = Optional.of(struct(tokens.take()));
        case "enum" -> found = Optional.of(enumeration());
        case "signed",
            "unsigned",
            "char",
            "short",
            "int",
            "long",
            "_Bool",
            "void",
            "__signed__",
            "__int128" ->
            words.add(tokens.take());
        default -> {
          if (found.isPresent()) {
            return found.get();
          }
          if (!words.isEmpty()) {
            return base(words);
          }
          var known = typedefs.get(word);
          if (known == null) {
            throw tokens.isName()
                ? tokens.problem("there is no type '" + word + "' here")
                : tokens.expected("a type");
          }
          tokens.take();
          return known;
        }
      }
    }
  }

  private Shape base(List<String> words) {
    if (words.contains("void")) {
      return new Shape(0, 0, 1);
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

  private record Attributes(boolean packed, int align) {
    Attributes and(Attributes other) {
      return new Attributes(packed || other.packed, Math.max(align, other.align));
    }
  }

  private Attributes attributes() {
    var all = new Attributes(false, 1);
    while (tokens.skip("__attribute__")) {
      tokens.want("(");
      tokens.want("(");
      while (!tokens.skip(")")) {
        switch (tokens.take()) {
          case "packed", "__packed__" -> all = all.and(new Attributes(true, 1));
          case "aligned", "__aligned__" -> {
            tokens.want("(");
            var align = tokens.number();
            if (Integer.bitCount(align) != 1 || align > 4096) {
              throw tokens.problem("nothing can be aligned to " + align + " bytes");
            }
            all = all.and(new Attributes(false, align));
            tokens.want(")");
          }
          case "" -> throw tokens.expected("')'");
          default -> {
            if (tokens.peek().equals("(")) {
              tokens.skipBrackets("(", ")");
            }
          }
        }
      }
      tokens.want(")");
    }
    return all;
  }

  private Shape struct(String keyword) {
    var before = attributes();
    var name = tokens.isName() ? tokens.take() : "";
    if (!tokens.peek().equals("{")) {
      var known = tags.get(keyword + " " + name);
      if (known != null) {
        return known;
      }
      return new Shape(add(new BtfType.Forward(name, keyword.equals("union"))), -1, 1);
    }
    if (++depth > DEEPEST) {
      throw tokens.problem("more than " + DEEPEST + " structs in one another");
    }
    tokens.want("{");
    var members = new ArrayList<CStructLayout.Declared>();
    while (!tokens.skip("}")) {
      members(members);
    }
    depth--;
    var attributes = before.and(attributes());
    var layout =
        CStructLayout.of(members, keyword.equals("union"), attributes.packed(), attributes.align());
    var shape =
        new Shape(
            add(new BtfType.Struct(name, layout.size(), keyword.equals("union"), layout.members())),
            layout.size(),
            layout.align());
    if (!name.isEmpty()) {
      tags.put(keyword + " " + name, shape);
      if (keyword.equals("struct")) {
        structs.add(name);
      }
    }
    return shape;
  }

  private void members(List<CStructLayout.Declared> members) {
    var type = specifier();
    if (tokens.skip(";")) {
      members.add(member("", type, -1));
      return;
    }
    do {
      var declared = tokens.peek().equals(":") ? new Declarator("", type) : declarator(type);
      members.add(
          member(declared.name(), declared.shape(), tokens.skip(":") ? tokens.number() : -1));
      attributes();
    } while (tokens.skip(","));
    tokens.want(";");
  }

  private CStructLayout.Declared member(String name, Shape type, int bits) {
    if (type.size() < 0 || (type.id() == 0)) {
      throw tokens.problem("the type of '" + name + "' has no size here");
    }
    if (bits > 8 * type.size()) {
      throw tokens.problem("'" + name + "' has more bits than its type");
    }
    return new CStructLayout.Declared(name, type.id(), type.size(), type.align(), bits);
  }

  private record Declarator(String name, Shape shape) {}

  private Declarator declarator(Shape type) {
    var shape = type;
    while (tokens.skip("*")) {
      while (List.of("const", "volatile", "restrict").contains(tokens.peek())) {
        tokens.take();
      }
      shape = pointer(shape);
    }
    if (tokens.skip("(")) {
      // A pointer to a function.
      tokens.want("*");
      var name = tokens.name();
      tokens.want(")");
      tokens.skipBrackets("(", ")");
      return new Declarator(name, pointer(new Shape(0, 0, 1)));
    }
    var name = tokens.name();
    var counts = new ArrayList<Integer>();
    while (tokens.skip("[")) {
      counts.add(tokens.peek().equals("]") ? 0 : tokens.number());
      tokens.want("]");
    }
    for (var count : counts.reversed()) {
      if (shape.size() < 0 || shape.size() * (long) count > Integer.MAX_VALUE) {
        throw tokens.problem("'" + name + "' is too large, or of a type without a size");
      }
      shape = array(shape, count);
    }
    return new Declarator(name, shape);
  }

  private Shape pointer(Shape target) {
    return new Shape(add(new BtfType.Pointer(target.id())), POINTER, POINTER);
  }

  private Shape enumeration() {
    tokens.take();
    var name = tokens.isName() ? tokens.take() : "";
    if (!tokens.peek().equals("{")) {
      var known = tags.get("enum " + name);
      if (known == null) {
        throw tokens.problem("there is no 'enum " + name + "' here");
      }
      return known;
    }
    tokens.want("{");
    var values = new ArrayList<BtfType.Enumerator>();
    var next = 0L;
    while (!tokens.skip("}")) {
      var value = tokens.name();
      if (tokens.skip("=")) {
        next = tokens.skip("-") ? -(long) tokens.number() : tokens.number();
      }
      values.add(new BtfType.Enumerator(value, next++));
      if (!tokens.skip(",") && !tokens.peek().equals("}")) {
        throw tokens.expected("',' or '}'");
      }
    }
    var signed = values.stream().anyMatch(v -> v.value() < 0);
    var shape = new Shape(add(new BtfType.Enum(name, 4, signed, false, values)), 4, 4);
    if (!name.isEmpty()) {
      tags.put("enum " + name, shape);
    }
    return shape;
  }
}
