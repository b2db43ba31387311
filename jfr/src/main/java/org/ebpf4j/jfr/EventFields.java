package org.ebpf4j.jfr;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.jfr.EventField.Content;

/// The fields that the members of a struct become, and what reads their values.
///
/// The members of a struct or union in the struct become fields of their own. What JFR has no type
/// for becomes text.
final class EventFields {
  /// How many members may be looked at; real events have some ten.
  private static final int MOST = 1000;

  private static final long LARGEST = 1 << 20;

  /// How deep structs may nest that become fields of their own; deeper ones become text.
  private static final int DEEPEST = 8;

  /// How many names of a type are looked at.
  private static final int MOST_NAMES = 64;

  private static final int SIGNED = 1;
  private static final int BOOL = 4;

  /// Members that end so and are numbers hold how long something took.
  private static final List<String> TIMES = List.of("duration", "latency", "delta", "elapsed");

  private static final Map<String, Content> UNITS =
      Map.of(
          "_ns", Content.NANOSECONDS,
          "_us", Content.MICROSECONDS,
          "_ms", Content.MILLISECONDS);

  private final Btf types;
  private final ByteOrder order;
  private final long size;
  private final BtfValuePrinter line;
  private final BtfValuePrinter json;
  private final JavaNames names = new JavaNames();
  private final List<EventField> fields = new ArrayList<>();
  private final List<Decoder> decoders = new ArrayList<>();
  private int seen;

  /// @throws IllegalArgumentException where the type is no struct, or has more than an event may
  /// @throws org.ebpf4j.error.MalformedObjectException where the types are damaged
  EventFields(Btf types, int id) {
    this.types = types;
    this.order = types.order();
    this.line = new BtfValuePrinter(types, order, BtfValuePrinter.Style.LINE).withAddresses();
    this.json = new BtfValuePrinter(types, order, BtfValuePrinter.Style.JSON).withAddresses();
    var struct = types.resolve(id);
    if (!(types.type(struct) instanceof BtfType.Struct type)) {
      throw new IllegalArgumentException("type " + id + " is no struct");
    }
    if (type.size() > LARGEST) {
      throw new IllegalArgumentException(
          "struct " + type.name() + " has " + type.size() + " bytes, and an event 1 MiB at most");
    }
    this.size = type.size();
    members(struct, type, new Place("", 0, 0));
  }

  /// How many bytes the struct has.
  long size() {
    return size;
  }

  List<EventField> fields() {
    return fields;
  }

  /// What reads each field, in their order.
  Decoder[] decoders() {
    return decoders.toArray(Decoder[]::new);
  }

  /// Where a member is.
  ///
  /// @param path its name, after those of the structs that it is in
  /// @param bit the bit from the start of the event
  private record Place(String path, long bit, int depth) {
    Place inner(BtfType.Member member) {
      var name =
          path.isEmpty() || member.name().isEmpty()
              ? path + member.name()
              : path + '.' + member.name();
      return new Place(name, bit + member.bitOffset(), depth + 1);
    }
  }

  private void members(int id, BtfType.Struct struct, Place place) {
    for (var member : struct.members()) {
      if (++seen > MOST) {
        throw new IllegalArgumentException(
            "type " + id + " has more members than the " + MOST + " an event may have");
      }
      if (member.bits() == 0) {
        value(member.type(), place.inner(member));
      } else {
        bitField(member, place.inner(member));
      }
    }
  }

  private void bitField(BtfType.Member member, Place place) {
    var id = types.resolve(member.type());
    switch (types.type(id)) {
      case BtfType.Int number -> integer(id, number, place, member.bits());
      case BtfType.Enum named -> enumeration(id, named, place, member.bits());
      default -> throw types.malformed(id, "type " + id + " is that of a bit field, but no number");
    }
  }

