package org.ebpf4j.cli.virtual;

import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// What is different of the task that a hook is reached in.
///
/// @param values what was said, by the names in [#NAMES]
record TaskChange(Map<String, String> values) {
  /// What can be said of a task.
  static final Set<String> NAMES = Set.of("pid", "tgid", "comm", "uid", "gid", "object");

  /// The same task as before.
  static final TaskChange NONE = new TaskChange(Map.of());

  /// @throws IllegalArgumentException for a value that is no number, where it is to be one
  TaskChange {
    values = Map.copyOf(values);
    values.forEach((name, value) -> {
      if (!name.equals("comm") && !name.equals("object")) {
        number(name, value);
      }
    });
  }

  /// The number that was said, if any.
  OptionalInt number(String name) {
    var value = values.get(name);
    return value == null ? OptionalInt.empty() : OptionalInt.of(number(name, value));
  }

  private static int number(String name, String value) {
    try {
      return Integer.parseUnsignedInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("task." + name + " is a number, not '" + value + "'", e);
    }
  }
}
