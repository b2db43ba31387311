package org.ebpf4j.codec;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// Types of C in few words, as messages name them. Its functions are pure, and any thread may call
/// them.
public final class CTypeName {
  private static final int DEEPEST = 16;

  private CTypeName() {}

  static String of(BtfType.Struct struct) {
    var keyword = struct.union() ? "union" : "struct";
    return struct.name().isEmpty() ? keyword + " {...}" : keyword + " " + struct.name();
  }

  public static String of(Btf btf, int id) {
    return of(btf, id, 0);
  }

  private static String of(Btf btf, int id, int depth) {
    if (depth > DEEPEST) {
      return "...";
    }
    return switch (btf.type(id)) {
      case BtfType.Void _ -> "void";
      case BtfType.Int t -> t.name();
      case BtfType.Floating t -> t.name();
      case BtfType.Typedef t -> t.name();
      case BtfType.Struct t -> of(t);
      case BtfType.Enum t -> t.name().isEmpty() ? "enum {...}" : "enum " + t.name();
      case BtfType.Forward t -> (t.union() ? "union " : "struct ") + t.name();
      case BtfType.Pointer t -> of(btf, t.target(), depth + 1) + " *";
      case BtfType.Array t -> array(btf, t, depth);
      case BtfType.Const t -> "const " + of(btf, t.target(), depth + 1);
      case BtfType.Volatile t -> "volatile " + of(btf, t.target(), depth + 1);
      case BtfType.Restrict t -> of(btf, t.target(), depth + 1);
      case BtfType.TypeTag t -> of(btf, t.target(), depth + 1);
      case BtfType.Variable t -> of(btf, t.type(), depth + 1);
      case BtfType.Function t -> t.name() + "()";
      case BtfType.Prototype _ -> "function";
      case BtfType.DataSection t -> t.name();
      case BtfType.DeclarationTag t -> t.value();
    };
  }

  /// The dimensions stand in the order of C, the outermost first.
  private static String array(Btf btf, BtfType.Array array, int depth) {
    var dimensions = new StringBuilder();
    var current = array;
    for (int i = depth; i < DEEPEST; i++) {
      dimensions.append('[').append(current.count()).append(']');
      if (!(btf.type(current.element()) instanceof BtfType.Array inner)) {
        break;
      }
      current = inner;
    }
    return of(btf, current.element(), depth + 1) + dimensions;
  }
}
