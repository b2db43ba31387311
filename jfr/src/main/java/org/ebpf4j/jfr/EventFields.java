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
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.jfr.EventField.Content;

/// The fields that the members of a struct become, and what reads their values.
///
/// The members of a struct or union in the struct become fields of their own. What JFR has no type
/// for becomes text.
final class EventFields {
  /// How many members may be looked at; real events have some ten.
  private static final int MOST = 1000;

  private static final long LARGEST = 1 << 20;

  /// How many characters arrays may take as text, all of their numbers being 0.
  private static final long MOST_TEXT = 1 << 18;

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
  private final int struct;
  private final long size;
  private final BtfValuePrinter line;
  private final BtfValuePrinter json;
  private final JavaNames names = new JavaNames();
  private final List<EventField> fields = new ArrayList<>();
  private final List<Decoder> decoders = new ArrayList<>();
  private final Map<Integer, BtfType> decoded = new HashMap<>();
  private final List<Span> numbers = new ArrayList<>();
  private int seen;
  private long textLength;

  /// @throws IllegalArgumentException where the type is no struct
  /// @throws UnsupportedFeatureException where it has more than an event may have
  /// @throws org.ebpf4j.error.MalformedObjectException where the types are damaged
  EventFields(Btf types, int id) {
    this.types = types;
    this.order = types.order();
    this.line = new BtfValuePrinter(types, order, BtfValuePrinter.Style.LINE).withAddresses();
    this.json = new BtfValuePrinter(types, order, BtfValuePrinter.Style.JSON).withAddresses();
    this.struct = types.resolve(id);
    if (!(type(struct) instanceof BtfType.Struct type)) {
      throw new IllegalArgumentException("type " + id + " is no struct");
    }
    if (type.size() > LARGEST) {
      throw tooLarge(
          "struct " + type.name() + " has " + type.size() + " bytes, and an event 1 MiB at most");
    }
    this.size = type.size();
    members(struct, type, new MemberPlace("", 0, 0));
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

  /// Whether an event of `length` bytes ends inside a number or an address, which means nothing
  /// then, or has nothing at all.
  boolean cuts(long length) {
    return length == 0 || numbers.stream().anyMatch(n -> n.from() < length && length < n.end());
  }

  /// The bytes that a number or an address takes.
  private record Span(long from, long end) {}

  /// The type with that id, which is decoded once.
  private BtfType type(int id) {
    return decoded.computeIfAbsent(id, types::type);
  }

  private void members(int id, BtfType.Struct struct, MemberPlace place) {
    for (var member : struct.members()) {
      if (++seen > MOST) {
        throw tooLarge("type " + id + " has more members than the " + MOST + " an event may have");
      }
      if (member.bits() == 0) {
        value(member.type(), place.inner(member));
      } else {
        bitField(member, place.inner(member));
      }
    }
  }

  private void bitField(BtfType.Member member, MemberPlace place) {
    var id = types.resolve(member.type());
    switch (type(id)) {
      case BtfType.Int number -> integer(id, number, place, member.bits());
      case BtfType.Enum named -> enumeration(id, named, place, member.bits());
      default -> throw types.malformed(id, "type " + id + " is that of a bit field, but no number");
    }
  }

  private void value(int type, MemberPlace place) {
    if (network(type, place)) {
      return;
    }
    var id = types.resolve(type);
    switch (type(id)) {
      case BtfType.Int number -> {
        var bits = number.bits() == 0 ? 8 * number.size() : number.bits();
        integer(
            id,
            number,
            new MemberPlace(place.path(), place.bit() + number.bitOffset(), place.depth()),
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
          text(id, place);
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
  private boolean network(int type, MemberPlace place) {
    var end = types.resolve(type);
    var id = type;
    for (int names = 0; names < MOST_NAMES && id != end; names++, id = types.sizeOrType(id)) {
      switch (types.name(id)) {
        case "__be16" -> {
          var at = at(end, place, 16);
          numbers.add(new Span(at, at + 2));
          add(
              place,
              int.class,
              Content.PLAIN,
              (event, _) ->
                  (event.get(ValueLayout.JAVA_BYTE, at) & 0xff) << 8
                      | (event.get(ValueLayout.JAVA_BYTE, at + 1) & 0xff));
          return true;
        }
        case "__be32" -> {
          single(id, place);
          return true;
        }
        default -> {}
      }
    }
    if (type(end) instanceof BtfType.Struct struct
        && ((struct.name().equals("in_addr") && struct.size() == 4)
            || (struct.name().equals("in6_addr") && struct.size() == 16))) {
      single(end, place);
      return true;
    }
    return false;
  }

  private void integer(int id, BtfType.Int type, MemberPlace place, int bits) {
    if (bits > 64 || bits <= 0) {
      single(id, place);
    } else if ((type.encoding() & BOOL) != 0) {
      var number = bits(id, place, bits, false);
      add(place, boolean.class, Content.PLAIN, (event, _) -> number.read(event) != 0);
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

  private void number(int id, MemberPlace place, int bits, boolean signed, Content content) {
    var number = bits(id, place, bits, signed);
    if (bits < (signed ? 33 : 32) && content == Content.PLAIN) {
      add(place, int.class, content, (event, _) -> (int) number.read(event));
    } else {
      var whole = content == Content.PLAIN && !signed && bits == 64;
      add(place, long.class, whole ? Content.UNSIGNED : content, (event, _) -> number.read(event));
    }
  }

  private void enumeration(int id, BtfType.Enum type, MemberPlace place, int bits) {
    var number = bits(id, place, bits, type.signed());
    var named = new HashMap<Long, String>();
    type.values().forEach(v -> named.putIfAbsent(v.value(), v.name()));
    add(
        place,
        String.class,
        Content.PLAIN,
        (event, _) -> {
          var value = number.read(event);
          var name = named.get(value);
          return name != null
              ? name
              : type.signed() ? Long.toString(value) : Long.toUnsignedString(value);
        });
  }

  private void floating(int id, BtfType.Floating type, MemberPlace place) {
    switch (type.size()) {
      case 4 -> {
        var number = bits(id, place, 32, false);
        add(
            place,
            float.class,
            Content.PLAIN,
            (event, _) -> Float.intBitsToFloat((int) number.read(event)));
      }
      case 8 -> {
        var number = bits(id, place, 64, false);
        add(
            place,
            double.class,
            Content.PLAIN,
            (event, _) -> Double.longBitsToDouble(number.read(event)));
      }
      default -> single(id, place);
    }
  }

  private void array(int id, BtfType.Array array, MemberPlace place) {
    var element = types.resolve(array.element());
    if (type(element) instanceof BtfType.Int number
        && number.size() == 1
        && number.name().equals("char")) {
      characters(id, array, place);
    } else {
      text(id, place);
    }
  }

  /// Adds an array of `char`, which is text up to its first zero, or to its end.
  private void characters(int id, BtfType.Array array, MemberPlace place) {
    var flexible = isFlexible(id, place);
    if (array.count() == 0 && !flexible) {
      return;
    }
    var at = at(id, place, 8 * array.count());
    var declared = flexible ? Long.MAX_VALUE : array.count();
    add(
        place,
        String.class,
        Content.PLAIN,
        (event, length) -> characters(event, at, Math.min(declared, length - at)));
  }

  private static String characters(MemorySegment event, long at, long most) {
    var length = 0;
    while (length < most && event.get(ValueLayout.JAVA_BYTE, at + length) != 0) {
      length++;
    }
    var bytes = event.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private boolean isFlexible(int id, MemberPlace place) {
    return types.isFlexibleArray(struct, id, place.bit());
  }

  /// Adds a member as text, which is a single value: an address, or a number that JFR has no type
  /// for.
  private void single(int id, MemberPlace place) {
    var bytes = types.size(id);
    var at = at(id, place, 8 * bytes);
    numbers.add(new Span(at, at + bytes));
    // What cannot be printed is to be known now, not when events come.
    line.print(id, new byte[(int) bytes], 0);
    add(
        place,
        String.class,
        Content.PLAIN,
        (event, _) -> line.print(id, event.asSlice(at, bytes).toArray(ValueLayout.JAVA_BYTE), 0));
  }

  /// Adds a member as text in JSON. Arrays without elements are left out, unless they are the rest
  /// of the event.
  private void text(int id, MemberPlace place) {
    var bytes = types.size(id);
    if (bytes == 0 && !isFlexible(id, place)) {
      return;
    }
    var at = at(id, place, 8 * bytes);
    // What cannot be printed is to be known now, not when events come.
    textLength += json.printRecord(id, new byte[(int) bytes]).length();
    if (textLength > MOST_TEXT) {
      throw tooLarge(
          "the members up to " + place.path() + " have more text than an event may have");
    }
    var most = bytes == 0 ? Long.MAX_VALUE : bytes;
    add(
        place,
        String.class,
        Content.PLAIN,
        (event, length) -> {
          var there = Math.clamp(length - at, 0, most);
          var part = event.asSlice(Math.min(at, length), there).toArray(ValueLayout.JAVA_BYTE);
          return json.printRecord(id, part);
        });
  }

  private static UnsupportedFeatureException tooLarge(String problem) {
    return new UnsupportedFeatureException("event of Flight Recorder", null, problem);
  }

  /// What reads a number of that many bits.
  private NumberReading bits(int id, MemberPlace place, int count, boolean signed) {
    checkEnd(id, place, count);
    var from = place.bit();
    numbers.add(new Span(from / 8, (from + count + 7) / 8));
    return NumberReading.of(order, from, count, signed);
  }

  /// The byte in which a member starts that is no bit field.
  private long at(int id, MemberPlace place, long bits) {
    checkEnd(id, place, bits);
    if (place.bit() % 8 != 0) {
      throw types.malformed(id, "member " + place.path() + " starts within a byte");
    }
    return place.bit() / 8;
  }

  private void checkEnd(int id, MemberPlace place, long bits) {
    if (place.bit() + bits > 8 * size) {
      throw types.malformed(
          id, "member " + place.path() + " stands past the end of what it is a part of");
    }
  }

  private void add(MemberPlace place, Class<?> type, Content content, Decoder decoder) {
    fields.add(new EventField(names.next(place.path()), place.path(), type, content));
    decoders.add(decoder);
  }
}
