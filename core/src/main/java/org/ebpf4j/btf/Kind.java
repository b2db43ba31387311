package org.ebpf4j.btf;

/// The kinds of BTF types, as [Btf#kind(int)] gives them (`BTF_KIND_*` in
/// `include/uapi/linux/btf.h`).
public final class Kind {
  public static final int VOID = 0;
  public static final int INT = 1;
  public static final int POINTER = 2;
  public static final int ARRAY = 3;
  public static final int STRUCT = 4;
  public static final int UNION = 5;
  public static final int ENUM = 6;
  public static final int FORWARD = 7;
  public static final int TYPEDEF = 8;
  public static final int VOLATILE = 9;
  public static final int CONST = 10;
  public static final int RESTRICT = 11;
  public static final int FUNCTION = 12;
  public static final int PROTOTYPE = 13;
  public static final int VARIABLE = 14;
  public static final int DATA_SECTION = 15;
  public static final int FLOATING = 16;
  public static final int DECLARATION_TAG = 17;
  public static final int TYPE_TAG = 18;
  public static final int ENUM64 = 19;

  private Kind() {}

  static boolean known(int kind) {
    return kind >= INT && kind <= ENUM64;
  }

  /// Whether a type of that kind is another type under a name, qualifier or tag.
  static boolean alias(int kind) {
    return switch (kind) {
      case TYPEDEF, VOLATILE, CONST, RESTRICT, TYPE_TAG -> true;
      default -> false;
    };
  }

  /// How many bytes follow the common 12 of a type of a known kind, before its elements.
  static int fixedSize(int kind) {
    return switch (kind) {
      case INT, VARIABLE, DECLARATION_TAG -> 4;
      case ARRAY -> 12;
      default -> 0;
    };
  }

  /// How many bytes each element takes of a type of a known kind.
  static int elementSize(int kind) {
    return switch (kind) {
      case STRUCT, UNION, DATA_SECTION, ENUM64 -> 12;
      case ENUM, PROTOTYPE -> 8;
      default -> 0;
    };
  }

  /// Whether the third word of a type is the id of another.
  static boolean hasTarget(int kind) {
    return switch (kind) {
      case POINTER, FUNCTION, PROTOTYPE, VARIABLE, DECLARATION_TAG -> true;
      default -> alias(kind);
    };
  }

  /// Whether each element of a type starts with its name.
  static boolean hasNamedElements(int kind) {
    return switch (kind) {
      case STRUCT, UNION, ENUM, ENUM64, PROTOTYPE -> true;
      default -> false;
    };
  }

  /// Whether that word of each element, or of what follows the common part, is the id of a type.
  static boolean isId(int kind, int word) {
    return switch (kind) {
      case STRUCT, UNION, PROTOTYPE -> word == 1;
      case ARRAY -> word < 2;
      case DATA_SECTION -> word == 0;
      default -> false;
    };
  }
}
