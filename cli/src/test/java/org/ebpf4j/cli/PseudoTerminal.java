package org.ebpf4j.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A command on a pseudo terminal, which `script` of util-linux makes: what it reads is typed, what
/// it prints is seen.
public final class PseudoTerminal implements AutoCloseable {
  private final Session session;
  private final Path directory;

  private PseudoTerminal(Session session, Path directory) {
    this.session = session;
    this.directory = directory;
  }

  /// Whether there is a `script` that runs a command and ends with its status.
  public static boolean isThere() {
    return Session.shell("script -qec true /dev/null </dev/null && stty --version") == 0;
  }

  /// Starts a command on a new terminal.
  ///
  /// @param directory for some files
  /// @param environment such as `NO_COLOR=1`
  public static PseudoTerminal start(
      Path directory, int columns, int rows, List<String> environment, List<String> command)
      throws IOException {
    var script = directory.resolve("on-terminal.sh");
    var words = new ArrayList<>(List.of("env", "--default-signal=INT,HUP,TERM", "TERM=xterm"));
    words.addAll(environment);
    words.addAll(command);
    Files.writeString(
        script,
        """
        trap : INT
        cd %s
        tty >tty
        stty rows %d cols %d
        stty -a >before
        sh -c 'echo $$ >pid.new; mv pid.new pid; exec "$@"' sh %s
        status=$?
        stty -a >after
        exit $status
        """
            .formatted(quote(directory.toString()), rows, columns, quote(words)));
    // The words are in a file, as the shell that script starts may be any.
    var session =
        Session.startWords(
            List.of("script", "-qefc", "sh " + quote(script.toString()), "/dev/null"));
    return new PseudoTerminal(session, directory);
  }

  private static String quote(List<String> words) {
    return String.join(" ", words.stream().map(PseudoTerminal::quote).toList());
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /// All that was printed so far.
  public String out() {
    return session.out();
  }

  /// Waits until a text is printed.
  public void await(String text) {
    session.await(text);
  }

  /// Types keys.
  public void type(String keys) {
    session.type(keys);
  }

  /// Types keys again and again until a text is printed.
  public void typeUntil(String keys, String text) {
    session.await(text, () -> type(keys));
  }

  /// Gives the terminal another size.
  public void resize(int columns, int rows) throws IOException {
    var tty = Files.readString(directory.resolve("tty")).strip();
    if (Session.shell("stty -F " + quote(tty) + " rows " + rows + " cols " + columns) != 0) {
      throw new AssertionError("no other size");
    }
  }

  /// Sends a signal to the command.
  public void signal(String name) throws IOException {
    if (Session.shell("kill -" + name + " " + Files.readString(directory.resolve("pid")).strip())
        != 0) {
      throw new AssertionError("no signal was sent");
    }
  }

  /// Waits for its end; the exit status of the command.
  public int finish() {
    return session.finish();
  }

  /// Whether the terminal was at the end as at the start, but for its size.
  public boolean isRestored() throws IOException {
    return settings("before").equals(settings("after"));
  }

  private String settings(String file) throws IOException {
    return Files.readString(directory.resolve(file))
        .replaceAll("rows \\d+; columns \\d+;", "")
        .strip();
  }

  /// Waits until something is so.
  public static void until(java.util.function.BooleanSupplier condition, String what)
      throws InterruptedException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(what);
      }
      Thread.sleep(50);
    }
  }

  @Override
  public void close() throws IOException {
    session.close();
  }
}
