package org.ebpf4j.cli.process;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.ebpf4j.linux.internal.terminal.TerminalSize;

/// The terminal that standard output is, where it is one.
public final class Terminal {
  private static final int STANDARD_OUTPUT = 1;

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
}
