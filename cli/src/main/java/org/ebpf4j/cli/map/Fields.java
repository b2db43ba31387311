package org.ebpf4j.cli.map;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.NotFoundException;

/// The parts of entries by their paths: `value.count`, `key.pid`, or `pid` for a member of the key.
/// A number of the value in a per-CPU map is the sum of those of all CPUs; `cpu2.count` is that of
/// one.
///
/// @param content the map
record Fields(Content content) {
  private static final Pattern ROOT = Pattern.compile("([A-Za-z_][A-Za-z0-9_]*)(.*)");
  private static final Pattern CPU = Pattern.compile("cpu([0-9]{1,5})");

  /// Text in entries.
  @FunctionalInterface
  interface Text {
    String of(byte[] key, byte[] value);
  }

  /// Numbers in entries.
  @FunctionalInterface
  private interface Reader {
    long of(byte[] key, byte[] value);
  }

  /// Numbers in entries, and how they are compared.
  record Number(boolean signed, Reader reader) {
    long of(byte[] key, byte[] value) {
      return reader.of(key, value);
    }

    int compare(byte[] key, byte[] value, long other) {
      return compare(of(key, value), other);
    }

    int compare(long one, long other) {
      return signed ? Long.compare(one, other) : Long.compareUnsigned(one, other);
    }
  }

  /// What a path begins with, and the rest.
  ///
  /// @param cpu the CPU, or -1
  private record Place(Side side, String path, int cpu) {}

  private Place place(String text) {
    var matcher = ROOT.matcher(text);
    if (!matcher.matches()) {
      throw new UsageException("'" + text + "' is no path such as value.count");
    }
    var root = matcher.group(1);
    var rest = matcher.group(2);
    var cpu = CPU.matcher(root);
    if (root.equals("key")) {
      return new Place(content.key(), rest, -1);
    }
    if (root.equals("value")) {
      return new Place(content.value(), rest, -1);
    }
    if (content.key().has(root)) {
      return new Place(content.key(), "." + root + rest, -1);
    }
    if (content.cpus() > 0 && cpu.matches() && Integer.parseInt(cpu.group(1)) < content.cpus()) {
      return new Place(content.value(), rest, Integer.parseInt(cpu.group(1)));
    }
    if (content.value().has(root)) {
      return new Place(content.value(), "." + root + rest, -1);
    }
    throw new NotFoundException("member", root, content.key().members());
  }

  /// How numbers at a path are read.
  Number number(String path) {
    var place = place(path);
    var number = place.side().number(place.path());
    if (place.side() == content.key()) {
      return new Number(number.signed(), (key, _) -> number.read(key, 0));
    }
    if (place.cpu() >= 0 || content.cpus() == 0) {
      var at = Math.max(0, place.cpu()) * content.stride();
      return new Number(number.signed(), (_, value) -> number.read(value, at));
    }
    return new Number(
        number.signed(),
        (_, value) -> {
          long sum = 0;
          for (int cpu = 0; cpu < content.cpus(); cpu++) {
            sum += number.read(value, cpu * content.stride());
          }
          return sum;
        });
  }

  /// How text at a path is read; empty where there is none.
  Optional<Text> text(String path) {
    var place = place(path);
    var text = place.side().text(place.path());
    if (place.side() == content.key()) {
      return text.map(t -> (key, _) -> t.read(key, 0));
    }
    var at = Math.max(0, place.cpu()) * content.stride();
    return text.map(t -> (_, value) -> t.read(value, at));
  }

  /// A number as the part at a path has it: what it is compared with.
  long literal(String path, String text) {
    var place = place(path);
    if (text.matches("-?[0-9]{1,18}")) {
      var number = Long.parseLong(text);
      if (number >= 0 || place.side().number(place.path()).signed()) {
        return number;
      }
      throw new UsageException("'" + path + "' is never below 0, as " + text + " is");
    }
    var bytes = new byte[place.side().size()];
    place.side().set(bytes, 0, place.path(), unquoted(text));
    return place.side().number(place.path()).read(bytes, 0);
  }

  /// The order by a path, which a minus before it turns around.
  Comparator<Entry> order(String path) {
    var turned = path.startsWith("-");
    var plain = turned ? path.substring(1) : path;
    Comparator<Entry> order;
    var text = text(plain);
    if (text.isPresent()) {
      order = Comparator.comparing(entry -> text.get().of(entry.key(), entry.value()));
    } else {
      var number = number(plain);
      order =
          (one, other) ->
              number.compare(
                  number.of(one.key(), one.value()), number.of(other.key(), other.value()));
    }
    return turned ? order.reversed() : order;
  }

  /// An entry that is kept.
  @SuppressWarnings("ArrayRecordComponent") // Compared by parts of it.
  record Entry(byte[] key, byte[] value) {}

  static String unquoted(String text) {
    return text.length() >= 2
            && ((text.startsWith("\"") && text.endsWith("\""))
                || (text.startsWith("'") && text.endsWith("'")))
        ? text.substring(1, text.length() - 1).replace("\\\"", "\"").replace("\\\\", "\\")
        : text;
  }
}
