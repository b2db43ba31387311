package org.ebpf4j.cli.process;

import java.util.Locale;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Asks before something is done that cannot be undone.
public final class Consent {
  private Consent() {}

  /// An answer where there are several things to do.
  public enum Answer {
    /// Do all of them.
    ALL,
    /// Ask for each.
    EACH
  }

  /// Asks on a terminal; elsewhere nobody can answer.
  ///
  /// @param yes whether the answer was given on the command line
  /// @param what what is about to be done
  /// @throws UsageException where nobody can be asked
  /// @throws BpfException where the answer is no
  public static void check(Console console, boolean yes, String what) {
    if (!yes && !isYes(ask(console, what, "[y/N]"))) {
      throw new BpfException("nothing was done");
    }
  }

  /// Asks whether several things are to be done, or each is to be asked for.
  ///
  /// @throws UsageException where nobody can be asked
  /// @throws BpfException where the answer is no
  public static Answer several(Console console, boolean yes, String what) {
    if (yes) {
      return Answer.ALL;
    }
    var answer = ask(console, what, "[y = all, e = ask for each, N = nothing]");
    if (isYes(answer)) {
      return Answer.ALL;
    }
    if (answer.startsWith("e")) {
      return Answer.EACH;
    }
    throw new BpfException("nothing was done");
  }

  /// Asks for one of several things.
  public static boolean one(Console console, String what) {
    return isYes(ask(console, what, "[y/N]"));
  }

  /// Whether there is a terminal to ask on.
  public static boolean canAsk() {
    return terminal() != null;
  }

  private static boolean isYes(String answer) {
    return answer.startsWith("y");
  }

  private static String ask(Console console, String what, String choices) {
    var terminal = terminal();
    if (terminal == null) {
      throw new UsageException("to " + what + ", add --yes: there is no terminal to ask on");
    }
    console.out().flush();
    var answer = terminal.readLine("%s? %s ", what, choices);
    return answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
  }

  @SuppressWarnings("SystemConsoleNull") // Its annotation says that there may be none.
  private static java.io.@Nullable Console terminal() {
    var terminal = System.console();
    return terminal == null || !terminal.isTerminal() || !Terminal.isOutput() ? null : terminal;
  }
}
