package org.ebpf4j.cli.process;

import java.util.Locale;
import org.ebpf4j.error.BpfException;

/// Asks before something is done that cannot be undone.
public final class Consent {
  private Consent() {}

  /// Asks on a terminal; elsewhere nobody can answer.
  ///
  /// @param yes whether the answer was given on the command line
  /// @param what what is about to be done
  /// @throws UsageException where nobody can be asked
  /// @throws BpfException where the answer is no
  @SuppressWarnings("SystemConsoleNull") // Its annotation says that there may be none.
  public static void check(Console console, boolean yes, String what) {
    if (yes) {
      return;
    }
    var terminal = System.console();
    if (terminal == null || !terminal.isTerminal() || !Terminal.isOutput()) {
      throw new UsageException("to " + what + " without a terminal to ask on, add --yes");
    }
    console.out().flush();
    var answer = terminal.readLine("%s? [y/N] ", what);
    if (answer == null || !answer.strip().toLowerCase(Locale.ROOT).startsWith("y")) {
      throw new BpfException("nothing was done");
    }
  }
}
