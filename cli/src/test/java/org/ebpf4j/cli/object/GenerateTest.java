package org.ebpf4j.cli.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.generate.ClassOptions;
import org.ebpf4j.generate.TypedClass;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The class that `generate` prints or writes is that of the library.
class GenerateTest {
  private static final Path EXECS = TestObjects.example("tools/execs.bpf.o");

  @TempDir Path directory;

  private static String text(String packageName) {
    return TypedClass.of(ObjectSpec.read(EXECS), ClassOptions.of(packageName, "execs.bpf.o"))
        .text();
  }

  @Test
  void printsTheClass() {
    var run = Cli.run("generate", EXECS);

    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(text(""));
    assertThat(run.err()).isEmpty();
  }

  @Test
  void writesTheClassAndTheObjectBesideIt() throws IOException {
    var out = directory.resolve("new/java");
    var run = Cli.run("generate", EXECS, "--package", "org.example", "--out", out);

    assertThat(run.status()).as(run.err()).isZero();
    var source = out.resolve("org/example/Execs.java");
    var object = out.resolve("org/example/execs.bpf.o");
    assertThat(run.out()).isEqualTo(source + "\n" + object + "\n");
    assertThat(source).hasContent(text("org.example"));
    assertThat(object).hasSameBinaryContentAs(EXECS);

    // Once more, of the copy that it reads.
    assertThat(Cli.run("generate", object, "--package", "org.example", "--out", out).status())
        .isZero();
    assertThat(object).hasSameBinaryContentAs(EXECS);
  }

  @Test
  void resourcesHaveAFolderOfTheirOwn() throws IOException {
    var run =
        Cli.run(
            "generate",
            EXECS,
            "--package",
            "a.b",
            "--class",
            "Started",
            "--out",
            directory.resolve("java"),
            "--resources",
            directory.resolve("resources"));

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(Files.readString(directory.resolve("java/a/b/Started.java")))
        .contains("public final class Started extends TypedObject {");
    assertThat(directory.resolve("resources/a/b/execs.bpf.o")).exists();
    assertThat(directory.resolve("java/a/b/execs.bpf.o")).doesNotExist();
  }

  @Test
  void eventsAndMoreTypesCanBeSaid() {
    var file = TestObjects.file("ring_events");
    var run = Cli.run("generate", TestObjects.file("codecs"), "--also", "parts", "--class", "C");
    assertThat(run.out()).contains("public record Parts(").contains("public record Point(");

    assertThat(Cli.run("generate", file, "--event", "nothing").err())
        .contains("--event wants MAP=STRUCT, not 'nothing'");
    var missing = Cli.run("generate", file, "--event", "no_map=event");
    assertThat(missing.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(missing.err()).contains("no map 'no_map'");
    var type = Cli.run("generate", TestObjects.file("codecs"), "--also", "prts");
    assertThat(type.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(type.err()).contains("no type 'prts'").contains("parts");
  }

  @Test
  void whatJavaDoesNotTakeIsWrongUsage() {
    var run = Cli.run("generate", EXECS, "--package", "org.class");
    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("'org.class' is no name of a package in Java");

    var alone = Cli.run("generate", EXECS, "--resources", directory);
    assertThat(alone.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(alone.err()).contains("--resources goes with --out");
  }

  @Test
  void aFileThatIsMissingIsNamed() {
    var run = Cli.run("generate", directory.resolve("nothing.bpf.o"));
    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("nothing.bpf.o");
  }

  @Test
  void whatIsNoFolderIsNotWrittenInto() throws IOException {
    var file = Files.writeString(directory.resolve("file"), "");
    var run = Cli.run("generate", EXECS, "--out", file);
    assertThat(run.status()).isNotZero();
    assertThat(run.err()).contains("file").doesNotContain("Exception");
  }
}
