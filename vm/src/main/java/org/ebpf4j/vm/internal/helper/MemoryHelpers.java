package org.ebpf4j.vm.internal.helper;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.helper.ProbeHelpers.Space;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.memory.Sequence;

/// Text, and what is printed.
final class MemoryHelpers {
  private static final int LONGEST = 4096;
  private static final int PRINTED = 1024;

  /// Sizes are numbers of 32 bits.
  private static final long SIZE = 0xffff_ffffL;

  private MemoryHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("trace_printk", MemoryHelpers::print);
    all.put("trace_vprintk", MemoryHelpers::printMany);
    all.put("snprintf", MemoryHelpers::format);
    all.put("seq_printf", MemoryHelpers::printToSequence);
    all.put("seq_write", MemoryHelpers::writeToSequence);
    all.put("strncmp", MemoryHelpers::compare);
    all.put("strtol", (run, text, size, flags, result, e) -> parse(run, text, size, flags, result));
    all.put(
        "strtoul", (run, text, size, flags, result, e) -> parse(run, text, size, flags, result));
  }

  /// The text at an address; nothing where there is none.
  private static String string(Run run, long address) {
    return string(run, address, Space.ANY);
  }

  private static String string(Run run, long address, Space space) {
    try {
      return new String(ProbeHelpers.text(run, address, LONGEST, space), StandardCharsets.UTF_8);
    } catch (MemoryFault _) {
      return "";
    }
  }

  private static String formatted(
      Run run, String format, java.util.function.IntToLongFunction arguments) {
    return Format.text(
        format,
        arguments,
        (address, space) -> string(run, address, space),
        (address, size) -> run.memory().read(address, size));
  }

  private static long printed(Run run, String text) {
    var cut = text.length() < PRINTED ? text : text.substring(0, PRINTED - 1);
    var environment = Environment.of(run);
    var line = cut.endsWith("\n") ? cut.substring(0, cut.length() - 1) : cut;
    environment.trace().print(run.cpu(), environment.task(), environment.clock().getAsLong(), line);
    return text.length();
  }

  private static long print(Run run, long format, long size, long a, long b, long c) {
    var text = Format.text(run.memory().read(format, size & SIZE));
    var arguments = new long[] {a, b, c};
    return printed(run, formatted(run, text, i -> i < arguments.length ? arguments[i] : 0));
  }

  private static java.util.function.IntToLongFunction words(Run run, long data, long size) {
    var bytes =
        java.nio.ByteBuffer.wrap(run.memory().read(data, size & SIZE))
            .order(java.nio.ByteOrder.LITTLE_ENDIAN);
    return i ->
        (i + 1L) * Long.BYTES <= size ? bytes.getLong(Math.multiplyExact(i, Long.BYTES)) : 0;
  }

  private static long printMany(Run run, long format, long size, long data, long bytes, long e) {
    if (bytes % Long.BYTES != 0) {
      return -Errno.EINVAL;
    }
    var text = Format.text(run.memory().read(format, size & SIZE));
    return printed(run, formatted(run, text, words(run, data, bytes)));
  }

  private static long format(Run run, long to, long size, long format, long data, long bytes) {
    if (bytes % Long.BYTES != 0) {
      return -Errno.EINVAL;
    }
    var text = formatted(run, string(run, format), words(run, data, bytes));
    var out = text.getBytes(StandardCharsets.UTF_8);
    if (size > 0) {
      var length = (int) Math.min(out.length, size - 1);
      run.memory().markWritten(to, size);
      run.memory()
          .write(to, java.util.Arrays.copyOf(java.util.Arrays.copyOf(out, length), length + 1));
    }
    return out.length + 1L;
  }

  private static Sequence sequence(Run run, long address) {
    if (run.memory().find(address) instanceof Sequence found) {
      return found;
    }
    throw new MemoryFault(address, "no struct seq_file, which iterators are given");
  }

  private static long printToSequence(
      Run run, long sequence, long format, long size, long data, long bytes) {
    if (bytes % Long.BYTES != 0) {
      return -Errno.EINVAL;
    }
    var text = Format.text(run.memory().read(format, size & SIZE));
    sequence(run, sequence)
        .write(formatted(run, text, words(run, data, bytes)).getBytes(StandardCharsets.UTF_8));
    return 0;
  }

  private static long writeToSequence(
      Run run, long sequence, long data, long size, long d, long e) {
    sequence(run, sequence).write(run.memory().read(data, size & SIZE));
    return 0;
  }

  private static long compare(Run run, long left, long size, long right, long d, long e) {
    for (int i = 0; i < size; i++) {
      int a = run.memory().read(left + i, 1)[0] & 0xff;
      int b = run.memory().read(right + i, 1)[0] & 0xff;
      if (a != b || a == 0) {
        return (long) a - b;
      }
    }
    return 0;
  }

  /// The number at the beginning of a text.
  ///
  /// @return how many bytes it has, or an error number
  private static long parse(Run run, long text, long size, long flags, long result) {
    var digits = Format.text(run.memory().read(text, size));
    var base = (int) (flags & 0x1f);
    int at = 0;
    while (at < digits.length() && Character.isWhitespace(digits.charAt(at))) {
      at++;
    }
    var negative = at < digits.length() && digits.charAt(at) == '-';
    at += negative ? 1 : 0;
    if ((base == 0 || base == 16) && digits.startsWith("0x", at)) {
      base = 16;
      at += 2;
    } else if (base == 0) {
      base = digits.startsWith("0", at) ? 8 : 10;
    }
    int end = at;
    while (end < digits.length() && Character.digit(digits.charAt(end), base) >= 0) {
      end++;
    }
    if (end == at) {
      return -Errno.EINVAL;
    }
    try {
      var value = Long.parseUnsignedLong(digits.substring(at, end), base);
      var bytes = new byte[Long.BYTES];
      java.nio.ByteBuffer.wrap(bytes)
          .order(java.nio.ByteOrder.LITTLE_ENDIAN)
          .putLong(negative ? -value : value);
      run.memory().write(result, bytes);
    } catch (NumberFormatException _) {
      return -Errno.ERANGE;
    }
    return end;
  }
}
