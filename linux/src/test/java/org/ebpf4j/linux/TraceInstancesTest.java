package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.BpfMap;
import org.ebpf4j.TraceLine;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.trace.TracePipe;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Pipes of our own, which take lines from nobody.
@KernelTest
@Requires(Facility.TRACEFS)
class TraceInstancesTest {
  private static final int LINES = 200;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final LinuxKernel kernel = LinuxKernel.open();

  /// The lines with the number `wanted`, up to the first one with the number `last`, by the thread
  /// that they are of. Each buffer has its own times.
  private static List<Integer> read(TracePipe pipe, long wanted, long last) {
    var lines = new ArrayList<Integer>();
    while (true) {
      var line = pipe.poll(PATIENCE);
      assertThat(line).isPresent();
      if (line.get() instanceof TraceLine.Event event) {
        if (event.text().contains("token-" + last)) {
          return lines;
        }
        if (event.text().contains("token-" + wanted)) {
          lines.add(event.pid());
        }
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.9", because = "the event of what programs print")
  void twoReadersGetAllLines() {
    var me = Words.u32((int) ProcessHandle.current().pid());
    var token = System.nanoTime();
    try (var first = kernel.tracePipe();
        var second = kernel.tracePipe();
        var object = kernel.load(Runs.spec("life_print"));
        var _ = object.program("life_print").attach()) {
      assertThat(first.sharedBecause()).isEmpty();
      assertThat(first.path()).isNotEqualTo(second.path());
      assertThat(first).hasToString("trace pipe " + first.path());
      var tokens = object.map("life_tokens");
      tokens.update(me, Words.u64(token), BpfMap.Update.ANY);
      for (int i = 0; i < LINES; i++) {
        Renames.cause();
      }
      tokens.update(me, Words.u64(token + 1), BpfMap.Update.ANY);
      Renames.cause();
      var lines = read(first, token, token + 1);
      // Other threads of this JVM may be renamed, too.
      assertThat(lines).hasSizeGreaterThanOrEqualTo(LINES);
      assertThat(read(second, token, token + 1)).containsExactlyInAnyOrderElementsOf(lines);
    }
  }

  private static Path directory(TracePipe pipe) {
    return Objects.requireNonNull(pipe.path().getParent());
  }

  @Test
  @RequiresKernel(value = "5.9", because = "the event of what programs print")
  void nothingIsLeftBehind() {
    Path directory;
    try (var pipe = kernel.tracePipe()) {
      directory = directory(pipe);
      assertThat(pipe.path()).exists();
      assertThat(String.valueOf(directory.getFileName()))
          .startsWith("ebpf4j-" + ProcessHandle.current().pid() + "-");
    }
    assertThat(directory).doesNotExist();
  }

  @Test
  @RequiresKernel(value = "5.9", because = "the event of what programs print")
  void removesWhatDeadProcessesLeft() throws IOException {
    try (var pipe = kernel.tracePipe()) {
      // Numbers of processes end at 4194304.
      var dead = Files.createDirectory(directory(pipe).resolveSibling("ebpf4j-987654321-0"));
      var foreign = Files.createDirectory(directory(pipe).resolveSibling("ebpf4j-test-of-others"));
      try (var _ = kernel.tracePipe()) {
        assertThat(dead).doesNotExist();
        assertThat(foreign).exists();
        assertThat(pipe.path()).exists();
      } finally {
        Files.deleteIfExists(dead);
        Files.delete(foreign);
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.9", because = "the event of what programs print")
  void saysWhatCannotBeRemoved() throws IOException {
    var pipe = kernel.tracePipe();
    var instance = directory(pipe);
    try (var _ = new RandomAccessFile(instance.resolve("trace_marker").toFile(), "rw")) {
      assertThatThrownBy(pipe::close)
          .isInstanceOf(BpfException.class)
          .hasMessage(
              instance
                  + " could not be removed: device or resource busy; remove it with: rmdir "
                  + instance);
    }
    Files.delete(instance);
    assertThat(pipe.poll(PATIENCE)).isEmpty();
  }

  @Test
  void sharedPipeSaysSo() {
    try (var pipe = kernel.sharedTracePipe()) {
      assertThat(pipe.sharedBecause()).isEqualTo(Optional.of("the machine's pipe was asked for"));
      assertThat(directory(pipe).resolve("instances")).exists();
    }
  }
}
