package org.ebpf4j.verifier.internal.call;

import org.ebpf4j.verifier.input.Rules;

/// Formats of `bpf_snprintf` (`bpf_bprintf_prepare` in `kernel/bpf/helpers.c`).
final class Formats {
  private static final String PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

  private Formats() {}

  /// Whether a format is one that the kernel knows, and takes no more values than there are.
  static boolean takes(String format, int values, Rules rules) {
    int used = 0;
    // Behind the end stands a zero, as in C.
    var text = format + "\0\0\0\0";
    for (int i = 0; i < format.length(); i++) {
      char c = text.charAt(i);
      if (!isPlain(c, rules)) {
        return false;
      }
      if (c != '%') {
        continue;
      }
      if (text.charAt(i + 1) == '%') {
        i++;
        continue;
      }
      int end = used < values ? conversion(text, i + 1) : -1;
      if (end < 0) {
        return false;
      }
      used++;
      i = end;
    }
    return true;
  }

  private static boolean isPlain(char c, Rules rules) {
    return c >= 0x80 ? rules.atLeast(7, 3) : (c >= ' ' && c < 0x7f) || (c >= '\t' && c <= '\r');
  }

  /// The last character of a conversion; -1 for one that is not known.
  private static int conversion(String text, int start) {
    int at = start;
    while ("0+- ".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (text.charAt(at) >= '1' && text.charAt(at) <= '9') {
      while (text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        at++;
      }
    }
    char c = text.charAt(at);
    if (c == 'p') {
      return pointer(text, at);
    }
    if (c == 's') {
      return isEnd(text.charAt(at + 1)) ? at : -1;
    }
    if (c == 'c') {
      return at;
    }
    for (int i = 0; i < 2 && text.charAt(at) == 'l'; i++) {
      at++;
    }
    return "iduxX".indexOf(text.charAt(at)) >= 0 ? at : -1;
  }

  private static int pointer(String text, int at) {
    char next = text.charAt(at + 1);
    if (isEnd(next)) {
      return at;
    }
    char after = text.charAt(at + 2);
    return switch (next) {
      case 'k', 'u' -> after == 's' && isEnd(text.charAt(at + 3)) ? at + 2 : -1;
      case 'K', 'x', 's', 'S', 'B' -> at + 1;
      case 'i', 'I' -> after == '4' || after == '6' ? at + 2 : -1;
      default -> -1;
    };
  }

  private static boolean isEnd(char c) {
    return c == 0 || c == ' ' || (c >= '\t' && c <= '\r') || PUNCTUATION.indexOf(c) >= 0;
  }
}