  private void value(int type, Place place) {
    if (network(type, place)) {
      return;
    }
    var id = types.resolve(type);
    switch (types.type(id)) {
      case BtfType.Int number -> {
        var bits = number.bits() == 0 ? 8 * number.size() : number.bits();
        integer(
            id,
            number,
            new Place(place.path(), place.bit() + number.bitOffset(), place.depth()),
            bits);
      }
      case BtfType.Enum named when named.size() > 0 && named.size() <= 8 ->
          enumeration(id, named, place, 8 * named.size());
      case BtfType.Floating real -> floating(id, real, place);
      case BtfType.Pointer _ -> number(id, place, 64, false, Content.ADDRESS);
      case BtfType.Array array -> array(id, array, place);
      case BtfType.Struct struct -> {
        if (place.depth() < DEEPEST) {
          members(id, struct, place);
        } else {
          text(id, place, json);
        }
      }
      case BtfType.Void _,
          BtfType.Enum _,
          BtfType.Forward _,
          BtfType.Typedef _,
          BtfType.Volatile _,
          BtfType.Const _,
          BtfType.Restrict _,
          BtfType.Function _,
          BtfType.Prototype _,
          BtfType.Variable _,
          BtfType.DataSection _,
          BtfType.DeclarationTag _,
          BtfType.TypeTag _ ->
          throw types.malformed(id, "type " + id + " is that of a member, but has no values");
    }
  }

  /// Adds a member that the kernel's headers say is of the network, in the order of its bytes.
  private boolean network(int type, Place place) {
    var end = types.resolve(type);
    var id = type;
    for (int names = 0; names < MOST_NAMES && id != end; names++, id = types.sizeOrType(id)) {
      switch (types.name(id)) {
        case "__be16" -> {
          var at = at(end, place, 16);
          add(
              place,
              int.class,
              Content.PLAIN,
              event ->
                  (event.get(ValueLayout.JAVA_BYTE, at) & 0xff) << 8
                      | (event.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff));
          return true;
        }
        case "__be32" -> {
          text(id, place, line);
          return true;
        }
        default -> {}
      }
    }
    if (types.type(end) instanceof BtfType.Struct struct
        && ((struct.name().equals("in_addr") && struct.size() == 4)
            || (struct.name().equals("in6_addr") && struct.size() == 16))) {
      text(end, place, line);
      return true;
    }
    return false;
  }

  private void integer(int id, BtfType.Int type, Place place, int bits) {
    if (bits > 64 || bits <= 0) {
      text(id, place, line);
    } else if ((type.encoding() & BOOL) != 0) {
      var number = bits(id, place, bits, false);
      add(place, boolean.class, Content.PLAIN, event -> number.read(event) != 0);
    } else {
      number(id, place, bits, (type.encoding() & SIGNED) != 0, content(place.path()));
    }
  }

  /// What a number is by its name.
  private static Content content(String path) {
    return TIMES.stream()
            .anyMatch(t -> path.regionMatches(path.length() - t.length() - 3, t, 0, t.length()))
        ? UNITS.getOrDefault(path.substring(path.length() - 3), Content.PLAIN)
        : Content.PLAIN;
  }

  private void number(int id, Place place, int bits, boolean signed, Content content) {
    var number = bits(id, place, bits, signed);
    if (bits < (signed ? 33 : 32) && content == Content.PLAIN) {
      add(place, int.class, content, event -> (int) number.read(event));
    } else {
      var whole = content == Content.PLAIN && !signed && bits == 64;
      add(place, long.class, whole ? Content.UNSIGNED : content, number::read);
    }
  }

  private void enumeration(int id, BtfType.Enum type, Place place, int bits) {
    var number = bits(id, place, bits, type.signed());
    var named = new HashMap<Long, String>();
    type.values().forEach(v -> named.putIfAbsent(v.value(), v.name()));
    add(
        place,
        String.class,
        Content.PLAIN,
        event -> {
          var value = number.read(event);
          var name = named.get(value);
          return name != null
              ? name
              : type.signed() ? Long.toString(value) : Long.toUnsignedString(value);
        });
  }

  private void floating(int id, BtfType.Floating type, Place place) {
    switch (type.size()) {
      case 4 -> {
        var number = bits(id, place, 32, false);
        add(
            place,
            float.class,
            Content.PLAIN,
            event -> Float.intBitsToFloat((int) number.read(event)));
      }
      case 8 -> {
        var number = bits(id, place, 64, false);
        add(
            place,
            double.class,
            Content.PLAIN,
            event -> Double.longBitsToDouble(number.read(event)));
      }
      default -> text(id, place, line);
    }
  }

