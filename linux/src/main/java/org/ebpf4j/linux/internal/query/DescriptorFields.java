package org.ebpf4j.linux.internal.query;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;

/// What `/proc/self/fdinfo` says of a descriptor: a name and a value on each line.
///
/// It is asked of each object of a long list, where the JVM has compiled nothing yet: what is made
/// for that is no more than the text.
///
/// @param file the whole text; empty where there is no `/proc`
record DescriptorFields(String file) {
  private static final int USUAL_SIZE = 4096;

  /// Those of a descriptor of this process.
  static DescriptorFields of(int fd) {
    try (var in = new FileInputStream("/proc/self/fdinfo/" + fd)) {
      var bytes = new byte[USUAL_SIZE];
      var length = 0;
      for (int n; (n = in.read(bytes, length, bytes.length - length)) > 0; ) {
        length += n;
        if (length == bytes.length) {
          bytes = Arrays.copyOf(bytes, 2 * length);
        }
      }
      return new DescriptorFields(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
    } catch (IOException _) {
      return new DescriptorFields("");
    }
  }

  /// The value of a field; empty where it is not there.
  Optional<String> text(String name) {
    for (int line = 0; line < file.length(); ) {
      var end = file.indexOf('\n', line);
      end = end < 0 ? file.length() : end;
      var value = line + name.length() + 1;
      if (value <= end && file.startsWith(name, line) && file.charAt(value - 1) == ':') {
        return Optional.of(file.substring(value, end).strip());
      }
      line = end + 1;
    }
    return Optional.empty();
  }

  /// The value of a field that is a number.
  OptionalLong number(String name) {
    var text = text(name);
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text.get()));
  }
}
