package org.ebpf4j.codec;

import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One part of a Java type as it is declared: a component, an element of an array, or the whole.
///
/// @param width what an annotation says of the integer in memory
/// @param lengths what `@Length` says, for this dimension and those inside
/// @param member the name in C that an annotation gives
record JavaPart(
    String name,
    Class<?> type,
    @Nullable Width width,
    List<Integer> lengths,
    @Nullable String member) {
  /// An integer in memory.
  record Width(String name, int bytes, boolean signed) {}

  JavaPart {
    lengths = List.copyOf(lengths);
  }

  /// A type that is not part of another. A codec sees a primitive in its box.
  static JavaPart whole(Class<?> type) {
    return new JavaPart("", MethodType.methodType(type).wrap().returnType(), null, List.of(), null);
  }

  static JavaPart of(RecordComponent component) {
    var length = component.getAnnotation(Length.class);
    var member = component.getAnnotation(Member.class);
    return new JavaPart(
        component.getName(),
        component.getType(),
        width(component),
        length == null ? List.of() : Arrays.stream(length.value()).boxed().toList(),
        member == null ? null : member.value());
  }

  private static @Nullable Width width(RecordComponent component) {
    Width found = null;
    for (var annotation : component.getAnnotations()) {
      var width =
          switch (annotation) {
            case U8 _ -> new Width("@U8", 1, false);
            case U16 _ -> new Width("@U16", 2, false);
            case U32 _ -> new Width("@U32", 4, false);
            case S8 _ -> new Width("@S8", 1, true);
            case S16 _ -> new Width("@S16", 2, true);
            case S32 _ -> new Width("@S32", 4, true);
            default -> null;
          };
      if (width != null && found != null) {
        throw new IllegalArgumentException(
            component.getDeclaringRecord().getName()
                + "."
                + component.getName()
                + " is both "
                + found.name()
                + " and "
                + width.name());
      }
      found = width == null ? found : width;
    }
    return found;
  }

  /// The elements of this array.
  JavaPart element() {
    return new JavaPart(
        name,
        type.getComponentType(),
        width,
        lengths.isEmpty() ? lengths : lengths.subList(1, lengths.size()),
        member);
  }

  /// What is known of a Java type.
  enum Sort {
    BOOLEAN,
    INTEGER,
    REAL,
    BIG,
    TEXT,
    BYTES,
    ADDRESS,
    NAMED,
    ARRAY,
    RECORD,
    OTHER
  }

  Sort sort() {
    var plain = unboxed(type);
    if (plain == boolean.class) {
      return Sort.BOOLEAN;
    }
    if (bytes(plain) != 0) {
      return plain == float.class || plain == double.class ? Sort.REAL : Sort.INTEGER;
    }
    if (type == BigInteger.class) {
      return Sort.BIG;
    }
    if (type == String.class) {
      return Sort.TEXT;
    }
    if (type == byte[].class && width == null) {
      return Sort.BYTES;
    }
    if (InetAddress.class.isAssignableFrom(type)) {
      return Sort.ADDRESS;
    }
    if (type.isEnum()) {
      return Sort.NAMED;
    }
    return type.isArray() ? Sort.ARRAY : type.isRecord() ? Sort.RECORD : Sort.OTHER;
  }

  /// Bytes of a number in Java; 0 for what is none.
  int bytes() {
    return bytes(unboxed(type));
  }

  static int bytes(Class<?> plain) {
    if (plain == byte.class) {
      return 1;
    }
    if (plain == short.class) {
      return 2;
    }
    if (plain == int.class || plain == float.class) {
      return 4;
    }
    return plain == long.class || plain == double.class ? 8 : 0;
  }

  /// The primitive type of a box, any other type as it is.
  static Class<?> unboxed(Class<?> type) {
    return MethodType.methodType(type).unwrap().returnType();
  }

  /// The type as a source file has it, with its annotations.
  String declaration() {
    var text = new StringBuilder();
    if (width != null) {
      text.append(width.name()).append(' ');
    }
    if (!lengths.isEmpty()) {
      text.append("@Length(");
      text.append(
          lengths.size() == 1
              ? lengths.getFirst().toString()
              : lengths.toString().replace('[', '{').replace(']', '}'));
      text.append(") ");
    }
    if (member != null) {
      text.append("@Member(\"").append(member).append("\") ");
    }
    return text.append(type.getSimpleName()).toString();
  }

  /// Why no value of this type can stand in memory.
  String unsupported() {
    var plain = unboxed(type);
    if (plain == char.class) {
      return "char has no place in C; take short, or byte";
    }
    return type.getSimpleName()
        + " is no type for memory: take a record, number, boolean, String, enum, InetAddress,"
        + " byte[] or array of these";
  }
}
