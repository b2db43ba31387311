package org.ebpf4j.error;

import java.util.function.IntPredicate;

/// Text of others as it may be shown: names of tasks, sections and symbols, trace lines, strings of
/// maps. What a terminal would take for an order is shown as an escape: control characters (ESC and
/// those of C1 among them), the marks that turn the direction of writing, characters without a
/// shape, halves of surrogate pairs. Up to U+001F as `\x1b`, above as `\u202e`, which JSON reads as
/// the character again. Its functions are pure, and any thread may call them.
public final class SafeText {
  private SafeText() {}

  /// Text that stays on its line: line breaks and tabs are shown as escapes, too.
  public static String line(String text) {
    return escaped(text, SafeText::isUnsafe);
  }

  /// Text that may have lines and tabs.
  public static String lines(String text) {
    return isPlain(text) ? text : escaped(text, c -> c != '\n' && c != '\t' && isUnsafe(c));
  }

  /// Whether a code point is shown as an escape on a line.
  public static boolean isUnsafe(int c) {
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    return Character.isISOControl(c)
        || switch (Character.getType(c)) {
          case Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE ->
              true;
          default -> false;
        };
  }

  /// Whether it is ASCII with a shape, and lines of it, as most text is.
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if ((c < ' ' && c != '\n' && c != '\t') || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String escaped(String text, IntPredicate unsafe) {
    if (text.codePoints().noneMatch(unsafe)) {
      return text;
    }
    var shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (!unsafe.test(c)) {
            shown.appendCodePoint(c);
          } else if (c < 0x20) {
            shown.append("\\x%02x".formatted(c));
          } else {
            for (var unit : Character.toChars(c)) {
              shown.append("\\u%04x".formatted((int) unit));
            }
          }
        });
    return shown.toString();
  }
}
