package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.ebpf4j.RawMap;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.cli.text.Histogram;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// What is in a map, typed by the types of its object.
final class MapText {
  private static final String SLOTS = "slots";

  /// Names of variables that are slots alone.
  private static final Pattern HISTOGRAM = Pattern.compile("slots|hist|.*_(slots|hist)");

  private final MapSpec spec;
  private final Optional<Btf> types;
  private final HistogramScales.Chosen scales;
  private final boolean json;
  private final Optional<BtfValuePrinter> printer;
  private final Optional<KernelStacks> keyStacks;
  private final Optional<KernelStacks> valueStacks;

  /// @param stacks the maps of stacks that ids in keys and values are of
  MapText(
      MapSpec spec,
      Optional<Btf> types,
      HistogramScales.Chosen scales,
      boolean json,
      List<RawMap> stacks) {
    this.spec = spec;
    this.keyStacks = stacks(types, spec.keyType(), spec.keySize(), stacks);
    this.valueStacks = stacks(types, spec.valueType(), spec.valueSize(), stacks);
    this.scales = scales;
    this.types = types.filter(t -> spec.valueType() != 0);
    this.json = json;
    this.printer =
        this.types.map(t ->
            new BtfValuePrinter(
                    t,
                    ByteOrder.nativeOrder(),
                    json ? BtfValuePrinter.Style.JSON : BtfValuePrinter.Style.LINE)
                .withAddresses());
  }

  private static Optional<KernelStacks> stacks(
      Optional<Btf> types, int type, int size, List<RawMap> maps) {
    return types
        .filter(_ -> type != 0)
        .map(t -> KernelStacks.of(new EventType(t, type, "", size), maps));
  }

  /// The stacks of the kernel in an entry, by the names of members.
  private Map<String, List<String>> stacks(byte[] key, byte[] value) {
    var all = new LinkedHashMap<String, List<String>>();
    keyStacks.ifPresent(s -> all.putAll(s.all(key)));
    if (!isPerCpu()) {
      valueStacks.ifPresent(s -> all.putAll(s.all(value)));
    }
    return all;
  }

  /// Prints the entries: each on a line of its own, but a histogram (a struct with `slots`) as one;
  /// of a data section the variables.
  ///
  /// @param over ends it early
  void print(RawMap map, PrintWriter out, BooleanSupplier over) {
    out.println(SafeText.line(spec.name()) + ":");
    try (var cursor = map.entries().cursor()) {
      while (!over.getAsBoolean() && cursor.next()) {
        line(cursor.key(), cursor.value(), out);
      }
      if (!cursor.isConsistent()) {
        out.println("  (the map changed while it was read: entries may be missing)");
      }
    }
    out.flush();
  }

  /// Prints the entries as JSON, an object for each.
  ///
  /// @param over ends it early
  void print(RawMap map, JsonList list, BooleanSupplier over) {
    try (var cursor = map.entries().cursor()) {
      while (!over.getAsBoolean() && cursor.next()) {
        var key = cursor.key();
        var value = cursor.value();
        list.add(fields -> object(fields, key, value));
      }
      if (!cursor.isConsistent()) {
        list.add(fields -> fields.put("map", spec.name()).put("consistent", false));
      }
    }
    list.flush();
  }

  private void object(Json.Fields fields, byte[] key, byte[] value) {
    fields.put("map", spec.name()).putJson("key", text(spec.keyType(), key));
    if (isPerCpu()) {
      var all = each(value).stream().map(v -> text(spec.valueType(), v)).toList();
      fields.putJson("values", "[" + String.join(",", all) + "]");
    } else {
      fields.putJson("value", text(spec.valueType(), value));
    }
    KernelStacks.put(fields, stacks(key, value));
  }

  private void line(byte[] key, byte[] value, PrintWriter out) {
    if (types.isPresent()
        && types.get().type(spec.valueType()) instanceof BtfType.DataSection section) {
      variables(types.get(), section, value, out);
      return;
    }
    var scale = scales.named(spec.name()).orElse(scales.all());
    var isNamed = scales.named(spec.name()).isPresent();
    var slots = types.flatMap(t -> slots(t, spec.valueType(), isNamed, scale));
    if (slots.isPresent()) {
      histogram(text(spec.keyType(), key), spec.valueType(), each(value), slots.get(), out);
    } else {
      out.print("  " + text(spec.keyType(), key) + ": " + values(value) + '\n');
    }
    stacks(key, value)
        .forEach((name, stack) -> {
          if (!stack.isEmpty()) {
            out.print("    " + SafeText.line(name + ": " + String.join(" < ", stack)) + '\n');
          }
        });
  }

  /// Prints the variables of a section, each on a line of its own, or as the histograms that it is.
  private void variables(Btf types, BtfType.DataSection section, byte[] value, PrintWriter out) {
    for (var placed : section.variables()) {
      if (types.type(placed.variable()) instanceof BtfType.Variable variable) {
        var from = Math.clamp(placed.offset(), 0, value.length);
        var to = Math.clamp(placed.offset() + placed.size(), from, value.length);
        variable(types, variable, Arrays.copyOfRange(value, from, to), out);
      }
    }
  }

