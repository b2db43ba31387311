package org.ebpf4j.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.PseudoTerminal;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// What is said on a terminal while a command takes long, and what may have colours.
class ProgressTest {
  private static String line(long done, long total, Duration elapsed) {
    return Progress.line("entries", done, total, elapsed);
  }

  @Test
  void saysHowMuchIsDoneHowFastAndHowLongItLasts() {
    assertThat(line(250_000, 1_000_000, Duration.ofMillis(1_500)))
        .isEqualTo("250000 of 1000000 entries (25 %), 166667/s, 1 s, 5 s left");
    assertThat(line(3, 0, Duration.ofSeconds(2))).isEqualTo("3 entries, 1.5/s, 2 s");
    assertThat(line(0, 7, Duration.ofSeconds(1))).isEqualTo("0 of 7 entries (0 %), 0.0/s, 1 s");
    assertThat(line(9, 7, Duration.ofSeconds(1))).isEqualTo("9 of 7 entries (100 %), 9.0/s, 1 s");
    assertThat(line(1, 1, Duration.ZERO)).contains("1000/s");
  }

  @Test
  void coloursAreOffWhereTheEnvironmentSaysSo() {
    assertThat(Terminal.hasColors(Map.of("TERM", "xterm")::get)).isTrue();
    assertThat(Terminal.hasColors(Map.of("TERM", "xterm", "NO_COLOR", "")::get)).isTrue();
    assertThat(Terminal.hasColors(Map.of("TERM", "xterm", "NO_COLOR", "1")::get)).isFalse();
    assertThat(Terminal.hasColors(Map.of("TERM", "dumb")::get)).isFalse();
    assertThat(Terminal.hasColors(_ -> null)).isFalse();
  }

  /// On a terminal, with a file that is not there as a whole for as long as the test wants.
  @Nested
  @KernelTest
  @Requires(Facility.SPEED)
  @EnabledIf("hasTerminal")
  class OnATerminal {
    @TempDir Path directory;

    static boolean hasTerminal() {
      return PseudoTerminal.isThere() && Session.shell("command -v mkfifo") == 0;
    }

    @Test
    void isThereWhileItLastsAndGoneAfterwards() throws IOException {
      var file = directory.resolve("entries.jsonl");
      assertThat(Session.shell("mkfifo '" + file + "'")).isZero();
      try (var kernel = LinuxKernel.open();
          var map = kernel.createMap(MapSpec.of("progress_map", MapType.HASH, 4, 4, 16))) {
        try (var terminal =
            PseudoTerminal.start(
                directory, 80, 24, List.of(), Session.command("map", "import", map.id(), file))) {
          // Opening waits until it is read; its end comes when it is closed.
          try (var entries = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
            terminal.await("0 entries, 0.0/s, ");
            entries.write(
                "{\"key_hex\":\"01000000\",\"value_hex\":\"02000000\"}\n"
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
          }

          assertThat(terminal.finish()).isZero();
          assertThat(terminal.out())
              .containsPattern("0 entries, 0.0/s, \\d+ s\r *\radded 1 entries to ");
        }
        assertThat(map.count()).isEqualTo(1);
      }
    }

    @Test
    void isNotThereElsewhere() throws IOException, InterruptedException {
      var file = directory.resolve("entries.jsonl");
      assertThat(Session.shell("mkfifo '" + file + "'")).isZero();
      try (var kernel = LinuxKernel.open();
          var map = kernel.createMap(MapSpec.of("progress_map", MapType.HASH, 4, 4, 16));
          var session = Session.start("map", "import", map.id(), file)) {
        try (var entries = Files.newOutputStream(file, StandardOpenOption.WRITE)) {
          assertThat(entries).isNotNull();
          Thread.sleep(2_000);
        }

        assertThat(session.finish()).isZero();
        assertThat(session.err()).isEmpty();
        assertThat(session.out()).startsWith("added 0 entries");
      }
    }
  }
}
