package org.ebpf4j.codec;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.jspecify.annotations.Nullable;

/// Where the members of C types stand, as text for people. Its functions are pure, and any thread
/// may call them.
public final class LayoutTable {
  /// A line of the table: what is in C, and what in Java.
  record Line(List<String> c, List<String> java, String problem) {}

  private static final List<String> NOTHING_IN_C = List.of("", "", "", "");
  private static final List<String> NOTHING_IN_JAVA = List.of("", "");

  private LayoutTable() {}

  /// A line for each member of a struct or union, or one for a type of another kind: offset and
  /// size in bytes, type and name. Bit fields have their first bit behind the offset, and their
  /// size in bits.
  ///
  /// @throws org.ebpf4j.error.MalformedObjectException where the types are damaged
  public static String of(Btf btf, int typeId) {
    var lines = new ArrayList<Line>();
    rows(btf, typeId).forEach(cells -> lines.add(inBoth(cells, null, "")));
    return text(title(btf, typeId), null, lines);
  }

  static String title(Btf btf, int id) {
    var size = btf.size(id);
    return CTypeName.of(btf, id) + ", " + size + (size == 1 ? " byte" : " bytes");
  }

  /// The cells of each line of a type.
  static List<List<String>> rows(Btf btf, int id) {
    var rows = new ArrayList<List<String>>();
    var resolved = btf.resolve(id);
    if (btf.type(resolved) instanceof BtfType.Struct) {
      add(btf, CMember.of(btf, resolved, 0), 0, rows);
    } else {
      rows.add(List.of("0", Long.toString(btf.size(id)), CTypeName.of(btf, id), ""));
    }
    return rows;
  }

  private static void add(Btf btf, CMember.Group group, int depth, List<List<String>> rows) {
    for (var member : group.members()) {
      rows.add(cells(btf, member, depth));
      if (member.group() != null) {
        add(btf, member.group(), depth + 1, rows);
      }
    }
  }

  /// The cells of a member that stands `depth` structs deep.
  static List<String> cells(Btf btf, CMember member, int depth) {
    var isBitField = member.bits() != 0;
    var byteOffset = Long.toString(member.firstBit() / 8);
    return List.of(
        isBitField ? byteOffset + "." + member.firstBit() % 8 : byteOffset,
        isBitField ? member.bits() + "b" : Long.toString(btf.size(member.type())),
        "  ".repeat(depth) + CTypeName.of(btf, member.type()),
        member.name());
  }

  /// The table; without `javaTitle`, its C half.
  static String text(String cTitle, @Nullable String javaTitle, List<Line> lines) {
    var all = new ArrayList<Line>();
    all.add(
        new Line(List.of("offset", "size", "type", "member"), List.of("type", "component"), ""));
    all.addAll(lines);
    var c = widths(all.stream().map(Line::c).toList());
    var java = widths(all.stream().map(Line::java).toList());
    var half = Math.max(cTitle.length(), c[0] + c[1] + c[2] + c[3] + 6);
    var text = new StringBuilder();
    if (javaTitle == null) {
      text.append("  ").append(cTitle).append('\n');
    } else {
      text.append("  ").append(left(cTitle, half)).append(" | ").append(javaTitle).append('\n');
    }
    for (var line : all) {
      var cells = line.c();
      var inC =
          right(cells.get(0), c[0])
              + "  "
              + right(cells.get(1), c[1])
              + "  "
              + left(cells.get(2), c[2])
              + "  "
              + cells.get(3);
      var row = (line.problem().isEmpty() ? "  " : "> ") + left(inC, half);
      if (javaTitle != null) {
        row += " | " + left(line.java().get(0), java[0]) + "  " + line.java().get(1);
      }
      if (!line.problem().isEmpty()) {
        row += "  <- " + line.problem();
      }
      text.append(row.stripTrailing()).append('\n');
    }
    return text.toString();
  }

  static Line inJava(JavaPart part, String problem) {
    return new Line(NOTHING_IN_C, cells(part), problem);
  }

  static Line inBoth(List<String> c, @Nullable JavaPart part, String problem) {
    return new Line(c, part == null ? NOTHING_IN_JAVA : cells(part), problem);
  }

  private static List<String> cells(JavaPart part) {
    return List.of(part.declaration(), part.name());
  }

  private static int[] widths(List<List<String>> rows) {
    var widths = new int[rows.getFirst().size()];
    for (var row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String left(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  private static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
