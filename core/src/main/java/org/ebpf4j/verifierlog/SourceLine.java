package org.ebpf4j.verifierlog;

/// A line of C.
///
/// @param file the file, without its directories; empty where only the text is known
/// @param line its number, from 1; 0 where it is not known
/// @param column where in the line the statement is, from 1; 0 where it is not known
/// @param text the line as it is in the file, with its indentation
public record SourceLine(String file, int line, int column, String text) {
  /// `file:line text`, without indentation; the text alone where the place is not known.
  public String describe() {
    return place() + shown();
  }

  /// What stands before the text in [#describe()].
  String place() {
    return line == 0 ? "" : file + ":" + line + "  ";
  }

  /// The text without indentation, each tab a space.
  public String shown() {
    return text.strip().replace('\t', ' ');
  }

  /// Where the column is in [#shown()], from 0; negative where it is not known.
  public int caret() {
    var indentation = text.length() - text.stripLeading().length();
    var at = column - 1 - indentation;
    return column > 0 && at >= 0 && at < text.strip().length() ? at : -1;
  }
}
