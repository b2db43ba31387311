package org.ebpf4j.btf.text;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// How single values are spelt in C and in JSON.
final class ValueText {
  /// Two groups of zeroes or more, with what separates them from others.
  private static final Pattern ZEROES = Pattern.compile("(?:^|:)0(?::0)+(?:$|:)");

  private static final HexFormat HEX = HexFormat.of();

  private ValueText() {}

  /// An address in numbers; one of IPv4 in IPv6 as one of IPv4.
  static String address(byte[] address) {
    try {
      var text = InetAddress.getByAddress(address).getHostAddress();
      return address.length == 16 && text.indexOf(':') >= 0 ? shortened(text) : text;
    } catch (UnknownHostException e) {
      throw new AssertionError("of 4 or 16 bytes", e);
    }
  }

  /// The longest row of zeroes of an IPv6 address as two colons.
  private static String shortened(String text) {
    var longest = "";
    var matcher = ZEROES.matcher(text);
    while (matcher.find()) {
      longest = matcher.group().length() > longest.length() ? matcher.group() : longest;
    }
    if (longest.isEmpty()) {
      return text;
    }
    var at = text.indexOf(longest);
    return text.substring(0, at) + "::" + text.substring(at + longest.length());
  }

  /// Whether a character of ASCII has a shape.
  static boolean isPrintable(int character) {
    return character >= 0x20 && character < 0x7f;
  }

  /// Writes a character, or a byte that is part of none (negative), as C does between `quote`s.
  static void escape(StringBuilder out, int character, char quote) {
    switch (character) {
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      case '\r' -> out.append("\\r");
      case '\\' -> out.append("\\\\");
      default -> {
        if (character == quote) {
          out.append('\\').append(quote);
        } else if (character < 0x20 || character == 0x7f) {
          out.append("\\x").append(HEX.toHexDigits((byte) character));
        } else {
          out.appendCodePoint(character);
        }
      }
    }
  }

  /// Writes text as JSON has it.
  static void json(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '\r' -> out.append("\\r");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX.toHexDigits((byte) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  /// Writes up to `count` bytes of text, up to its first zero, between quotes.
  static void characters(StringBuilder out, byte[] bytes, int from, int count, boolean json) {
    var length = 0;
    var plain = true;
    while (length < count && bytes[from + length] != 0) {
      var c = bytes[from + length];
      plain &= c >= ' ' && c < 0x7f && c != '"' && c != '\\';
      length++;
    }
    if (plain) {
      out.append('"');
      for (int i = 0; i < length; i++) {
        out.append((char) bytes[from + i]);
      }
      out.append('"');
      return;
    }
    var text = new String(bytes, from, length, StandardCharsets.UTF_8);
    if (json) {
      ValueText.json(out, text);
      return;
    }
    out.append('"');
    if (isUtf8(text, bytes, from, length)) {
      for (int i = 0; i < text.length(); ) {
        var c = text.codePointAt(i);
        escape(out, c, '"');
        i += Character.charCount(c);
      }
    } else {
      for (int i = 0; i < length; i++) {
        escape(out, bytes[from + i], '"');
      }
    }
    out.append('"');
  }

  private static boolean isUtf8(String text, byte[] bytes, int from, int length) {
    var again = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, bytes, from, from + length);
  }
}
