package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.Kernel;
import org.ebpf4j.testkit.TestObjects;

/// Another JVM that runs [ChildMain], maybe under a command that takes something away from it. It
/// is dead when this is closed.
final class ChildJvm implements AutoCloseable {
  /// No child lives longer, whatever becomes of its test.
  private static final long LIMIT_SECONDS = 150;

  private final Process process;
  private final BufferedReader output;
  private final StringBuilder seen = new StringBuilder();

  private ChildJvm(Process process) {
    this.process = process;
    this.output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    CompletableFuture.delayedExecutor(LIMIT_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
  }

  /// A child with this JVM's class path.
  static ChildJvm start(String... arguments) {
    return under(List.of(), System.getProperty("java.class.path"), arguments);
  }

  /// A child that a command starts: `wrapper` with the command line of the JVM behind it.
  static ChildJvm under(List<String> wrapper, String classPath, String... arguments) {
    var command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            classPath,
            ChildMain.class.getName()));
    command.addAll(List.of(arguments));
    try {
      return new ChildJvm(
          new ProcessBuilder(command)
              .directory(Path.of("/tmp").toFile())
              .redirectErrorStream(true)
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What a child that ends by itself says.
  static String output(List<String> wrapper, String classPath, String... arguments) {
    try (var child = under(wrapper, classPath, arguments)) {
      return child.rest();
    }
  }

  /// A shell script to run, as root in a mount namespace of its own, before the JVM is started.
  static List<String> inOwnMounts(String script) {
    return List.of("unshare", "-m", "sh", "-c", "set -e\n" + script + "\nexec \"$@\"", "sh");
  }

  /// The next line that begins so; the lines before it are passed over.
  String line(String beginning) {
    try {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        seen.append(line).append('\n');
        if (line.startsWith(beginning)) {
          return line;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return fail("the child ended without a line '" + beginning + "…'; it said:\n" + seen);
  }

  private String rest() {
    try {
      for (var line = output.readLine(); line != null; line = output.readLine()) {
        seen.append(line).append('\n');
      }
      process.waitFor();
      return seen.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// The number in a line of the form `… name=number …`.
  static int number(String line, String name) {
    for (var word : line.split(" ")) {
      if (word.startsWith(name + "=")) {
        return Integer.parseInt(word.substring(name.length() + 1));
      }
    }
    return fail("no " + name + " in: " + line);
  }

  /// Lets a child that waits go on to its end, which is waited for; its exit status.
  int release() {
    try (Writer input = process.outputWriter()) {
      input.write("end\n");
      input.flush();
      rest();
      return process.exitValue();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Kills it with `SIGKILL`, and waits until it is dead; what it said.
  String kill() {
    process.toHandle().destroyForcibly();
    return rest();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// A class path below `directory` that everybody may read: that of this JVM may be in a home.
  static String readableClassPath(Path directory) throws IOException {
    var entries = new ArrayList<String>();
    for (var type : List.of(ChildMain.class, LinuxKernel.class, Kernel.class, TestObjects.class)) {
      var from = source(type);
      var to =
          directory.resolve("classes" + entries.size() + (Files.isDirectory(from) ? "" : ".jar"));
      if (!entries.contains(to.toString())) {
        copy(from, to);
        entries.add(to.toString());
      }
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    return String.join(":", entries);
  }

  private static Path source(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        var copy = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
          Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rwxr-xr-x"));
        } else {
          Files.copy(file, file.equals(from) ? to : copy);
          Files.setPosixFilePermissions(
              file.equals(from) ? to : copy, PosixFilePermissions.fromString("rw-r--r--"));
        }
      }
    }
  }
}
