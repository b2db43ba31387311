package org.ebpf4j.btf.text;

import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;

/// The words of a text of C, one after the other.
final class CTokens {
  /// A word, and where it stands.
  record Token(String text, String file, int line) {}

  private final List<Token> tokens;
  private int at;

  /// @param tokens the words; the last of them is empty, and says where the text ends
  CTokens(List<Token> tokens) {
    this.tokens = tokens;
  }

  boolean atEnd() {
    return peek().isEmpty();
  }

  /// The next word; an empty one at the end.
  String peek() {
    return tokens.get(at).text();
  }

  /// The name of the file that the next word stands in.
  String file() {
    return tokens.get(at).file();
  }

  String take() {
    var word = peek();
    if (at < tokens.size() - 1) {
      at++;
    }
    return word;
  }

  /// Goes back before the word that was taken last.
  void back() {
    at--;
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

  /// A number that is written out, or a character.
  long literal() {
    var word = peek();
    if (word.matches("'[^\\\\]'")) {
      take();
      return word.charAt(1);
    }
    var digits = word.replaceFirst("[uUlL]+$", "");
    if (digits.matches("0[xX][0-9a-fA-F]{1,16}")) {
      take();
      return Long.parseUnsignedLong(digits.substring(2), 16);
    }
    if (!digits.matches("\\d{1,18}") || digits.matches("0\\d*[89]\\d*")) {
      throw expected("a number");
    }
    take();
    return digits.startsWith("0") ? Long.parseLong(digits, 8) : Long.parseLong(digits);
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
    return expected(what, "");
  }

  BpfException expected(String what, String remark) {
    return problem(
        "expected "
            + what
            + (atEnd() ? " at the end" : ", not '" + SafeText.line(peek()) + "'")
            + remark);
  }

  BpfException problem(String what) {
    var token = tokens.get(at);
    return new BpfException(token.file() + ", line " + token.line() + ": " + what);
  }
}
