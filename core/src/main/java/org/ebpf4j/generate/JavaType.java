package org.ebpf4j.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A type as Java source has it.
///
/// @param text the type: `int`, `String[]`
/// @param whole the same where it stands alone and is no primitive: `Integer`
/// @param width the annotation that says how integers stand in memory; empty for none
/// @param lengths of an array, text or bytes: of each dimension, the outermost first
/// @param imports the classes to import for it
record JavaType(String text, String whole, String width, List<Long> lengths, Set<String> imports) {
  JavaType {
    lengths = List.copyOf(lengths);
    imports = Set.copyOf(imports);
  }

  static final JavaType BOOLEAN = of("boolean", "Boolean");
  static final JavaType INT = of("int", "Integer");
  static final JavaType LONG = of("long", "Long");
  static final JavaType BIG = imported("java.math.BigInteger");
  static final JavaType ADDRESS = imported("java.net.InetAddress");
  static final JavaType PREFIX = imported("org.ebpf4j.codec.IpPrefix");

  static JavaType of(String text, String whole) {
    return new JavaType(text, whole, "", List.of(), Set.of());
  }

  /// A type that is declared in the generated class.
  static JavaType declared(String name) {
    return of(name, name);
  }

  static JavaType imported(String name) {
    var simple = name.substring(name.lastIndexOf('.') + 1);
    return new JavaType(simple, simple, "", List.of(), Set.of(name));
  }

  /// An integer of a width that an annotation says.
  static JavaType unsigned(String text, String whole, String width) {
    return new JavaType(text, whole, width, List.of(), Set.of());
  }

  /// So many bytes as they are.
  static JavaType bytes(long size) {
    return new JavaType("byte[]", "byte[]", "", List.of(size), Set.of());
  }

  static JavaType text(long size) {
    return new JavaType("String", "String", "", List.of(size), Set.of());
  }

  /// An array of this, with dimensions around those that it has.
  JavaType array(List<Long> outer) {
    var array = text + "[]".repeat(outer.size());
    var all = new ArrayList<>(outer);
    all.addAll(lengths);
    return new JavaType(array, outer.isEmpty() ? whole : array, width, all, imports);
  }

  /// The same without a length that is said: for a flexible array.
  JavaType flexible() {
    return new JavaType(text, whole, width, List.of(), imports);
  }

  boolean isBytes() {
    return text.equals("byte[]");
  }

  /// How many parameters of a constructor it takes the room of.
  int slots() {
    return text.equals("long") || text.equals("double") ? 2 : 1;
  }

  /// The annotations of a component of this type.
  List<String> annotations() {
    var annotations = new ArrayList<String>();
    if (!width.isEmpty()) {
      annotations.add("@" + width);
    }
    if (!lengths.isEmpty()) {
      var values = String.join(", ", lengths.stream().map(String::valueOf).toList());
      annotations.add("@Length(" + (lengths.size() == 1 ? values : "{" + values + "}") + ")");
    }
    return annotations;
  }

  /// The class, as an expression.
  String literal() {
    return whole + ".class";
  }
}
