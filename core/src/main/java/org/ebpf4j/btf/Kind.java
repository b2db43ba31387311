package org.ebpf4j.btf;

/// The kinds of BTF types, as [Btf#kind(int)] gives them (`BTF_KIND_*` in
/// `include/uapi/linux/btf.h`). Its functions are pure, and any thread may call them.
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

  // Tables by kind, from VOID to ENUM64, as a kernel's types ask this some hundred thousand times.
  private static final byte[] FIXED_SIZES = {
    0, 4, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 4, 0, 0
  };
  private static final byte[] ELEMENT_SIZES = {
    0, 0, 0, 0, 12, 12, 8, 0, 0, 0, 0, 0, 0, 8, 0, 12, 0, 0, 0, 12
  };
  private static final boolean[] TARGETS =
      table(
          POINTER,
          TYPEDEF,
          VOLATILE,
          CONST,
          RESTRICT,
          FUNCTION,
          PROTOTYPE,
          VARIABLE,
          DECLARATION_TAG,
          TYPE_TAG);
  private static final boolean[] NAMED_ELEMENTS = table(STRUCT, UNION, ENUM, PROTOTYPE, ENUM64);

  private Kind() {}

  private static boolean[] table(int... kinds) {
    var table = new boolean[ENUM64 + 1];
    for (var kind : kinds) {
      table[kind] = true;
    }
    return table;
  }

  /// Whether there is a kind of that number.
  public static boolean known(int kind) {
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
    return FIXED_SIZES[kind];
  }

  /// How many bytes each element takes of a type of a known kind.
  static int elementSize(int kind) {
    return ELEMENT_SIZES[kind];
  }

  /// Whether the third word of a type of a known kind is the id of another.
  static boolean hasTarget(int kind) {
    return TARGETS[kind];
  }

  /// Whether each element of a type of a known kind starts with its name.
  static boolean hasNamedElements(int kind) {
    return NAMED_ELEMENTS[kind];
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
