package org.ebpf4j.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// The command line in a JVM of its own, as a user starts it.
public final class Session implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 300;

  private final Process process;
  private final Path out;
  private final Path err;

  private Session(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /// What starts the command line, as words.
  public static List<String> command(Object... args) {
    var words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "org.ebpf4j.cli.Main"));
    Arrays.stream(args).map(Object::toString).forEach(words::add);
    return words;
  }

  /// Starts it with more options of the JVM.
  public static Session startWithJvm(List<String> options, Object... args) {
    var words = command(args);
    words.addAll(1, options);
    return startWords(words);
  }

  public static Session start(Object... args) {
    return startAfter(taking("\"$@\""), args);
  }

  /// Starts it with a file as its standard output.
  static Session startInto(Path out, Object... args) {
    return startAfter(taking("\"$@\" >'" + out + "'"), args);
  }

  /// A process of a background job ignores SIGINT, one under nohup SIGHUP, and both pass that on.
  private static String taking(String command) {
    return "if env --default-signal=INT,HUP,TERM true 2>/dev/null; then exec env --default-signal=INT,HUP,TERM "
        + command
        + "; else exec "
        + command
        + "; fi";
  }

  /// Waits until it has a descriptor of something, such as `anon_inode:bpf-map`.
  void awaitOpen(String target) throws IOException {
    awaitJvm();
    await(
        target,
        () -> {
          try (var files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return files.anyMatch(file -> isLink(file, target));
          }
        });
  }

  private static boolean isLink(Path file, String target) {
    try {
      return Files.readSymbolicLink(file).toString().equals(target);
    } catch (IOException _) {
      return false; // It was closed meanwhile.
    }
  }

  /// Waits until one of its threads waits in a function of the kernel.
  void awaitWaiting(String function) throws IOException {
    awaitJvm();
    await(
        function,
        () -> {
          try (var threads = Files.list(Path.of("/proc", Long.toString(pid()), "task"))) {
            return threads.anyMatch(thread -> waitsIn(thread, function));
          }
        });
  }

  private static boolean waitsIn(Path thread, String function) {
    try {
      return Files.readString(thread.resolve("wchan")).contains(function);
    } catch (IOException _) {
      return false; // It has ended meanwhile.
    }
  }

  private interface Look {
    boolean sees() throws IOException;
  }

  private void await(String what, Look look) throws IOException {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!look.sees()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError(
            what + " was not seen; alive: " + process.isAlive() + "\n" + err());
      }
      Thread.onSpinWait();
    }
  }

  /// Whether what [#start(Object...)] starts takes SIGINT: not where this JVM ignores it, and no
  /// `env` is there that sets it back.
  public static boolean takesInterrupts() {
    return shell("env --default-signal=INT,HUP,TERM true 2>/dev/null") == 0 || !ignoresInterrupts();
  }

  /// `SigIgn` has a bit for each signal, that of signal 1 first.
  private static boolean ignoresInterrupts() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("SigIgn:"))
          .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & 2) != 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts it from a shell script, which ends with `exec "$@"`.
  public static Session startAfter(String script, Object... args) {
    var words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(command(args));
    return startWords(words);
  }

  public static Session startWords(List<String> words) {
    try {
      var out = Files.createTempFile("ebpf4j-session", ".out");
      var err = Files.createTempFile("ebpf4j-session", ".err");
      var process =
          new ProcessBuilder(words)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      return new Session(process, out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits until the shell that starts it has become a JVM, as before that signals may be ignored.
  void awaitJvm() throws IOException {
    var name = Path.of("/proc", Long.toString(pid()), "comm");
    while (process.isAlive() && !Files.readString(name).strip().equals("java")) {
      pause();
    }
  }

  public long pid() {
    return process.pid();
  }

  public String out() {
    return read(out);
  }

  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Waits for a text on either output, and runs `trigger` again and again meanwhile.
  public void await(String text, Runnable trigger) {
    var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(DEADLINE_SECONDS);
    while (!out().contains(text) && !err().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new AssertionError(
            "'"
                + text
                + "' was not printed; alive: "
                + process.isAlive()
                + "\n"
                + out()
                + "\n"
                + err());
      }
      trigger.run();
      pause();
    }
  }

  public void await(String text) {
    await(text, () -> {});
  }

  private static void pause() {
    try {
      Thread.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Writes to its standard input.
  public void type(String text) {
    try {
      process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sends a signal, such as `INT`.
  public void signal(String name) {
    shell("kill -" + name + " " + pid());
  }

  /// Waits for the end; how many milliseconds it took, or -1 where it did not come in time.
  long millisToEnd(long most) throws InterruptedException {
    var start = System.nanoTime();
    return process.waitFor(most, TimeUnit.MILLISECONDS)
        ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
        : -1;
  }

  /// Waits for the end; the exit status.
  public int finish() {
    try {
      if (!process.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("it does not end\n" + out() + "\n" + err());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Runs a shell script to its end; its exit status.
  public static int shell(String script) {
    try {
      var process =
          new ProcessBuilder("sh", "-c", script)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    finish();
    Files.deleteIfExists(out);
    Files.deleteIfExists(err);
  }
}
