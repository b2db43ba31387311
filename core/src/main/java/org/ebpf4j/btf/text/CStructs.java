package org.ebpf4j.btf.text;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.CTypes.Shape;
import org.ebpf4j.error.BpfException;

/// Structs of C as types: a header, or a few lines such as `struct ev { u32 pid; char comm[16]; }`,
/// laid out as C lays them out on machines with 64 bits. It reads structs, unions, enums and
/// typedefs, bit fields, `packed` and `aligned`, macros without arguments, conditions, and headers
/// that are included by `"…"`; other declarations are passed over. The names of the kernel, of
/// `stdint.h` and of network addresses are known. Its functions are pure, apart from what a caller
/// gives as headers, and any thread may call them.
public final class CStructs {
  private static final int DEEPEST = 32;

  /// What is no macro in the kernel's headers or stands in those of the system, and is the same on
  /// all machines.
  private static final Map<String, Long> CONSTANTS =
      Map.of("TASK_COMM_LEN", 16L, "NAME_MAX", 255L, "PATH_MAX", 4096L, "IFNAMSIZ", 16L);

  private final String file;
  private final CPreprocessor preprocessor;
  private final CTokens tokens;
  private final CTypes types;
  private final Map<String, Long> enumerators = new HashMap<>();
  private final List<String> structs = new ArrayList<>();
  private final List<String> own = new ArrayList<>();
  private int depth;

  /// What a text says.
  ///
  /// @param types the types
  /// @param structs the names of the structs that it defines itself, in their order; where it
  ///   defines none, those of the headers that it includes
  public record Read(Btf types, List<String> structs) {}

  /// Where the headers come from that a text includes by `"…"`.
  @FunctionalInterface
  public interface Headers {
    /// A header; empty where there is none.
    ///
    /// @param includer the name of the text or header that includes it
    /// @param path what stands between the quotes
    Optional<Header> find(String includer, String path);
  }

  /// A header.
  ///
  /// @param name what it is called in messages; headers of one name are the same
  public record Header(String name, String text) {}

  private CStructs(String file, String text, ByteOrder order, Headers headers) {
    this.file = file;
    this.preprocessor = new CPreprocessor(headers, order);
    this.tokens = preprocessor.read(file, text);
    this.types = new CTypes(order);
  }

  /// Reads a text, without the headers that it includes.
  ///
  /// @param name what it is called in messages
  /// @throws BpfException where it is no C that this reads; says the line
  public static Read read(String name, String text, ByteOrder order) {
    return read(name, text, order, (_, _) -> Optional.empty());
  }

