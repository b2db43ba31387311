package org.ebpf4j.cli.btf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ebpf4j btf min`, held against `bpftool gen min_core_btf`.
@KernelTest
class MinimalBtfTest {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");
  private static final List<String> OBJECTS = List.of("core_re_kinds", "core_re_task");

  @TempDir private Path directory;

  private Path keep(String... objects) {
    var out = directory.resolve("ours.btf");
    var words = new ArrayList<Object>(List.of("btf", "min", KERNEL, out));
    for (var object : objects) {
      words.add(TestObjects.file(object));
    }
    var run = Cli.run(words.toArray());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(out + "\n");
    return out;
  }

  /// The types of a file as C, which does not tell their ids.
  private static List<String> declarations(Path types) {
    var run = Cli.run("btf", "dump", types, "--format", "c");
    assertThat(run.status()).isZero();
    return List.of(run.out().split("\n\n")).stream().sorted().toList();
  }

  @Test
  void keepsFewTypesThatObjectsLoadWith() throws IOException {
    var types = keep("core_re_task");
    assertThat(Files.size(types)).isLessThan(4000);
    var run = Cli.run("verify", "--btf", types, TestObjects.file("core_re_task"));
    assertThat(run.out()).contains("core_re_task");
    assertThat(run.status()).as(run.out() + run.err()).isZero();
  }

  @Test
  @Requires(Facility.BPFTOOL)
  void keepsWhatBpftoolKeeps() throws Exception {
    var theirs = directory.resolve("theirs.btf");
    var words =
        new ArrayList<>(
            List.of("bpftool", "gen", "min_core_btf", KERNEL.toString(), theirs.toString()));
    OBJECTS.forEach(object -> words.add(TestObjects.file(object).toString()));
    var process = new ProcessBuilder(words).redirectErrorStream(true).start();
    var said =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    assertThat(declarations(keep(OBJECTS.toArray(String[]::new)))).isEqualTo(declarations(theirs));
  }

  @Test
  void leavesNothingWhereAnObjectIsDamaged() throws IOException {
    var bad = Files.writeString(directory.resolve("bad.o"), "no object");
    var out = directory.resolve("out.btf");
    var run = Cli.run("btf", "min", KERNEL, out, bad);
    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(out).doesNotExist();
  }
}
