package org.ebpf4j.attach;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the texts of places in program files have in common.
final class BinaryPlace {
  /// Which process, or 0 for all.
  static final HookOption PID =
      HookOption.value(
          "pid", "N", "only in that process, in whose root directory the file is looked for");

  /// Where the program counts who watches.
  static final HookOption COUNTER =
      HookOption.value(
          "counter",
          "OFFSET",
          "the number in the file that the kernel counts up while the probe is there");

  static final HookOption COOKIES =
      HookOption.value(
          "cookie", "N[:N…]", "the number that bpf_get_attach_cookie gives: for all, or for each");

  private BinaryPlace() {}

  /// Reads `pid=N`.
  ///
  /// @throws IllegalArgumentException for a number that no process has
  static int pid(PlaceOptions options) {
    var pid = options.number("pid", 0);
    if (pid < 0 || pid > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "no process has the number " + Long.toUnsignedString(pid) + "; pid=0 means all");
    }
    return (int) pid;
  }

  /// @throws IllegalArgumentException for a number that no process has
  static void checkPid(int pid) {
    if (pid < 0) {
      throw new IllegalArgumentException(
          "no process has the number " + pid + "; 0 means all of them");
    }
  }

  /// The number of a text that begins with a digit, as no function does; null for another text.
  ///
  /// @throws IllegalArgumentException where it begins with a digit, and is no number
  static @Nullable Long number(String text) {
    if (text.isEmpty() || text.charAt(0) < '0' || text.charAt(0) > '9') {
      return null;
    }
    try {
      return Long.decode(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is neither a function nor the number of a byte in the file", e);
    }
  }

  static String hex(long number) {
    return "0x" + Long.toHexString(number);
  }

  /// Numbers with a colon between.
  static String numbers(String name, List<Long> values) {
    return values.isEmpty()
        ? ""
        : ","
            + name
            + "="
            + values.stream().map(Long::toUnsignedString).collect(Collectors.joining(":"));
  }

  /// One value for each of some places; none where all are 0.
  ///
  /// @throws IllegalArgumentException where there are neither one for all nor one for each
  static List<Long> forEach(String what, List<Long> values, int count) {
    if (values.stream().allMatch(v -> v == 0)) {
      return List.of();
    }
    if (values.size() == 1 && count > 1) {
      return List.copyOf(Collections.nCopies(count, values.getFirst()));
    }
    if (values.size() != count) {
      throw new IllegalArgumentException(
          "there are "
              + values.size()
              + " "
              + what
              + " for "
              + count
              + " functions or patterns: give one for all, or one for each");
    }
    return List.copyOf(values);
  }
}
