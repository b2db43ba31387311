package org.ebpf4j.cli.export;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Names by number, from a table beside this class: a line for each number, a space between it and
/// the name; a line that starts with `#` says where the table is from.
final class NumberedNames {
  private final Map<Long, String> names;

  private NumberedNames(Map<Long, String> names) {
    this.names = names;
  }

  /// The error numbers of Linux on this architecture's kin: `EPERM` is 1.
  static NumberedNames errors() {
    return read("errno.txt");
  }

  /// The system calls of an architecture.
  ///
  /// @param architecture as the property `os.arch` names it
  static NumberedNames systemCalls(String architecture) {
    return read(
        architecture.equals("amd64") || architecture.equals("x86_64")
            ? "syscalls-x86_64.txt"
            : "syscalls-generic.txt");
  }

  private static NumberedNames read(String table) {
    var stream = Objects.requireNonNull(NumberedNames.class.getResourceAsStream(table), table);
    try (var lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
      var names = new HashMap<Long, String>();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        var space = line.indexOf(' ');
        if (!line.startsWith("#") && space > 0) {
          names.put(Long.valueOf(line.substring(0, space)), line.substring(space + 1));
        }
      }
      return new NumberedNames(names);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Optional<String> name(long number) {
    return Optional.ofNullable(names.get(number));
  }
}
