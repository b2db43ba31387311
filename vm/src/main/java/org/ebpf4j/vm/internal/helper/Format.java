package org.ebpf4j.vm.internal.helper;

import java.nio.charset.StandardCharsets;
import java.util.function.IntToLongFunction;
import java.util.regex.Pattern;
import org.ebpf4j.vm.internal.helper.ProbeHelpers.Space;

/// Text by a format of `printf`, as `bpf_trace_printk` and `bpf_snprintf` make it.
///
/// @see <a href="https://docs.kernel.org/core-api/printk-formats.html">How to get printk format
///   specifiers right</a>
final class Format {
  private static final Pattern CONVERSION =
      Pattern.compile(
          "%(?<flags>[-+ #0]*)(?<width>\\d*)(?:\\.(?<precision>\\d+))?"
              + "(?<length>hh|h|ll|l|z|j|t)?(?<kind>p[ku]s|p[KxsSBI]*[46]?|[diuxXoscp%])");

  private Format() {}

  /// @param arguments the arguments, by number
  /// @param strings reads the text at an address
  /// @param bytes reads the 16 bytes of an address of IPv6, or 4 of IPv4
  static String text(String format, IntToLongFunction arguments, Strings strings, Bytes bytes) {
    var out = new StringBuilder();
    var matcher = CONVERSION.matcher(format);
    int next = 0;
    while (matcher.find()) {
      var kind = matcher.group("kind");
      matcher.appendReplacement(out, "");
      if (kind.equals("%")) {
        out.append('%');
        continue;
      }
      long value = arguments.applyAsLong(next++);
      var text =
          switch (kind.charAt(0)) {
            case 's' -> cut(strings.read(value, Space.ANY), matcher.group("precision"));
            case 'c' -> String.valueOf((char) (value & 0xff));
            case 'p' ->
                switch (kind) {
                  case "pks" -> strings.read(value, Space.KERNEL);
                  case "pus" -> strings.read(value, Space.USER);
                  default -> pointer(kind, value, bytes);
                };
            default ->
                number(kind.charAt(0), matcher.group("length"), matcher.group("flags"), value);
          };
      pad(out, text, matcher.group("flags"), matcher.group("width"), kind.charAt(0));
    }
    matcher.appendTail(out);
    return out.toString();
  }

  /// Reads the text at an address.
  @FunctionalInterface
  interface Strings {
    String read(long address, Space space);
  }

  /// Reads bytes at an address.
  @FunctionalInterface
  interface Bytes {
    byte[] read(long address, int size);
  }

  private static String cut(String text, @org.jspecify.annotations.Nullable String precision) {
    return precision == null || text.length() <= Integer.parseInt(precision)
        ? text
        : text.substring(0, Integer.parseInt(precision));
  }

  private static String pointer(String kind, long value, Bytes bytes) {
    if (kind.endsWith("4")) {
      var address = bytes.read(value, 4);
      return (address[0] & 0xff)
          + "."
          + (address[1] & 0xff)
          + "."
          + (address[2] & 0xff)
          + "."
          + (address[3] & 0xff);
    }
    if (kind.endsWith("6")) {
      var address = bytes.read(value, 16);
      var out = new StringBuilder();
      for (int i = 0; i < address.length; i += 2) {
        out.append(i == 0 ? "" : ":");
        out.append("%02x%02x".formatted(address[i], address[i + 1]));
      }
      return out.toString();
    }
    return kind.equals("px") || kind.equals("p") || kind.equals("pK")
        ? "%016x".formatted(value)
        : "0x%x".formatted(value);
  }

  private static String number(
      char kind, @org.jspecify.annotations.Nullable String length, String flags, long raw) {
    var signed = kind == 'd' || kind == 'i';
    long value =
        switch (length == null ? "" : length) {
          case "hh" -> signed ? (byte) raw : raw & 0xff;
          case "h" -> signed ? (short) raw : raw & 0xffff;
          case "" -> signed ? (int) raw : raw & 0xffff_ffffL;
          default -> raw;
        };
    var prefix = flags.contains("#");
    return switch (kind) {
      case 'x' -> (prefix && value != 0 ? "0x" : "") + Long.toHexString(value);
      case 'X' ->
          (prefix && value != 0 ? "0X" : "")
              + Long.toHexString(value).toUpperCase(java.util.Locale.ROOT);
      case 'o' -> (prefix && value != 0 ? "0" : "") + Long.toOctalString(value);
      case 'u' -> Long.toUnsignedString(value);
      default -> (flags.contains("+") && value >= 0 ? "+" : "") + value;
    };
  }

  private static void pad(StringBuilder out, String text, String flags, String width, char kind) {
    int missing = (width.isEmpty() ? 0 : Integer.parseInt(width)) - text.length();
    var zeroes = flags.contains("0") && !flags.contains("-") && kind != 's' && kind != 'c';
    if (flags.contains("-")) {
      out.append(text).append(" ".repeat(Math.max(missing, 0)));
    } else if (zeroes && text.startsWith("-")) {
      out.append('-').append("0".repeat(Math.max(missing, 0))).append(text, 1, text.length());
    } else {
      out.append((zeroes ? "0" : " ").repeat(Math.max(missing, 0))).append(text);
    }
  }

  /// The text in bytes up to the first zero.
  static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
