package org.ebpf4j.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Verdict;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.verifier.input.Rules;
import org.junit.jupiter.api.Test;

/// What the running kernel says of programs, and what this verifier says.
@KernelTest
@RequiresKernel("6.18")
@Requires(Facility.BPFFS)
class KernelComparisonTest {
  private static final long SEED = 20_000;
  private static final int PROGRAMS = 300;

  private static Rules rules() {
    try (var facts = new HostFacts()) {
      var version = facts.versionCode();
      return Rules.kernel((version >> 16) + "." + (version >> 8 & 0xff));
    }
  }

  private static List<Path> objects(String folder) throws IOException {
    var root = Path.of(System.getProperty("ebpf4j.root", ".."), folder);
    try (var found = Files.walk(root)) {
      return found.filter(p -> p.toString().endsWith(".bpf.o")).sorted().toList();
    }
  }

  @Test
  void takesWhatTheKernelTakes() throws IOException {
    var files = new ArrayList<>(objects("testkit/src/main/resources/bpf"));
    files.addAll(objects("examples"));
    var rows = VerdictComparison.of(LinuxKernel.open(), files);
    assertThat(rows).hasSizeGreaterThan(300);
    var differing = new TreeSet<String>();
    int sameCount = 0;
    int accepted = 0;
    for (var row : rows) {
      if (row.kernel() != row.accepted()) {
        differing.add(
            (row.kernel() ? "refused " : "accepted ") + row.object() + " " + row.program());
      } else if (row.kernel()) {
        accepted++;
        sameCount += row.processed() == row.ours().effort().processed() ? 1 : 0;
      }
    }
    // The table may only become shorter.
    try (var stream = Objects.requireNonNull(getClass().getResourceAsStream("differences.txt"))) {
      var known = new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      assertThat(known).containsAll(differing);
    }
    assertThat(sameCount)
        .as("of %d accepted programs, with the kernel's count", accepted)
        .isGreaterThanOrEqualTo(accepted * 95 / 100);
  }

  @Test
  void objectsOfProgramsAreJudgedAsByTheKernel() throws Exception {
    var file = Path.of(Objects.requireNonNull(getClass().getResource("objects.bpf.o")).toURI());
    var rows = VerdictComparison.of(LinuxKernel.open(), List.of(file));
    assertThat(rows).hasSize(16);
    for (var row : rows) {
      assertThat(row.accepted()).as(row.program() + ": " + row.message()).isEqualTo(row.kernel());
      assertThat(row.gaveUp()).as(row.message()).isFalse();
    }
  }

  @Test
  void writtenProgramsAreJudgedAsByTheKernel() {
    var kernel = LinuxKernel.open();
    for (var written : WrittenPrograms.all()) {
      kernel.verify(
          written.object(),
          LoadOptions.DEFAULT,
          verdict ->
              assertThat(verdict.outcome() == Verdict.Outcome.OK)
                  .as(written.name() + "\n" + verdict.log())
                  .isEqualTo(written.accepted()));
    }
  }

  @Test
  void takesNoRandomProgramThatTheKernelRefuses() {
    var outcome = RandomComparison.of(LinuxKernel.open(), rules(), SEED, PROGRAMS);
    assertThat(outcome.unsound()).isEmpty();
    assertThat(outcome.accepted()).isGreaterThan(PROGRAMS / 20);
    assertThat(outcome.strict()).hasSizeLessThan(PROGRAMS / 50);
  }
}
