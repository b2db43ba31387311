package org.ebpf4j.cli.inspect;

import static java.time.ZoneOffset.UTC;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.cli.process.UsageException;
import org.jspecify.annotations.Nullable;

/// Values of objects as people read them; an empty text where there is none.
final class Text {
  private static final long KB = 1024;
  private static final Path ZONE = Path.of("/etc/localtime");

  /// The zone of this machine, read once.
  private static final class Zone {
    private static final @Nullable ZoneFile FILE = read();

    private static @Nullable ZoneFile read() {
      var chosen = System.getenv("TZ") != null || System.getProperty("user.timezone") != null;
      try {
        return chosen ? null : ZoneFile.read(Files.readAllBytes(ZONE));
      } catch (IOException _) {
        return null; // The JVM knows more ways to find it.
      }
    }

    static int offset(Instant time) {
      var offset = FILE == null ? OptionalInt.empty() : FILE.offset(time.getEpochSecond());
      return offset.isPresent()
          ? offset.getAsInt()
          : ZoneId.systemDefault().getRules().getOffset(time).getTotalSeconds();
    }
  }

  private Text() {}

  /// Reads the zone of this machine, and makes what the first time takes.
  static void prepare() {
    shortTime(Instant.now());
  }

  /// A time in the zone of this machine, to the second.
  static String time(Instant time) {
    var local = LocalDateTime.ofEpochSecond(time.getEpochSecond() + Zone.offset(time), 0, UTC);
    var text = local.toString();
    return text.length() == "1970-01-01T00:00".length() ? text + ":00" : text;
  }

  /// The time of day of what was today, else the day.
  static String shortTime(Instant time) {
    var text = time(time);
    return text.substring(0, 10).equals(time(Instant.now()).substring(0, 10))
        ? text.substring(11)
        : text.substring(0, 10);
  }

  /// A number of bytes, such as `512`, `4K` or `16M`.
  static String bytes(OptionalLong bytes) {
    if (bytes.isEmpty()) {
      return "";
    }
    var value = bytes.getAsLong();
    var unit = "";
    for (var next : new String[] {"K", "M", "G", "T"}) {
      if (value < 10 * KB) {
        break;
      }
      value = (value + KB / 2) / KB;
      unit = next;
    }
    return value + unit;
  }

  /// The id that a word is.
  ///
  /// @throws UsageException where it is none
  static int number(String word) {
    if (!word.matches("[0-9]{1,10}") || Long.parseLong(word) > 0xffff_ffffL) {
      throw new UsageException("'" + word + "' is no id, nor the path of a pin");
    }
    return Integer.parseUnsignedInt(word);
  }

  /// An id, which 0 is not.
  static String id(int id) {
    return id == 0 ? "" : Integer.toUnsignedString(id);
  }

  /// A count of things, which is not known where it is 0.
  static String count(long count, String things) {
    return count == 0 ? "" : count + " " + things;
  }

  /// How often a program has run.
  static String runs(ProgramStatistics statistics) {
    return statistics.runs() == 0
        ? ""
        : statistics.runs()
            + ", "
            + statistics.timePerRun().toNanos()
            + " ns each"
            + (statistics.recursionMisses() == 0
                ? ""
                : ", " + statistics.recursionMisses() + " missed");
  }
}
