package org.ebpf4j.cli.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// JSON (RFC 8259) as far as lines of flat objects want it.
public final class Json {
  private static final int MAX_DEPTH = 64;

  /// The longest number that is read, in characters.
  private static final int MAX_NUMBER = 400;

  private Json() {}

  /// A flat object, field by field, on one line.
  public static final class Writer {
    private final List<String> fields = new ArrayList<>();

    public Writer put(String name, @Nullable String value) {
      return raw(name, value == null ? "null" : quote(value));
    }

    public Writer put(String name, long value) {
      return raw(name, Long.toString(value));
    }

    /// A finite number.
    public Writer put(String name, double value) {
      return raw(name, String.format(Locale.ROOT, "%.6f", value));
    }

    /// A number, or `null` for one that is not known.
    public Writer putKnown(String name, long value) {
      return raw(name, value < 0 ? "null" : Long.toString(value));
    }

    private Writer raw(String name, String value) {
      fields.add(quote(name) + ":" + value);
      return this;
    }

    @Override
    public String toString() {
      return "{" + String.join(",", fields) + "}";
    }
  }

  /// A string with its quotes. What cannot stand in a line of UTF-8 as it is, is escaped.
  public static String quote(String text) {
    var quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      var c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        quoted.append(c).append(text.charAt(++i));
        continue;
      }
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          // Some readers take U+2028 and U+2029 for ends of lines.
          var plain =
              !Character.isISOControl(c)
                  && !Character.isSurrogate(c)
                  && c != '\u2028'
                  && c != '\u2029';
          if (plain) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /// The fields of an object that are strings, numbers (`Long` or `Double`) or truth values. Those
  /// that are `null`, objects or arrays are left out.
  ///
  /// @throws BpfException where the text is not one object
  public static Map<String, Object> read(String text) {
    return new Reader(text).document();
  }

  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Map<String, Object> document() {
      blanks();
      var fields = object(0);
      blanks();
      if (at < text.length()) {
        throw expected("the end of the line");
      }
      return fields;
    }

    private Map<String, Object> object(int depth) {
      if (depth > MAX_DEPTH) {
        throw expected("at most " + MAX_DEPTH + " objects and arrays in one another");
      }
      take('{');
      var fields = new LinkedHashMap<String, Object>();
      blanks();
      if (skip('}')) {
        return fields;
      }
      do {
        blanks();
        var name = string();
        blanks();
        take(':');
        var value = value(depth);
        if (value != null) {
          fields.put(name, value);
        }
        blanks();
      } while (skip(','));
      take('}');
      return fields;
    }

    private void array(int depth) {
      if (depth > MAX_DEPTH) {
        throw expected("at most " + MAX_DEPTH + " objects and arrays in one another");
      }
      take('[');
      blanks();
      if (skip(']')) {
        return;
      }
      do {
        value(depth);
        blanks();
      } while (skip(','));
      take(']');
    }

    /// The value, or null for one that is left out.
    private @Nullable Object value(int depth) {
      blanks();
      return switch (peek()) {
        case '"' -> string();
        case '{' -> {
          object(depth + 1);
          yield null;
        }
        case '[' -> {
          array(depth + 1);
          yield null;
        }
        default -> word();
      };
    }

    /// A number, a truth value or null.
    private @Nullable Object word() {
      var start = at;
      while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
        at++;
      }
      var word = text.substring(start, at);
      return switch (word) {
        case "null" -> null;
        case "true" -> true;
        case "false" -> false;
        default -> number(start, word);
      };
    }

    private Object number(int start, String word) {
      if (word.matches("-?(0|[1-9][0-9]{0,17})")) {
        return Long.parseLong(word);
      }
      if (word.length() <= MAX_NUMBER
          && word.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?")) {
        return Double.parseDouble(word);
      }
      at = start;
      throw expected("a value");
    }

    private String string() {
      take('"');
      var value = new StringBuilder();
      while (true) {
        var c = peek();
        if (c == '"') {
          at++;
          return value.toString();
        }
        if (c < ' ') {
          throw expected("the end of the string");
        }
        at++;
        value.append(c == '\\' ? escaped() : c);
      }
    }

    private char escaped() {
      var c = peek();
      at++;
      return switch (c) {
        case '"', '\\', '/' -> c;
        case 'b' -> '\b';
        case 'f' -> '\f';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'u' -> unit();
        default -> {
          at--;
          throw expected("one of \" \\ / b f n r t u");
        }
      };
    }

    private char unit() {
      var unit = 0;
      for (int i = 0; i < 4; i++) {
        var digit = "0123456789abcdef".indexOf(Character.toLowerCase(peek()));
        if (digit < 0) {
          throw expected("four hexadecimal digits");
        }
        unit = unit * 16 + digit;
        at++;
      }
      return (char) unit;
    }

    private void blanks() {
      while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
        at++;
      }
    }

    /// The next character; 0 at the end, which nothing takes.
    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean skip(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }

    private void take(char c) {
      if (!skip(c)) {
        throw expected("'" + c + "'");
      }
    }

    private BpfException expected(String what) {
      return new BpfException("column " + (at + 1) + ": no JSON: expected " + what);
    }
  }
}
