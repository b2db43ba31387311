package org.ebpf4j.codec;

import java.lang.classfile.CodeBuilder;
import org.jspecify.annotations.Nullable;

/// What code that reads arrays and code that writes them share.
final class RowCode {
  private RowCode() {}

  /// How elements are copied all at once, as they stand in memory as in Java; else null.
  static MemoryCode.@Nullable Word copied(Plan element) {
    if (!element.type().isPrimitive()) {
      return null;
    }
    return switch (element) {
      case Plan.Real real -> MemoryCode.Word.real(real.size());
      case Plan.Whole whole ->
          whole.type() != boolean.class && whole.size() == NumberCode.bytes(whole.type())
              ? MemoryCode.Word.whole(whole.size())
              : null;
      default -> null;
    };
  }

  /// Does something for each element, with its index and its place in their variables.
  static void loop(CodeBuilder b, Plan.Row row, Runnable body) {
    var top = b.newLabel();
    var end = b.newLabel();
    b.iconst_0().istore(Frame.INDEX).lload(1).lstore(Frame.PLACE);
    b.labelBinding(top).iload(Frame.INDEX).loadConstant(row.count()).if_icmpge(end);
    body.run();
    b.iinc(Frame.INDEX, 1)
        .lload(Frame.PLACE)
        .loadConstant((long) row.element().size())
        .ladd()
        .lstore(Frame.PLACE);
    b.goto_(top).labelBinding(end);
  }
}