  /// Reads a text and the headers that it includes by `"…"`.
  ///
  /// @param name what it is called in messages
  /// @param headers where they come from
  /// @throws BpfException where it is no C that this reads; says the file and line
  public static Read read(String name, String text, ByteOrder order, Headers headers) {
    var reader = new CStructs(name, text, order, headers);
    reader.declarations();
    return new Read(
        reader.types.build(), List.copyOf(reader.own.isEmpty() ? reader.structs : reader.own));
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
            types.alias(declared.name(), declared.shape());
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
            return types.base(words);
          }
          var known = types.typedef(word);
          if (known.isEmpty()) {
            throw tokens.isName()
                ? tokens.problem("there is no type '" + word + "' here" + preprocessor.remark(word))
                : tokens.expected("a type");
          }
          tokens.take();
          return known.get();
        }
      }
    }
  }

  private record Attributes(boolean packed, int align) {
    Attributes and(Attributes other) {
      return new Attributes(packed || other.packed, Math.max(align, other.align));
    }
  }

  private Attributes attributes() {
    var all = new Attributes(false, 1);
    while (true) {
      // As headers of the kernel write it.
      if (tokens.skip("__packed")) {
        all = all.and(new Attributes(true, 1));
      } else if (tokens.skip("__aligned")) {
        all = all.and(aligned());
      } else if (tokens.skip("__attribute__")) {
        all = all.and(attributeList());
      } else {
        return all;
      }
    }
  }

  private Attributes attributeList() {
    var all = new Attributes(false, 1);
    tokens.want("(");
    tokens.want("(");
    while (!tokens.skip(")")) {
      switch (tokens.take()) {
        case "packed", "__packed__" -> all = all.and(new Attributes(true, 1));
        case "aligned", "__aligned__" -> all = all.and(aligned());
        case "" -> throw tokens.expected("')'");
        default -> {
          if (tokens.peek().equals("(")) {
            tokens.skipBrackets("(", ")");
          }
        }
      }
    }
    tokens.want(")");
    return all;
  }

  private Attributes aligned() {
    tokens.want("(");
    var align = number();
    if (Integer.bitCount(align) != 1 || align > 4096) {
      throw tokens.problem("nothing can be aligned to " + align + " bytes");
    }
    tokens.want(")");
    return new Attributes(false, align);
  }

  private Shape struct(String keyword) {
    var place = tokens.file();
    var before = attributes();
    var name = tokens.isName() ? tokens.take() : "";
    if (!tokens.peek().equals("{")) {
      return types
          .tag(keyword + " " + name)
          .orElseGet(() -> types.add(new BtfType.Forward(name, keyword.equals("union")), -1, 1));
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
    var type = new BtfType.Struct(name, layout.size(), keyword.equals("union"), layout.members());
    if (name.isEmpty()) {
      return types.add(type, layout.size(), layout.align());
    }
    if (keyword.equals("struct")) {
      structs.add(name);
      if (place.equals(file)) {
        own.add(name);
      }
    }
    return types.tag(keyword + " " + name, type, layout.size(), layout.align());
  }

  private void members(List<CStructLayout.Declared> members) {
    var type = specifier();
    if (tokens.skip(";")) {
      members.add(member("", type, -1));
      return;
    }
    do {
      var declared = tokens.peek().equals(":") ? new Declarator("", type) : declarator(type);
      members.add(member(declared.name(), declared.shape(), tokens.skip(":") ? number() : -1));
      attributes();
    } while (tokens.skip(","));
    tokens.want(";");
  }

  private CStructLayout.Declared member(String name, Shape type, int bits) {
    if (bits > 8 * sized(name, type)) {
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
      shape = types.pointer(shape);
    }
    if (tokens.skip("(")) {
      // A pointer to a function.
      tokens.want("*");
      var name = tokens.name();
      tokens.want(")");
      tokens.skipBrackets("(", ")");
      return new Declarator(name, types.pointer(CTypes.VOID));
    }
    var name = tokens.name();
    var counts = new ArrayList<Integer>();
    while (tokens.skip("[")) {
      counts.add(tokens.peek().equals("]") ? 0 : number());
      tokens.want("]");
    }
    for (var count : counts.reversed()) {
      if (shape.size() < 0 || shape.size() * (long) count > Integer.MAX_VALUE) {
        throw tokens.problem("'" + name + "' is too large, or of a type without a size");
      }
      shape = types.array(shape, count);
    }
    return new Declarator(name, shape);
  }

  private Shape enumeration() {
    tokens.take();
    var name = tokens.isName() ? tokens.take() : "";
    if (!tokens.peek().equals("{")) {
      return types
          .tag("enum " + name)
          .orElseThrow(() -> tokens.problem("there is no 'enum " + name + "' here"));
    }
    tokens.want("{");
    var values = new ArrayList<BtfType.Enumerator>();
    var next = 0L;
    while (!tokens.skip("}")) {
      var value = tokens.name();
      if (tokens.skip("=")) {
        next = constant();
      }
      enumerators.put(value, next);
      values.add(new BtfType.Enumerator(value, next++));
      if (!tokens.skip(",") && !tokens.peek().equals("}")) {
        throw tokens.expected("',' or '}'");
      }
    }
    var signed = values.stream().anyMatch(v -> v.value() < 0);
    var wide =
        values.stream()
            .anyMatch(v -> signed ? v.value() != (int) v.value() : v.value() >>> 32 != 0);
    var size = wide ? 8 : 4;
    var type = new BtfType.Enum(name, size, signed, wide, values);
    return name.isEmpty()
        ? types.add(type, size, size)
        : types.tag("enum " + name, type, size, size);
  }

  /// A number that C counts or measures with.
  private int number() {
    var value = constant();
    if (value < 0 || value > Integer.MAX_VALUE) {
      throw tokens.problem(value + " is no number of bytes, bits or elements");
    }
    return (int) value;
  }

  private long constant() {
    // Sizes may be those of types that are written out, with constants of their own.
    if (++depth > DEEPEST) {
      throw tokens.problem("more than " + DEEPEST + " types and constants in one another");
    }
    var value = expression();
    depth--;
    return value;
  }

  private long expression() {
    return CExpression.value(
        tokens,
        new CExpression.Names() {
          @Override
          public OptionalLong value(String name) {
            var known = enumerators.getOrDefault(name, CONSTANTS.get(name));
            return known == null ? OptionalLong.empty() : OptionalLong.of(known);
          }

          @Override
          public long size() {
            var type = typeName();
            if (type.size() < 0 || type.id() == 0) {
              throw tokens.problem("sizeof names a type without a size" + preprocessor.remark(""));
            }
            return type.size();
          }

          @Override
          public String remark(String name) {
            return preprocessor.remark(name);
          }
        });
  }

  /// A type without the name of what has it, such as `struct ev *`.
  private Shape typeName() {
    var type = specifier();
    while (tokens.skip("*")) {
      type = types.pointer(type);
    }
    return type;
  }

  private long sized(String name, Shape type) {
    if (type.size() < 0 || type.id() == 0) {
      throw tokens.problem(
          "the type of '" + name + "' has no size here" + preprocessor.remark(name));
    }
    return type.size();
  }
}
