package org.ebpf4j.cli.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.PseudoTerminal;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/// Completion in zsh and fish as they are: a line is typed as far as it goes, and the command line
/// completes it, with what is alive in the kernel, too.
@KernelTest
@Requires(Facility.SPEED)
class ShellsTest {
  @TempDir Path directory;

  private Path log;

  static boolean hasTerminal() {
    return PseudoTerminal.isThere();
  }

  /// A command `ebpf4j` that completes, and notes what else it is asked to do.
  @BeforeEach
  void command() throws IOException {
    log = directory.resolve("asked");
    var program = directory.resolve("bin/ebpf4j");
    Files.createDirectories(program.getParent());
    Files.writeString(
        program,
        "#!/bin/sh\nif [ \"$1\" = complete ]; then exec '"
            + String.join("' '", Session.command())
            + "' \"$@\"; fi\necho \"$@\" >>'"
            + log
            + "'\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    Files.writeString(directory.resolve("an_object.bpf.o"), "");
    for (var shell : List.of("zsh", "fish")) {
      Files.writeString(directory.resolve("ebpf4j." + shell), Cli.run("completion", shell).out());
    }
  }

  @Test
  @Requires({Facility.FISH, Facility.SPEED})
  void fishOffersCommandsOptionsFilesAndWhatIsAlive() throws Exception {
    assertThat(fish("ebpf4j ver")).containsExactly("verify");
    assertThat(fish("ebpf4j prog list --json")).contains("--json", "--jsonl");
    assertThat(fish("ebpf4j verify an_")).containsExactly("an_object.bpf.o");
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("completed_fish", MapType.ARRAY, 4, 8, 1))) {
      assertThat(fish("ebpf4j map show completed_f")).containsExactly("completed_fish");
      assertThat(fish("ebpf4j why map " + map.id())).contains(String.valueOf(map.id()));
    }
  }

  /// What fish offers for a line; what stands behind a tabulator says what it is.
  private List<String> fish(String line) throws IOException, InterruptedException {
    var builder =
        new ProcessBuilder(
                "fish",
                "--no-config",
                "-c",
                "cd '" + directory + "'; source ebpf4j.fish; complete -C '" + line + "'")
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("HOME", directory.toString());
    builder.environment().merge("PATH", directory.resolve("bin") + ":", (old, bin) -> bin + old);
    var fish = builder.start();
    var out = new String(fish.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(fish.waitFor()).isZero();
    return out.lines().map(l -> l.replaceFirst("\t.*", "")).toList();
  }

  @Test
  @Requires({Facility.ZSH, Facility.SPEED})
  @EnabledIf("hasTerminal")
  void zshCompletesCommandsOptionsFilesAndWhatIsAlive() throws Exception {
    Files.writeString(
        directory.resolve(".zshrc"),
        "PS1='ready> '\nautoload -Uz compinit\ncompinit -u -d '%s/dump'\nsource '%s/ebpf4j.zsh'\n"
            .formatted(directory, directory));
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("completed_zsh", MapType.ARRAY, 4, 8, 1));
        var zsh =
            PseudoTerminal.start(
                directory,
                120,
                24,
                List.of(
                    "HOME=" + directory,
                    "ZDOTDIR=" + directory,
                    "PATH=" + directory.resolve("bin") + ":" + System.getenv("PATH")),
                List.of("zsh", "-i"))) {
      assertThat(map.id()).isPositive();
      zsh.await("ready> ");
      zsh.type("ebpf4j ver\tan_\t\n");
      noted("verify an_object.bpf.o");
      zsh.type("ebpf4j prog li\t--wi\t\n");
      noted("prog list --wide");
      zsh.type("ebpf4j map show completed_z\t\n");
      noted("map show completed_zsh");
      zsh.type("exit\n");
      assertThat(zsh.finish()).isZero();
    }
  }

  private void noted(String line) throws InterruptedException {
    PseudoTerminal.until(
        () -> {
          try {
            return Files.exists(log) && Files.readAllLines(log).contains(line);
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        },
        "zsh did not make of it: " + line);
  }
}
