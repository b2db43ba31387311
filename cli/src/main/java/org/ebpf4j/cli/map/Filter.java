package org.ebpf4j.cli.map;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.ebpf4j.cli.process.UsageException;

/// A condition on entries, such as `value.count > 10 and not (key.name ~ "kw" or pid == 1)`.
/// Comparisons are `==` (or `=`), `!=`, `<`, `<=`, `>`, `>=`, and `~` for text that contains other
/// text; what stands behind them is a number, a name of an enum, an address, or text.
final class Filter {
  private static final Pattern TOKEN =
      Pattern.compile(
          "\\s*(?:(\\(|\\))|(==|!=|<=|>=|=|<|>|~|&&|\\|\\||!)"
              + "|(\"(?:[^\"\\\\]|\\\\.)*\"|'[^']*')|([^\\s()=<>!~&|]+))");

  /// Whether an entry is meant.
  @FunctionalInterface
  interface Test {
    boolean of(byte[] key, byte[] value);
  }

  private final Fields fields;
  private final List<String> tokens = new ArrayList<>();
  private int next;

  private Filter(Content content, String text) {
    this.fields = new Fields(content);
    Matcher matcher = TOKEN.matcher(text);
    int at = 0;
    while (at < text.length()) {
      if (!matcher.find(at) || matcher.start() != at) {
        if (text.substring(at).isBlank()) {
          break;
        }
        throw new UsageException("--where: '" + text.substring(at).strip() + "' is no condition");
      }
      tokens.add(matcher.group().strip());
      at = matcher.end();
    }
  }

  /// Reads a condition.
  ///
  /// @throws UsageException where it is none, or names what entries have not
  static Test read(Content content, String text) {
    var filter = new Filter(content, text);
    var test = filter.either();
    if (filter.next < filter.tokens.size()) {
      throw new UsageException(
          "--where: '" + filter.tokens.get(filter.next) + "' follows the condition");
    }
    return test;
  }

  private String peek() {
    return next < tokens.size() ? tokens.get(next) : "";
  }

  private boolean takes(String... words) {
    for (var word : words) {
      if (peek().equals(word)) {
        next++;
        return true;
      }
    }
    return false;
  }

  private Test either() {
    var left = both();
    while (takes("or", "||")) {
      var first = left;
      var second = both();
      left = (key, value) -> first.of(key, value) || second.of(key, value);
    }
    return left;
  }

  private Test both() {
    var left = one();
    while (takes("and", "&&")) {
      var first = left;
      var second = one();
      left = (key, value) -> first.of(key, value) && second.of(key, value);
    }
    return left;
  }

  private Test one() {
    if (takes("not", "!")) {
      var inner = one();
      return (key, value) -> !inner.of(key, value);
    }
    if (takes("(")) {
      var inner = either();
      if (!takes(")")) {
        throw new UsageException("--where: a ( without its )");
      }
      return inner;
    }
    return comparison();
  }

  private Test comparison() {
    if (next + 3 > tokens.size()) {
      throw new UsageException(
          "--where: '" + peek() + "' is no comparison: write for example value.count > 10");
    }
    var path = tokens.get(next++);
    var operator = tokens.get(next++);
    var literal = tokens.get(next++);
    var text = fields.text(path);
    if (text.isPresent()) {
      return compare(text.get(), operator, Fields.unquoted(literal));
    }
    var number = fields.number(path);
    var wanted = fields.literal(path, literal);
    return switch (operator) {
      case "==", "=" -> (key, value) -> number.compare(key, value, wanted) == 0;
      case "!=" -> (key, value) -> number.compare(key, value, wanted) != 0;
      case "<" -> (key, value) -> number.compare(key, value, wanted) < 0;
      case "<=" -> (key, value) -> number.compare(key, value, wanted) <= 0;
      case ">" -> (key, value) -> number.compare(key, value, wanted) > 0;
      case ">=" -> (key, value) -> number.compare(key, value, wanted) >= 0;
      default -> throw unknown(operator);
    };
  }

  private static Test compare(Fields.Text text, String operator, String wanted) {
    return switch (operator) {
      case "==", "=" -> (key, value) -> text.of(key, value).equals(wanted);
      case "!=" -> (key, value) -> !text.of(key, value).equals(wanted);
      case "<" -> (key, value) -> text.of(key, value).compareTo(wanted) < 0;
      case "<=" -> (key, value) -> text.of(key, value).compareTo(wanted) <= 0;
      case ">" -> (key, value) -> text.of(key, value).compareTo(wanted) > 0;
      case ">=" -> (key, value) -> text.of(key, value).compareTo(wanted) >= 0;
      case "~" -> (key, value) -> text.of(key, value).contains(wanted);
      default -> throw unknown(operator);
    };
  }

  private static UsageException unknown(String operator) {
    return new UsageException(
        "--where: '"
            + operator
            + "' compares nothing here; ==, !=, <, <=, > and >= do, and ~ text");
  }
}
