package org.ebpf4j.cli.run;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.object.EventType;

/// Events as lines: a column for each member of their struct.
final class EventText {
  private static final int MOST_HEX = 64;
  private static final int WIDEST_TEXT = 32;

  private final EventType type;
  private final BtfValuePrinter values;
  private final List<Column> columns = new ArrayList<>();

  /// A member. Those of structs without a name count as those of the struct around them.
  ///
  /// @param offset bytes from the start of the event; of a bit field, those of the struct's start
  /// @param field the bit field's place, where it is one
  /// @param width how wide it is printed; negative for what is aligned to the left
  private record Column(
      String name, int type, int offset, Optional<BitField> field, int width, boolean text) {}

  private record BitField(long bitOffset, int bits, boolean signed) {}

  EventText(EventType type) {
    this.type = type;
    this.values =
        new BtfValuePrinter(type.types(), ByteOrder.nativeOrder(), BtfValuePrinter.Style.LINE)
            .withAddresses();
    collect((BtfType.Struct) type.types().type(type.id()), 0, 0);
  }

  private void collect(BtfType.Struct struct, long at, int depth) {
    for (var member : struct.members()) {
      var types = type.types();
      var resolved = types.resolve(member.type());
      var place = at + member.bitOffset();
      if (member.name().isEmpty()
          && types.type(resolved) instanceof BtfType.Struct inner
          && depth < 8) {
        collect(inner, place, depth + 1);
      } else if (!member.name().isEmpty()) {
        columns.add(column(member, place, resolved));
      }
    }
  }

  private Column column(BtfType.Member member, long place, int resolved) {
    var types = type.types();
    var field =
        member.bits() == 0
            ? Optional.<BitField>empty()
            : Optional.of(
                new BitField(
                    place,
                    member.bits(),
                    types.type(resolved) instanceof BtfType.Int number
                        && (number.encoding() & 1) != 0));
    var text = isText(types, resolved);
    var width =
        switch (types.type(resolved)) {
          case BtfType.Array array when text -> -(int) Math.min(array.count(), WIDEST_TEXT);
          case BtfType.Int number -> number.size() >= 8 ? 14 : number.size() >= 4 ? 7 : 5;
          case BtfType.Enum values ->
              -values.values().stream().mapToInt(v -> v.name().length()).max().orElse(1);
          case BtfType.Pointer _ -> 18;
          case BtfType.Struct struct when struct.name().equals("in6_addr") -> -15;
          case BtfType.Struct struct when struct.name().equals("in_addr") -> -15;
          default -> -1;
        };
    var wide = isNetwork(types, member.type()) ? -15 : width;
    var least = member.name().length();
    return new Column(
        member.name(),
        member.type(),
        (int) (place / 8),
        field,
        wide < 0 ? -Math.max(-wide, least) : Math.max(wide, least),
        text);
  }

  private static boolean isNetwork(Btf types, int id) {
    return types.type(id) instanceof BtfType.Typedef t && t.name().equals("__be32");
  }

  private static boolean isText(Btf types, int id) {
    return types.type(id) instanceof BtfType.Array array
        && types.type(types.resolve(array.element())) instanceof BtfType.Int element
        && element.size() == 1
        && element.name().equals("char");
  }

  /// The names of the columns.
  String header() {
    var line = new StringBuilder();
    for (var column : columns) {
      append(line, column.name().toUpperCase(Locale.ROOT), column.width());
    }
    return line.toString().stripTrailing();
  }

  /// An event; one that is too short for the struct in hexadecimal.
  String row(byte[] event) {
    if (event.length < type.size()) {
      return event.length
          + " bytes where "
          + type.name()
          + " has "
          + type.size()
          + ": "
          + hex(event);
    }
    var line = new StringBuilder();
    for (var column : columns) {
      append(line, cell(column, event), column.width());
    }
    return line.toString().stripTrailing();
  }

  private static void append(StringBuilder line, String text, int width) {
    if (!line.isEmpty()) {
      line.append(' ');
    }
    line.repeat(' ', Math.max(0, width - text.length()));
    line.append(text);
    line.repeat(' ', Math.max(0, -width - text.length()));
  }

  private String cell(Column column, byte[] event) {
    if (column.field().isPresent()) {
      return number(event, column.field().get());
    }
    var text = values.print(column.type(), event, column.offset());
    // Without the quotes of C: columns tell where it ends.
    return column.text() && text.length() >= 2 ? text.substring(1, text.length() - 1) : text;
  }

  private static String number(byte[] event, BitField field) {
    long value = 0;
    for (int i = 0; i < field.bits(); i++) {
      var bit = field.bitOffset() + i;
      var place = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? bit % 8 : 7 - bit % 8;
      long one = (event[(int) (bit / 8)] >> place) & 1;
      value =
          ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
              ? value | (one << i)
              : (value << 1) | one;
    }
    if (field.signed()) {
      var unused = Long.SIZE - field.bits();
      return Long.toString((value << unused) >> unused);
    }
    return Long.toUnsignedString(value);
  }

  /// Bytes, two digits each.
  static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, MOST_HEX))
        + (bytes.length > MOST_HEX ? " …" : "");
  }
}
