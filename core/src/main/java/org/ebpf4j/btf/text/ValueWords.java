package org.ebpf4j.btf.text;

import org.ebpf4j.error.BpfException;

/// The words of a value as text: lists in brackets, names before values, values in quotes or bare.
final class ValueWords {
  private final String text;
  private int at;

  ValueWords(String text) {
    this.text = text;
    blanks();
  }

  private void blanks() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
  }

  /// Whether a list begins here.
  boolean isList() {
    return at < text.length() && (text.charAt(at) == '{' || text.charAt(at) == '[');
  }

  /// Goes into a list; what closes it.
  char open() {
    var close = text.charAt(at++) == '{' ? '}' : ']';
    blanks();
    return close;
  }

  /// Whether a list ends here, which is then left; commas are passed by.
  boolean closes(char close) {
    blanks();
    if (at < text.length() && text.charAt(at) == ',') {
      at++;
      blanks();
    }
    if (at >= text.length()) {
      throw new IllegalArgumentException("'" + text + "' lacks its " + close);
    }
    if (text.charAt(at) == close) {
      at++;
      blanks();
      return true;
    }
    return false;
  }

  /// The name of a member, and what separates it from its value: `a=`, `.a =`, `"a":`.
  String name() {
    var from = at;
    var end = at;
    while (end < text.length() && text.charAt(end) != '=' && text.charAt(end) != ':') {
      end++;
    }
    if (end >= text.length()) {
      throw new IllegalArgumentException(
          "'" + text.substring(from) + "' is no member and its value: write member=value");
    }
    at = end + 1;
    blanks();
    var name = unquoted(text.substring(from, end));
    return name.startsWith(".") ? name.substring(1) : name;
  }

  /// The next value that is no list, with its quotes.
  String next() {
    var from = at;
    if (at < text.length() && text.charAt(at) == '"') {
      at++;
      while (at < text.length() && text.charAt(at) != '"') {
        at += text.charAt(at) == '\\' ? 2 : 1;
      }
      at = Math.min(text.length(), at + 1);
    } else {
      while (at < text.length() && ",}]".indexOf(text.charAt(at)) < 0) {
        at++;
      }
    }
    var word = text.substring(from, at);
    blanks();
    return word;
  }

  /// All that is left.
  String rest() {
    var rest = text.substring(at);
    at = text.length();
    return rest;
  }

  /// Checks that nothing is left.
  void end() {
    if (at < text.length()) {
      throw new IllegalArgumentException("'" + text.substring(at) + "' follows the value");
    }
  }

  /// Text without its quotes, where it has any, and with its escapes resolved.
  static String unquoted(String word) {
    var text = word.strip();
    if (text.length() < 2 || !text.startsWith("\"") || !text.endsWith("\"")) {
      return text;
    }
    var plain = new StringBuilder();
    var i = 1;
    while (i < text.length() - 1) {
      var c = text.charAt(i++);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      var escaped = text.charAt(i++);
      switch (escaped) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 'r' -> plain.append('\r');
        case 'b' -> plain.append('\b');
        case 'f' -> plain.append('\f');
        case 'u' -> {
          plain.append((char) hex(text, i, 4));
          i += 4;
        }
        case 'x' -> {
          plain.append((char) hex(text, i, 2));
          i += 2;
        }
        default -> plain.append(escaped);
      }
    }
    return plain.toString();
  }

  private static int hex(String text, int from, int count) {
    try {
      return Integer.parseInt(text.substring(from, from + count), 16);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      throw new BpfException("'" + text + "' has an escape without its digits", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
