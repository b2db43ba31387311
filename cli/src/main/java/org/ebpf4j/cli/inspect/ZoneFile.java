package org.ebpf4j.cli.inspect;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// A time zone as a file has it that `zic` compiled, such as `/etc/localtime` (TZif, RFC 9636): how
/// far the local time was ahead of UTC at a time. The JVM reads the rules of all zones of the world
/// for that, which takes 12 ms of a start.
///
/// @param times when the offset changed, in seconds since 1970, ascending
/// @param offsets the offset in seconds before the first of these times, and after each
/// @param footer the rule for what comes after the last, as the variable `TZ` has it
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record ZoneFile(long[] times, int[] offsets, String footer) {
  private static final int MAGIC = 0x545a6966;
  private static final int VERSION_1_HEADER = 44;

  /// Reads a file; null where it is none of version 2 or later, or counts leap seconds.
  static @Nullable ZoneFile read(byte[] file) {
    try {
      var in = ByteBuffer.wrap(file);
      var first = Header.read(in);
      if (first == null) {
        return null;
      }
      in.position(Math.toIntExact(VERSION_1_HEADER + first.size(Integer.BYTES)));
      var header = Header.read(in);
      return header == null || header.leaps != 0 ? null : body(in, header);
    } catch (BufferUnderflowException
        | IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException _) {
      return null;
    }
  }

  /// The counts of a header, whose sum is checked against the size of the file.
  private record Header(int utc, int standard, int leaps, int times, int types, int characters) {
    static @Nullable Header read(ByteBuffer in) {
      if (in.getInt() != MAGIC || in.get() < '2') {
        return null;
      }
      in.position(in.position() + 15);
      return new Header(count(in), count(in), count(in), count(in), count(in), count(in));
    }

    private static int count(ByteBuffer in) {
      var count = in.getInt();
      if (count < 0) {
        throw new IllegalArgumentException();
      }
      return count;
    }

    /// The size of what follows, where a time has so many bytes.
    long size(int time) {
      return (long) times * (time + 1)
          + (long) types * 6
          + characters
          + (long) leaps * (time + 4)
          + standard
          + utc;
    }
  }

  private static ZoneFile body(ByteBuffer in, Header header) {
    var start = in.position();
    var end = start + header.size(Long.BYTES);
    if (end > in.limit() || header.types == 0) {
      throw new IllegalArgumentException();
    }
    var indexes = start + header.times * Long.BYTES;
    var types = indexes + header.times;
    var times = new long[header.times];
    var offsets = new int[header.times + 1];
    offsets[0] = in.getInt(types);
    for (int i = 0; i < times.length; i++) {
      times[i] = in.getLong(start + i * Long.BYTES);
      var type = Objects.checkIndex(Byte.toUnsignedInt(in.get(indexes + i)), header.types);
      offsets[i + 1] = in.getInt(types + type * 6);
    }
    in.position((int) end);
    var rest = new byte[in.remaining()];
    in.get(rest);
    return new ZoneFile(times, offsets, new String(rest, StandardCharsets.ISO_8859_1).strip());
  }

  /// The offset at a time in seconds; empty where only the rule tells, and it has summer time.
  OptionalInt offset(long time) {
    var past = 0;
    while (past < times.length && times[past] <= time) {
      past++;
    }
    return past == times.length && footer.contains(",")
        ? OptionalInt.empty()
        : OptionalInt.of(offsets[past]);
  }
}
