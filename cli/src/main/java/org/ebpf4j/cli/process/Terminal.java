package org.ebpf4j.cli.process;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.ebpf4j.linux.internal.terminal.TerminalSize;

/// The terminal that standard output is, where it is one.
public final class Terminal {
  private static final int STANDARD_INPUT = 0;
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  private Terminal() {}

  /// How many characters a line of standard output has room for: what the environment says
  /// (`COLUMNS`), else the terminal; where it is none, as many as an `int` can count.
  public static int columns() {
    return columns(System::getenv);
  }

  static int columns(UnaryOperator<String> environment) {
    var said = environment.apply("COLUMNS");
    if (said != null && said.matches("[1-9][0-9]{0,4}")) {
      return Integer.parseInt(said);
    }
    return TerminalSize.columns(STANDARD_OUTPUT).orElse(Integer.MAX_VALUE);
  }

  /// Whether the locale (`LC_ALL`, `LC_CTYPE`, `LANG`) has characters of Unicode.
  public static boolean isUtf8() {
    return isUtf8(System::getenv);
  }

  static boolean isUtf8(UnaryOperator<String> environment) {
    for (var name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      var said = environment.apply(name);
      if (said != null && !said.isEmpty()) {
        var locale = said.toLowerCase(Locale.ROOT);
        return locale.contains("utf-8") || locale.contains("utf8");
      }
    }
    return false;
  }

  /// Whether standard output is a terminal.
  public static boolean isOutput() {
    return TerminalSize.columns(STANDARD_OUTPUT).isPresent();
  }

  /// Whether standard error is a terminal.
  public static boolean isError() {
    return TerminalSize.columns(STANDARD_ERROR).isPresent();
  }

  /// How many characters a line of standard error has room for.
  static int errorColumns() {
    return TerminalSize.columns(STANDARD_ERROR).orElse(Integer.MAX_VALUE);
  }

  /// Whether somebody sits before a terminal that takes orders such as where to write: both
  /// standard input and output are it.
  public static boolean isInteractive() {
    return isOutput()
        && TerminalSize.columns(STANDARD_INPUT).isPresent()
        && !isDumb(System::getenv);
  }

  /// Whether what is printed may have colours: standard output is a terminal, and neither
  /// `NO_COLOR` nor `TERM=dumb` speaks against it.
  public static boolean hasColors() {
    return isOutput() && hasColors(System::getenv);
  }

  static boolean hasColors(UnaryOperator<String> environment) {
    var refused = environment.apply("NO_COLOR");
    return (refused == null || refused.isEmpty()) && !isDumb(environment);
  }

  private static boolean isDumb(UnaryOperator<String> environment) {
    var type = environment.apply("TERM");
    return type == null || type.isEmpty() || type.equals("dumb");
  }
}
