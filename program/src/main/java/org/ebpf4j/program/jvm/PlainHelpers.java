package org.ebpf4j.program.jvm;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// What helper functions do on the JVM that need no map and no packet, by their numbers
/// (`include/uapi/linux/bpf.h`).
final class PlainHelpers {
  private static final long NANOS_IN_A_JIFFY = 4_000_000;
  private static final int COMM = 16;
  private static final int TC_REDIRECT = 7;
  private static final Map<Integer, Plain> ALL = new HashMap<>();

  /// What one does.
  @FunctionalInterface
  interface Plain {
    long call(Environment environment, @Nullable Object... arguments);
  }

  static {
    addTask();
    addTime();
    addMemory();
    addText();
    addNetwork();
  }

  private PlainHelpers() {}

  static long call(Environment environment, int helper, @Nullable Object... arguments) {
    var plain = ALL.get(helper);
    if (plain == null) {
      throw Environment.missing(helper);
    }
    return plain.call(environment, arguments);
  }

  private static void addTask() {
    ALL.put(14, (e, _) -> (long) e.task().tgid() << 32 | (e.task().pid() & 0xffff_ffffL));
    ALL.put(15, (e, _) -> (long) e.task().gid() << 32 | (e.task().uid() & 0xffff_ffffL));
    ALL.put(16, (e, a) -> comm(e.task().comm(), object(a, 0)));
    ALL.put(80, (e, _) -> e.task().cgroup());
    ALL.put(8, (e, _) -> e.cpu());
    ALL.put(42, (_, _) -> 0);
    ALL.put(7, (e, _) -> e.nextRandom() & 0xffff_ffffL);
    ALL.put(109, (e, a) -> recorded(e, "bpf_send_signal", a));
    ALL.put(117, (e, a) -> recorded(e, "bpf_send_signal_thread", a));
    ALL.put(58, (e, a) -> recorded(e, "bpf_override_return", a));
    ALL.put(186, (e, _) -> e.returnValue());
    ALL.put(
        187,
        (e, a) -> {
          e.returnValue(number(a, 0));
          return 0;
        });
  }

  private static long recorded(Environment e, String helper, @Nullable Object... arguments) {
    e.record(helper, arguments);
    return 0;
  }

  private static long comm(String name, Object to) {
    var room = Shapes.ofValue(to);
    var bytes = new byte[room.size()];
    var text = name.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(text, 0, bytes, 0, Math.min(text.length, Math.min(bytes.length, COMM) - 1));
    room.readInto(to, Shape.wrap(bytes), 0);
    return 0;
  }

  private static void addTime() {
    for (int helper : new int[] {5, 125, 160, 208}) {
      ALL.put(helper, (e, _) -> e.now());
    }
    ALL.put(118, (e, _) -> e.now() / NANOS_IN_A_JIFFY);
  }

  private static void addMemory() {
    for (int helper : new int[] {4, 112, 113, 148}) {
      ALL.put(helper, (e, a) -> read(e, object(a, 0), number(a, 1)));
    }
    for (int helper : new int[] {45, 114, 115}) {
      ALL.put(helper, (e, a) -> readText(e, object(a, 0), number(a, 1)));
    }
    ALL.put(
        36,
        (e, a) -> {
          var bytes = Shapes.ofValue(object(a, 1)).bytes(object(a, 1));
          return e.memory().write(number(a, 0), bytes) ? 0 : -Errno.EFAULT;
        });
  }

  /// As in the kernel, what cannot be read becomes zeroes.
  private static long read(Environment e, Object to, long from) {
    var shape = Shapes.ofValue(to);
    var bytes = e.memory().read(from, shape.size());
    shape.readInto(to, Shape.wrap(bytes == null ? new byte[shape.size()] : bytes), 0);
    return bytes == null ? -Errno.EFAULT : 0;
  }

  /// What is behind the text stays as it is.
  private static long readText(Environment e, Object to, long from) {
    var shape = Shapes.ofValue(to);
    var text = e.memory().text(from, shape.size());
    if (text == null) {
      shape.readInto(to, Shape.wrap(new byte[shape.size()]), 0);
      return -Errno.EFAULT;
    }
    var bytes = shape.bytes(to);
    System.arraycopy(text, 0, bytes, 0, text.length);
    shape.readInto(to, Shape.wrap(bytes), 0);
    return text.length;
  }