  private void variable(Btf types, BtfType.Variable variable, byte[] bytes, PrintWriter out) {
    var name = SafeText.line(variable.name());
    var type = types.resolve(variable.type());
    var scale = scales.named(variable.name()).orElse(scales.all());
    var isNamed =
        scales.named(variable.name()).isPresent() || HISTOGRAM.matcher(variable.name()).matches();
    var slots = slots(types, type, isNamed, scale);
    if (slots.isPresent()) {
      histogram(name, type, List.of(bytes), slots.get(), out);
      return;
    }
    if (types.type(type) instanceof BtfType.Array array && array.count() > 0) {
      var element = types.resolve(array.element());
      var each = slots(types, element, false, scale);
      if (each.isPresent()) {
        var size = bytes.length / (int) array.count();
        for (int i = 0; i < array.count(); i++) {
          var one = Arrays.copyOfRange(bytes, i * size, (i + 1) * size);
          if (!Arrays.equals(one, new byte[size])) {
            histogram(name + "[" + i + "]", element, List.of(one), each.get(), out);
          }
        }
        return;
      }
    }
    out.print("  " + name + ": " + text(variable.type(), bytes) + '\n');
  }

  /// Prints counts as bars, below what else is in the values.
  ///
  /// @param values the value, or that of each CPU
  private void histogram(String name, int type, List<byte[]> values, Slots slots, PrintWriter out) {
    var others = values.size() == 1 ? others(type, values.getFirst()) : "";
    out.println("  " + name + (others.isEmpty() ? "" : ": { " + others + " }"));
    Histogram.lines(sum(values, slots), slots.scale()).forEach(l -> out.println("  " + l));
  }

  /// The members of a value but for its slots.
  private String others(int type, byte[] value) {
    var members = new ArrayList<String>();
    if (types.isPresent()
        && printer.isPresent()
        && types.get().type(types.get().resolve(type)) instanceof BtfType.Struct struct) {
      for (var member : struct.members()) {
        if (!member.name().isEmpty() && !member.name().equals(SLOTS)) {
          members.add(
              "."
                  + SafeText.line(member.name())
                  + " = "
                  + printer
                      .get()
                      .printMember(type, member.type(), member.bitOffset(), member.bits(), value));
        }
      }
    }
    return String.join(", ", members);
  }

  private String values(byte[] value) {
    if (!isPerCpu()) {
      return text(spec.valueType(), value);
    }
    var all = each(value).stream().map(v -> text(spec.valueType(), v)).toList();
    return "[" + String.join(", ", all) + "]" + total(value);
  }

  /// The sum of what the CPUs counted, where it is a number.
  private String total(byte[] value) {
    var number =
        types.map(t -> t.type(t.resolve(spec.valueType())) instanceof BtfType.Int).orElse(false);
    if (!number || spec.valueSize() > 8) {
      return "";
    }
    long sum = 0;
    for (var one : each(value)) {
      sum += integer(one, 0, spec.valueSize());
    }
    return ", " + sum + " in all";
  }

  private String text(int type, byte[] bytes) {
    if (type != 0 && printer.isPresent()) {
      return printer.get().print(type, bytes, 0);
    }
    return json
        ? Json.quote(HexFormat.of().formatHex(bytes))
        : bytes.length == 4 || bytes.length == 8
            ? Long.toString(integer(bytes, 0, bytes.length))
            : EventText.hex(bytes);
  }

  private boolean isPerCpu() {
    return MapType.of(spec.type()).filter(t -> t.label().contains("percpu")).isPresent();
  }

  private List<byte[]> each(byte[] value) {
    var stride = Math.ceilDiv(spec.valueSize(), 8) * 8;
    var all = new ArrayList<byte[]>();
    for (int at = 0; at < value.length; at += isPerCpu() ? stride : value.length) {
      all.add(Arrays.copyOfRange(value, at, at + spec.valueSize()));
    }
    return all;
  }

  /// Where the counts of a histogram stand in a value, and what they stand for.
  private record Slots(int offset, int width, int count, Histogram.Scale scale) {}

  /// The slots of a struct that has them.
  ///
  /// @param isNamed whether an array of numbers is slots, too
  private static Optional<Slots> slots(
      Btf types, int type, boolean isNamed, Histogram.Scale scale) {
    var id = types.resolve(type);
    if (types.type(id) instanceof BtfType.Struct struct) {
      return struct.members().stream()
          .filter(m -> m.name().equals(SLOTS))
          .findFirst()
          .flatMap(m -> slots(types, types.resolve(m.type()), (int) (m.bitOffset() / 8), scale));
    }
    return isNamed ? slots(types, id, 0, scale) : Optional.empty();
  }

  private static Optional<Slots> slots(Btf types, int id, int offset, Histogram.Scale scale) {
    return types.type(id) instanceof BtfType.Array array
            && types.type(types.resolve(array.element())) instanceof BtfType.Int number
            && (number.size() == 4 || number.size() == 8)
            && array.count() <= scale.most()
        ? Optional.of(new Slots(offset, number.size(), (int) array.count(), scale))
        : Optional.empty();
  }

  private static long[] sum(List<byte[]> values, Slots slots) {
    var sum = new long[slots.count()];
    for (var one : values) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += integer(one, slots.offset() + i * slots.width(), slots.width());
      }
    }
    return sum;
  }

  private static long integer(byte[] bytes, int offset, int size) {
    var buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    return switch (size) {
      case 1 -> buffer.get(offset) & 0xff;
      case 2 -> buffer.getShort(offset) & 0xffff;
      case 4 -> Integer.toUnsignedLong(buffer.getInt(offset));
      default -> buffer.getLong(offset);
    };
  }
}
