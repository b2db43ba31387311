package org.ebpf4j.attach;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/// The options that follow a place in text, by the names that the table of hooks has for them. It
/// never changes, and any thread may use it.
public final class PlaceOptions {
  /// No options.
  public static final PlaceOptions NONE = new PlaceOptions("", Map.of());

  private final String kind;
  private final Map<String, String> values;

  /// @param kind the kind of hook, for messages
  /// @param values the value of each option, by its name; empty for a word
  PlaceOptions(String kind, Map<String, String> values) {
    this.kind = kind;
    this.values = Map.copyOf(values);
  }

  /// Whether the option is there.
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /// The value of an option; empty where it is not there.
  public Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// The value of an option, a number: decimal, or hexadecimal with `0x`. Numbers above 2^63 are
  /// read as unsigned.
  ///
  /// @throws IllegalArgumentException where it is no number
  public OptionalLong number(String name) {
    var text = values.get(name);
    return text == null ? OptionalLong.empty() : OptionalLong.of(parse(name, text));
  }

  /// The same, with the value where the option is not there.
  ///
  /// @throws IllegalArgumentException where it is no number
  public long number(String name, long otherwise) {
    return number(name).orElse(otherwise);
  }

  /// The value of an option, a number from 0 that an `int` holds, such as that of a CPU or a
  /// process; `otherwise` where the option is not there.
  ///
  /// @throws IllegalArgumentException where it is no such number
  public int id(String name, int otherwise) {
    var number = number(name);
    if (number.isPresent() && (number.getAsLong() < 0 || number.getAsLong() > Integer.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "the option "
              + name
              + " of "
              + kind
              + " is 0 to "
              + Integer.MAX_VALUE
              + "; not "
              + values.get(name));
    }
    return (int) number.orElse(otherwise);
  }

  /// The value of an option, numbers parted by colons; none where the option is not there.
  ///
  /// @throws IllegalArgumentException where one of them is no number
  public List<Long> numbers(String name) {
    var text = values.get(name);
    return text == null
        ? List.of()
        : Stream.of(text.split(":", -1)).map(each -> parse(name, each)).toList();
  }

  private long parse(String name, String text) {
    try {
      return text.startsWith("0x") || text.startsWith("0X")
          ? Long.parseUnsignedLong(text.substring(2), 16)
          : text.startsWith("-") ? Long.parseLong(text) : Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the option " + name + " of " + kind + " is a number: '" + text + "' holds no number", e);
    }
  }

  /// The one of these words that is there; empty where none is.
  ///
  /// @throws IllegalArgumentException where several are
  public Optional<String> oneOf(String... words) {
    String found = null;
    for (var word : words) {
      if (has(word)) {
        if (found != null) {
          throw new IllegalArgumentException(
              kind + " takes one of the options " + found + " and " + word + ", not both");
        }
        found = word;
      }
    }
    return Optional.ofNullable(found);
  }
}
