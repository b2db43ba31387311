package org.ebpf4j.cli.run;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.object.EventType;

/// Events as lines: a column for each member of their struct. Addresses of a family that the event
/// says are written as such.
final class EventText {
  private static final int MOST_HEX = 64;
  private static final int WIDEST_TEXT = 32;
  private static final int ADDRESS_WIDTH = -15;

  /// More columns are no table.
  private static final int MOST_COLUMNS = 128;

  /// Members without names count, too, though they are no columns.
  private static final int MOST_MEMBERS = 1024;

  /// What is behind so many characters is not shown.
  private static final int MOST_TEXT = 1 << 20;

  /// Structs without names that nest deeper are no columns.
  private static final int DEEPEST = 8;

  private final EventType type;
  private final BtfValuePrinter values;
  private final KernelStacks stacks;
  private final List<Column> columns = new ArrayList<>();
  private Optional<Column> family = Optional.empty();
  private int seen;

  /// A member. Those of structs without a name count as those of the struct around them.
  ///
  /// @param bit bits from the start of the event
  /// @param bits how wide it is, where it is a bit field
  /// @param width how wide it is printed; negative for what is aligned to the left
  private record Column(String name, int type, long bit, int bits, int width, boolean text) {
    /// Where it is in an event, in bytes.
    long at() {
      return bit / Byte.SIZE;
    }
  }

  EventText(EventType type) {
    this(type, KernelStacks.of(type, List.of()));
  }

  /// @param stacks the stacks among its members
  EventText(EventType type, KernelStacks stacks) {
    this.type = type;
    this.stacks = stacks;
    this.values =
        new BtfValuePrinter(type.types(), ByteOrder.nativeOrder(), BtfValuePrinter.Style.LINE)
            .withAddresses();
    if (!collect(type.id(), 0, 0)) {
      columns.clear();
      columns.add(new Column(type.name(), type.id(), 0, 0, -1, false));
    }
    family =
        columns.stream()
            .filter(c -> c.bits() == 0 && Addresses.isFamily(type.types(), c.name(), c.type()))
            .findFirst();
    if (family.isPresent()) {
      columns.replaceAll(c ->
          room(c).isPresent()
              ? new Column(c.name(), c.type(), c.bit(), 0, ADDRESS_WIDTH, false)
              : c);
    }
  }

  private OptionalInt room(Column column) {
    return column.bits() == 0 && column.bit() % Byte.SIZE == 0
        ? Addresses.room(type.types(), column.name(), column.type())
        : OptionalInt.empty();
  }

  /// Adds a column for each member; whether they have room.
  private boolean collect(int id, long at, int depth) {
    var types = type.types();
    if (!(types.type(types.resolve(id)) instanceof BtfType.Struct struct) || depth > DEEPEST) {
      return false;
    }
    for (var member : struct.members()) {
      if (++seen > MOST_MEMBERS) {
        return false;
      }
      var resolved = types.resolve(member.type());
      var place = at + member.bitOffset();
      if (!member.name().isEmpty()) {
        columns.add(column(member, place, resolved));
      } else if (types.type(resolved) instanceof BtfType.Struct
          && !collect(resolved, place, depth + 1)) {
        return false;
      }
      if (columns.size() > MOST_COLUMNS) {
        return false;
      }
    }
    return true;
  }

  private Column column(BtfType.Member member, long place, int resolved) {
    var types = type.types();
    var text = isText(types, resolved);
    var width =
        switch (types.type(resolved)) {
          case BtfType.Array array when text ->
              -(int) (array.count() == 0 ? WIDEST_TEXT : Math.min(array.count(), WIDEST_TEXT));
          case BtfType.Int number -> number.size() >= 8 ? 14 : number.size() >= 4 ? 7 : 5;
          case BtfType.Enum named ->
              -Math.min(
                  WIDEST_TEXT,
                  named.values().stream().mapToInt(v -> v.name().length()).max().orElse(1));
          case BtfType.Pointer _ -> 18;
          case BtfType.Struct struct when struct.name().equals("in6_addr") -> -15;
          case BtfType.Struct struct when struct.name().equals("in_addr") -> -15;
          default -> -1;
        };
    var wide = isNetwork(types, member.type()) ? -15 : width;
    var least = Math.min(WIDEST_TEXT, member.name().length());
    return new Column(
        member.name(),
        member.type(),
        place,
        member.bits(),
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

  /// An event, as far as it goes: `-` stands for what is missing.
  String row(byte[] event) {
    var line = new StringBuilder();
    for (var column : columns) {
      if (line.length() > MOST_TEXT) {
        return line.append(" ... (too long for a line)").toString();
      }
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
    return address(column, event)
        .or(() -> stacks.line(column.name(), event))
        .orElseGet(() -> value(column, event));
  }

  /// What an address is by the family that the event says; empty where the column is none.
  private Optional<String> address(Column column, byte[] event) {
    var room = family.isPresent() ? room(column) : OptionalInt.empty();
    if (room.isEmpty() || column.at() + room.getAsInt() > event.length) {
      return Optional.empty();
    }
    var number = value(family.get(), event);
    var at = (int) column.at();
    var bytes = Arrays.copyOfRange(event, at, at + room.getAsInt());
    return number.matches("\\d{1,9}")
        ? Addresses.text(column.name(), Long.parseLong(number), bytes)
        : Optional.empty();
  }

  private String value(Column column, byte[] event) {
    var text = values.printMember(type.id(), column.type(), column.bit(), column.bits(), event);
    // Without the quotes of C: columns tell where it ends.
    return column.text() && text.length() >= 2 ? text.substring(1, text.length() - 1) : text;
  }

  /// Bytes, two digits each.
  static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(bytes.length, MOST_HEX))
        + (bytes.length > MOST_HEX ? " …" : "");
  }
}
