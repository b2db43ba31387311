package org.ebpf4j.btf.text;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;

/// The words of a text of C. Comments and directives are passed over, but for the numbers that are
/// defined.
final class CTokens {
  private static final Pattern WORD = Pattern.compile("[A-Za-z_]\\w*|\\d\\w*|\"[^\"\\n]*\"|.");
  private static final Pattern DEFINE =
      Pattern.compile(
          "#\\s*define\\s+(\\w+)\\s+\\(?\\s*(0[xX][0-9a-fA-F]{1,8}|\\d{1,9})[uUlL]*\\s*\\)?.*");

  private record Token(String text, int line) {}

  private final String name;
  private final List<Token> tokens = new ArrayList<>();
  private final Map<String, Integer> numbers = new HashMap<>();
  private int at;

  CTokens(String name, String text) {
    this.name = name;
    var line = 1;
    var matcher = WORD.matcher(text);
    for (int from = 0; from < text.length(); ) {
      var end = passOver(text, from);
      if (end > from) {
        if (text.charAt(from) == '#') {
          define(text.substring(from, end));
        }
        line += (int) text.substring(from, end).chars().filter(c -> c == '\n').count();
      } else if (matcher.find(from)) {
        tokens.add(new Token(matcher.group(), line));
        end = matcher.end();
      }
      from = end;
    }
    tokens.add(new Token("", line));
  }

  /// Where a blank, a comment or a directive ends; `from` where there is none.
  private static int passOver(String text, int from) {
    if (Character.isWhitespace(text.charAt(from))) {
      return from + 1;
    }
    if (text.startsWith("/*", from)) {
      var end = text.indexOf("*/", from + 2);
      return end < 0 ? text.length() : end + 2;
    }
    if (!text.startsWith("//", from) && text.charAt(from) != '#') {
      return from;
    }
    var end = from;
    do {
      end = text.indexOf('\n', end + 1);
    } while (end > 0 && text.charAt(end - 1) == '\\');
    return end < 0 ? text.length() : end;
  }

  private void define(String directive) {
    var matcher = DEFINE.matcher(directive);
    if (matcher.matches()) {
      numbers.put(matcher.group(1), Integer.decode(decimal(matcher.group(2))));
    }
  }

  /// Without what Java would take for an octal number of no use here.
  private static String decimal(String digits) {
    return digits.matches("0\\d+") ? digits.replaceFirst("^0+(?=\\d)", "") : digits;
  }

  boolean atEnd() {
    return peek().isEmpty();
  }

  /// The next word; an empty one at the end.
  String peek() {
    return tokens.get(at).text();
  }

  String take() {
    var word = peek();
    if (at < tokens.size() - 1) {
      at++;
    }
    return word;
  }

  boolean skip(String word) {
    if (!peek().equals(word)) {
      return false;
    }
    take();
    return true;
  }

  void want(String word) {
    if (!skip(word)) {
      throw expected("'" + word + "'");
    }
  }

  String name() {
    if (!isName()) {
      throw expected("a name");
    }
    return take();
  }

  boolean isName() {
    return !atEnd() && (Character.isLetter(peek().charAt(0)) || peek().charAt(0) == '_');
  }

  /// A number, or the name of one.
  int number() {
    var word = take();
    var known = numbers.get(word);
    if (known != null) {
      return known;
    }
    var digits = word.replaceFirst("[uUlL]+$", "");
    if (!digits.matches("0[xX][0-9a-fA-F]{1,7}|\\d{1,9}")) {
      at--;
      throw expected("a number");
    }
    return Integer.decode(decimal(digits));
  }

  /// Passes over what stands in brackets, the opening one included.
  void skipBrackets(String open, String close) {
    want(open);
    for (int depth = 1; depth > 0; ) {
      if (atEnd()) {
        throw expected("'" + close + "'");
      }
      var word = take();
      depth += word.equals(open) ? 1 : word.equals(close) ? -1 : 0;
    }
  }

  BpfException expected(String what) {
    return problem(
        "expected " + what + (atEnd() ? " at the end" : ", not '" + SafeText.line(peek()) + "'"));
  }

  BpfException problem(String what) {
    return new BpfException(name + ", line " + tokens.get(at).line() + ": " + what);
  }
}