  private static void addText() {
    ALL.put(
        6,
        (e, a) -> {
          var numbers = new long[a.length - 1];
          for (int i = 1; i < a.length; i++) {
            numbers[i - 1] = number(a, i);
          }
          return print(e, text(a, 0), numbers);
        });
    ALL.put(177, (e, a) -> print(e, text(a, 0), (long[]) object(a, 1)));
    ALL.put(
        165,
        (e, a) -> {
          var line = Format.text(text(a, 1), (long[]) object(a, 2), address -> string(e, address));
          var whole = Arrays.copyOf(line.getBytes(StandardCharsets.UTF_8), line.length() + 1);
          var to = (byte[]) object(a, 0);
          System.arraycopy(whole, 0, to, 0, Math.min(whole.length, to.length));
          if (whole.length > to.length && to.length > 0) {
            to[to.length - 1] = 0;
          }
          return whole.length;
        });
    ALL.put(182, (_, a) -> compare((byte[]) object(a, 0), text(a, 1)));
    ALL.put(105, (_, a) -> parse(a, true));
    ALL.put(106, (_, a) -> parse(a, false));
  }

  private static long print(Environment e, String format, long[] numbers) {
    var line = Format.text(format, numbers, address -> string(e, address));
    var text = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    e.print(text);
    return text.getBytes(StandardCharsets.UTF_8).length + 1L;
  }

  private static String string(Environment e, long address) {
    var text = e.memory().text(address, Integer.MAX_VALUE);
    return text == null ? "" : new String(text, 0, text.length - 1, StandardCharsets.UTF_8);
  }

  private static long compare(byte[] first, String second) {
    var other = Arrays.copyOf(second.getBytes(StandardCharsets.UTF_8), second.length() + 1);
    for (int i = 0; i < first.length; i++) {
      int difference = (first[i] & 0xff) - (i < other.length ? other[i] & 0xff : 0);
      if (difference != 0 || first[i] == 0) {
        return Integer.signum(difference);
      }
    }
    return 0;
  }

  /// `bpf_strtol` and `bpf_strtoul`: how many characters the number has.
  private static long parse(@Nullable Object[] a, boolean signed) {
    var text = new String((byte[]) object(a, 0), StandardCharsets.ISO_8859_1);
    int base = (int) number(a, 1) & 0x1f;
    int at = 0;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    var negative = signed && at < text.length() && text.charAt(at) == '-';
    int start = negative ? at + 1 : at;
    if (text.startsWith("0x", start) && (base == 0 || base == 16)) {
      start += 2;
      base = 16;
    } else if (base == 0) {
      base = text.startsWith("0", start) ? 8 : 10;
    }
    int end = start;
    while (end < text.length() && Character.digit(text.charAt(end), base) >= 0) {
      end++;
    }
    if (end == start) {
      return -Errno.EINVAL;
    }
    try {
      var digits = text.substring(start, end);
      ((long[]) object(a, 2))[0] =
          signed
              ? Long.parseLong(negative ? "-" + digits : digits, base)
              : Long.parseUnsignedLong(digits, base);
      return end;
    } catch (NumberFormatException _) {
      return -Errno.ERANGE;
    }
  }

  private static void addNetwork() {
    ALL.put(
        23,
        (e, a) -> {
          e.record("bpf_redirect", a);
          return e.redirected();
        });
    ALL.put(
        155,
        (e, a) -> {
          e.record("bpf_redirect_peer", a);
          return TC_REDIRECT;
        });
    ALL.put(28, (_, a) -> difference(object(a, 0), object(a, 1), (int) number(a, 2)));
  }

  /// `bpf_csum_diff`: the sum of what came in place of something else.
  private static long difference(Object from, Object to, int seed) {
    long sum = seed & 0xffff_ffffL;
    sum += words(to, false) + words(from, true);
    while (sum >>> 32 != 0) {
      sum = (sum & 0xffff_ffffL) + (sum >>> 32);
    }
    return sum;
  }

  private static long words(Object value, boolean inverted) {
    var bytes = Shapes.ofValue(value).bytes(value);
    var buffer = Shape.wrap(bytes).order(ByteOrder.nativeOrder());
    long sum = 0;
    for (int at = 0; at + 4 <= bytes.length; at += 4) {
      sum += (inverted ? ~buffer.getInt(at) : buffer.getInt(at)) & 0xffff_ffffL;
    }
    return sum;
  }

  private static Object object(@Nullable Object[] arguments, int at) {
    var found = arguments[at];
    if (found == null) {
      throw new NullPointerException("argument " + (at + 1) + " of a helper function");
    }
    return found;
  }

  private static long number(@Nullable Object[] arguments, int at) {
    return NumberShape.bits(object(arguments, at));
  }

  private static String text(@Nullable Object[] arguments, int at) {
    return (String) object(arguments, at);
  }
}
