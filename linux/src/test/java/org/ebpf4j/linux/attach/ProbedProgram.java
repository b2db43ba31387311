package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.testkit.TestObjects;

/// A running program that calls its functions once for each byte that it is given
/// (`user/probed.c`).
final class ProbedProgram implements AutoCloseable {
  /// At the same place in each process.
  static final String FIXED = "probed";

  /// At another place in each process.
  static final String MOVABLE = "probed_pie";

  private final Path file;
  private final Process process;

  private ProbedProgram(Path file, ProcessBuilder builder) {
    this.file = file;
    try {
      this.process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Starts one of a file of its own.
  static ProbedProgram start(String name) {
    return of(TestObjects.program(name));
  }

  /// Starts one of a file.
  static ProbedProgram of(Path file) {
    return new ProbedProgram(file, new ProcessBuilder(file.toString()));
  }

  /// Starts one by a command that ends in it.
  static ProbedProgram by(Path file, String... command) {
    return new ProbedProgram(file, new ProcessBuilder(command));
  }

  String path() {
    return file.toString();
  }

  long pid() {
    return process.pid();
  }

  /// Has it call its functions.
  ///
  /// @return how often its semaphore is counted up
  int step() {
    try {
      process.getOutputStream().write('.');
      process.getOutputStream().flush();
      return process.getInputStream().read() - '0';
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Has it call its functions so often.
  void steps(int count) {
    for (int i = 0; i < count; i++) {
      step();
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