  private void array(int id, BtfType.Array array, Place place) {
    var element = types.resolve(array.element());
    if (types.type(element) instanceof BtfType.Int number
        && number.size() == 1
        && number.name().equals("char")) {
      var at = at(id, place, 8 * array.count());
      var length = (int) array.count();
      add(place, String.class, Content.PLAIN, event -> characters(event, at, length));
    } else {
      text(id, place, json);
    }
  }

  /// Text up to its first zero, or to its end.
  private static String characters(MemorySegment event, long at, int most) {
    var length = 0;
    while (length < most && event.get(ValueLayout.JAVA_BYTE, at + length) != 0) {
      length++;
    }
    var bytes = event.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /// Adds a member as a printer writes it. Arrays without elements, as at the end of a struct, are
  /// left out.
  private void text(int id, Place place, BtfValuePrinter printer) {
    var bytes = types.size(id);
    if (bytes == 0) {
      return;
    }
    var at = at(id, place, 8 * bytes);
    // What cannot be printed is to be known now, not when events come.
    var sample = printer.print(id, new byte[(int) bytes], 0);
    if (sample.length() > LARGEST) {
      throw new IllegalArgumentException(
          "member " + place.path() + " has more text than an event may have");
    }
    add(
        place,
        String.class,
        Content.PLAIN,
        event -> printer.print(id, event.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE), 0));
  }

  /// Reads a number.
  private interface Reading {
    long read(MemorySegment event);
  }

  /// What reads a number of that many bits.
  private Reading bits(int id, Place place, int count, boolean signed) {
    checkEnd(id, place, count);
    var from = place.bit();
    var unused = Long.SIZE - count;
    if (from % 8 == 0) {
      var at = from / 8;
      switch (count) {
        case 8 -> {
          return signed
              ? event -> event.get(ValueLayout.JAVA_BYTE, at)
              : event -> event.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        }
        case 16 -> {
          var layout = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order);
          return signed ? event -> event.get(layout, at) : event -> event.get(layout, at) & 0xffff;
        }
        case 32 -> {
          var layout = ValueLayout.JAVA_INT_UNALIGNED.withOrder(order);
          return signed
              ? event -> event.get(layout, at)
              : event -> Integer.toUnsignedLong(event.get(layout, at));
        }
        case 64 -> {
          var layout = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order);
          return event -> event.get(layout, at);
        }
        default -> {}
      }
    }
    return event -> {
      var value = gather(event, from, count) << unused;
      return signed ? value >> unused : value >>> unused;
    };
  }

  /// The bits of a number, with others above them. In big-endian order, the first bit is the
  /// highest.
  private long gather(MemorySegment event, long from, int count) {
    var first = from / 8;
    var last = (from + count - 1) / 8;
    var little = order == ByteOrder.LITTLE_ENDIAN;
    var below = (int) (little ? from - 8 * first : 8 * (last + 1) - (from + count));
    long value = 0;
    for (long i = first; i <= last; i++) {
      var shift = (int) (8 * (little ? i - first : last - i)) - below;
      long bits = event.get(ValueLayout.JAVA_BYTE, i) & 0xff;
      value |= shift >= 0 ? bits << shift : bits >>> -shift;
    }
    return value;
  }

  /// The byte in which a member starts that is no bit field.
  private long at(int id, Place place, long bits) {
    checkEnd(id, place, bits);
    if (place.bit() % 8 != 0) {
      throw types.malformed(id, "member " + place.path() + " starts within a byte");
    }
    return place.bit() / 8;
  }

  private void checkEnd(int id, Place place, long bits) {
    if (place.bit() + bits > 8 * size) {
      throw types.malformed(
          id, "member " + place.path() + " stands past the end of what it is a part of");
    }
  }

  private void add(Place place, Class<?> type, Content content, Decoder decoder) {
    fields.add(new EventField(names.next(place.path()), place.path(), type, content));
    decoders.add(decoder);
  }
}
