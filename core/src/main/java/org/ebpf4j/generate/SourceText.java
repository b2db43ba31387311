package org.ebpf4j.generate;

/// Text of a source file while it is written. What comes from an object file is quoted here, so
/// that no name can end a string or a comment.
final class SourceText {
  private final StringBuilder text = new StringBuilder();

  /// A line; two spaces for each level.
  SourceText line(int level, String line) {
    text.append("  ".repeat(level)).append(line).append('\n');
    return this;
  }

  /// A line of documentation.
  SourceText doc(int level, String line) {
    return line(level, line.isEmpty() ? "///" : "/// " + line);
  }

  SourceText empty() {
    text.append('\n');
    return this;
  }

  /// A string literal.
  static String literal(String value) {
    var quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      switch (c) {
        case '"' -> quoted.append("\\\"");
        case '\\' -> quoted.append("\\\\");
        default -> {
          if (c < ' ') {
            quoted.append("\\%03o".formatted((int) c));
          } else if (c < 0x7f) {
            quoted.append(c);
          } else {
            quoted.append("\\u%04x".formatted((int) c));
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  /// Code of C in documentation: without what a compiler or a Markdown reader takes for its own.
  static String code(String value) {
    var safe = new StringBuilder("`");
    for (int i = 0; i < value.length(); i++) {
      var c = value.charAt(i);
      safe.append(c >= ' ' && c < 0x7f && c != '\\' && c != '`' ? c : '?');
    }
    return safe.append('`').toString();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
