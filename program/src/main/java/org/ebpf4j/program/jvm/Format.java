package org.ebpf4j.program.jvm;

import java.util.Locale;
import java.util.function.LongFunction;
import java.util.regex.Pattern;

/// Text by a format of `printf`, of which programs use what is for numbers and text.
final class Format {
  private static final Pattern PART =
      Pattern.compile(
          "%(?<flags>[-+ #0]*)(?<width>\\d*)(?<length>hh|h|ll|l|z)?(?<kind>[diuxXocsp%])");

  private Format() {}

  /// @param numbers the arguments
  /// @param text the text at an address
  static String text(String format, long[] numbers, LongFunction<String> text) {
    var out = new StringBuilder();
    var matcher = PART.matcher(format);
    int next = 0;
    while (matcher.find()) {
      matcher.appendReplacement(out, "");
      var kind = matcher.group("kind");
      if (kind.equals("%")) {
        out.append('%');
        continue;
      }
      long number = next < numbers.length ? numbers[next] : 0;
      next++;
      var width = matcher.group("width");
      var part =
          kind.equals("s") ? text.apply(number) : number(kind, matcher.group("length"), number);
      pad(out, part, matcher.group("flags"), width.isEmpty() ? 0 : Integer.parseInt(width), kind);
    }
    matcher.appendTail(out);
    return out.toString();
  }

  private static String number(
      String kind, @org.jspecify.annotations.Nullable String length, long raw) {
    var signed = kind.equals("d") || kind.equals("i");
    long number =
        switch (length == null ? "" : length) {
          case "hh" -> signed ? (byte) raw : raw & 0xff;
          case "h" -> signed ? (short) raw : raw & 0xffff;
          case "" -> signed ? (int) raw : kind.equals("p") ? raw : raw & 0xffff_ffffL;
          default -> raw;
        };
    return switch (kind) {
      case "x" -> Long.toHexString(number);
      case "X" -> Long.toHexString(number).toUpperCase(Locale.ROOT);
      case "o" -> Long.toOctalString(number);
      case "u" -> Long.toUnsignedString(number);
      case "c" -> String.valueOf((char) (number & 0xff));
      case "p" -> "%016x".formatted(number);
      default -> Long.toString(number);
    };
  }

  private static void pad(StringBuilder out, String text, String flags, int width, String kind) {
    int missing = Math.max(width - text.length(), 0);
    var zeroes = flags.contains("0") && !flags.contains("-") && !"sc".contains(kind);
    if (flags.contains("-")) {
      out.append(text).append(" ".repeat(missing));
    } else if (zeroes && text.startsWith("-")) {
      out.append('-').append("0".repeat(missing)).append(text, 1, text.length());
    } else {
      out.append((zeroes ? "0" : " ").repeat(missing)).append(text);
    }
  }
}
