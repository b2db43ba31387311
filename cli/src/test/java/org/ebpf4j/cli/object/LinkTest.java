package org.ebpf4j.cli.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ebpf4j link`, from files to a file.
class LinkTest {
  @TempDir Path directory;

  private final Path first = TestObjects.file("link_first");
  private final Path second = TestObjects.file("link_second");

  @Test
  void writesOneObject() throws IOException {
    var out = directory.resolve("whole.bpf.o");

    var run = Cli.run("link", out, first, second);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(out + "\n");
    assertThat(ObjectSpec.read(out).programs())
        .extracting(ProgramSpec::name)
        .containsExactly("first", "second", "other");
    assertOnly("whole.bpf.o");
  }

  @Test
  void replacesWhatWasThereEvenAFileThatItReads() throws IOException {
    var out = Files.copy(first, directory.resolve("whole.bpf.o"));

    assertThat(Cli.run("link", out, out, second).status()).isZero();

    assertThat(ObjectSpec.read(out).programs()).hasSize(3);
    assertOnly("whole.bpf.o");
  }

  @Test
  void followsALinkToTheFile() throws IOException {
    var out = Files.copy(first, directory.resolve("whole.bpf.o"));
    var link = Files.createSymbolicLink(directory.resolve("link"), out.getFileName());

    assertThat(Cli.run("link", link, first, second).status()).isZero();

    assertThat(link).isSymbolicLink();
    assertThat(ObjectSpec.read(out).programs()).hasSize(3);
  }

  @Test
  void leavesTheFileAloneWhereLinkingFails() throws IOException {
    var out = Files.writeString(directory.resolve("whole.bpf.o"), "as it was");

    var run = Cli.run("link", out, second, TestObjects.file("link_duplicate"));

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err())
        .contains("'add' is defined by " + second)
        .contains("one of them must be weak or static");
    assertThat(out).hasContent("as it was");
    assertOnly("whole.bpf.o");
  }

  @Test
  void namesAFileThatIsMissing() throws IOException {
    var missing = directory.resolve("missing.o");

    var run = Cli.run("link", directory.resolve("out.o"), first, missing);

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).startsWith("ebpf4j: " + missing + ": no such file\n");
    assertOnly();
  }

  @Test
  void namesADirectoryThatIsMissing() {
    var out = directory.resolve("missing/out.o");

    var run = Cli.run("link", out, first, second);

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).startsWith("ebpf4j: " + out + ": cannot be written: no such directory\n");
  }

  @Test
  void doesNotReplaceWhatIsNoFile() {
    var run = Cli.run("link", directory, first, second);

    assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(run.err()).contains("not a file, and not replaced by one");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void wantsFiles() {
    assertThat(Cli.run("link", directory.resolve("out.o")).status()).isEqualTo(2);
  }

  private void assertOnly(String... names) throws IOException {
    try (var files = Files.list(directory)) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder(names);
    }
  }
}
