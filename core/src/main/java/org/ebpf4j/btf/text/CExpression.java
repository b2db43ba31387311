package org.ebpf4j.btf.text;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A constant expression of C, such as the number of elements of an array. All numbers are signed,
/// of 64 bits.
final class CExpression {
  private static final int DEEPEST = 64;

  /// How tightly operators bind.
  private static final Map<String, Integer> LEVELS =
      Map.ofEntries(
          Map.entry("||", 1),
          Map.entry("&&", 2),
          Map.entry("|", 3),
          Map.entry("^", 4),
          Map.entry("&", 5),
          Map.entry("==", 6),
          Map.entry("!=", 6),
          Map.entry("<", 7),
          Map.entry(">", 7),
          Map.entry("<=", 7),
          Map.entry(">=", 7),
          Map.entry("<<", 8),
          Map.entry(">>", 8),
          Map.entry("+", 9),
          Map.entry("-", 9),
          Map.entry("*", 10),
          Map.entry("/", 10),
          Map.entry("%", 10));

  /// What names stand for.
  interface Names {
    /// The number that a name stands for; the words are behind it then.
    OptionalLong value(String name);

    /// The size of what stands in brackets behind `sizeof`, the opening one being passed.
    long size();

    /// What is to be said of a name that stands for no number.
    String remark(String name);
  }

  private final CTokens tokens;
  private final Names names;
  private int depth;

  private CExpression(CTokens tokens, Names names) {
    this.tokens = tokens;
    this.names = names;
  }

  /// What the words come to, as far as they are an expression.
  static long value(CTokens tokens, Names names) {
    return new CExpression(tokens, names).choice();
  }

  private long choice() {
    if (++depth > DEEPEST) {
      throw tokens.problem("more than " + DEEPEST + " expressions in one another");
    }
    var value = operation(1);
    if (tokens.skip("?")) {
      var yes = choice();
      tokens.want(":");
      var no = choice();
      value = value != 0 ? yes : no;
    }
    depth--;
    return value;
  }

  private long operation(int lowest) {
    var value = operand();
    while (LEVELS.getOrDefault(tokens.peek(), 0) >= lowest) {
      var operator = tokens.take();
      value = operation(operator, value, operation(LEVELS.getOrDefault(operator, 0) + 1));
    }
    return value;
  }

  private long operation(String operator, long a, long b) {
    return switch (operator) {
      case "||" -> truth(a != 0 || b != 0);
      case "&&" -> truth(a != 0 && b != 0);
      case "|" -> a | b;
      case "^" -> a ^ b;
      case "&" -> a & b;
      case "==" -> truth(a == b);
      case "!=" -> truth(a != b);
      case "<" -> truth(a < b);
      case ">" -> truth(a > b);
      case "<=" -> truth(a <= b);
      case ">=" -> truth(a >= b);
      case "<<" -> a << b;
      case ">>" -> a >> b;
      case "+" -> a + b;
      case "-" -> a - b;
      case "*" -> a * b;
      default -> {
        if (b == 0) {
          throw tokens.problem("a division by zero");
        }
        yield operator.equals("/") ? a / b : a % b;
      }
    };
  }

  private static long truth(boolean holds) {
    return holds ? 1 : 0;
  }

  private long operand() {
    var word = tokens.peek();
    if (List.of("-", "+", "!", "~", "(").contains(word)) {
      if (++depth > DEEPEST) {
        throw tokens.problem("more than " + DEEPEST + " expressions in one another");
      }
      tokens.take();
      var value = word.equals("(") ? choice() : operand();
      depth--;
      return switch (word) {
        case "-" -> -value;
        case "!" -> truth(value == 0);
        case "~" -> ~value;
        case "(" -> {
          tokens.want(")");
          yield value;
        }
        default -> value;
      };
    }
    if (tokens.skip("sizeof")) {
      tokens.want("(");
      var size = names.size();
      tokens.want(")");
      return size;
    }
    if (tokens.isName()) {
      var name = tokens.take();
      var known = names.value(name);
      if (known.isPresent()) {
        return known.getAsLong();
      }
      tokens.back();
      throw tokens.expected("a number", names.remark(name));
    }
    return tokens.literal();
  }
}
