package org.ebpf4j.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The plugin in a project of a user (`examples/maven`), run by a real Maven.
class MavenPluginTest {
  private static final Path PROJECT = TestObjects.example("maven");

  @TempDir Path folder;

  private Path copy() throws IOException {
    var to = folder.resolve("project");
    try (var files = Files.walk(PROJECT)) {
      for (var file : files.filter(f -> !f.startsWith(PROJECT.resolve("target"))).toList()) {
        var target = to.resolve(PROJECT.relativize(file));
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }

  /// One test, as each start of Maven takes seconds: a build, one in which nothing changed, one
  /// whose program is broken.
  @Test
  void aProjectIsBuiltAndBuiltAgain() throws Exception {
    try (var maven = new Maven(Files.createDirectory(folder.resolve("repository")))) {
      build(maven, copy());
    }
  }

  private static void build(Maven maven, Path project) throws IOException, InterruptedException {
    var first = maven.run(project, "test", "-Debpf4j.kernels=host");
    assertThat(first.status()).as(first.output()).isZero();
    var object = project.resolve("target/classes/org/example/calls.bpf.o");
    assertThat(object).exists();
    assertThat(project.resolve("target/generated-sources/ebpf4j/org/example/Calls.java")).exists();
    assertThat(project.resolve("target/classes/org/example/Main.class")).exists();
    assertThat(first.output())
        .contains("the virtual kernel loads 1 program")
        .containsPattern("this kernel accepts 1 program|the programs are not checked");

    var run =
        Maven.java(
            project,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            maven.classPath() + ":target/classes",
            "org.example.Main",
            "--virtual");
    assertThat(run.status()).as(run.output()).isZero();
    assertThat(run.output()).containsPattern("^\\d+ .* 3\n$");

    var before = Files.getLastModifiedTime(object);
    var second = maven.run(project, "-X", "process-classes", "-Debpf4j.kernels=host");
    assertThat(second.status()).as(second.output()).isZero();
    assertThat(second.output()).contains("nothing changed").doesNotContain("compiles ");
    assertThat(Files.getLastModifiedTime(object)).isEqualTo(before);

    var broken = project.resolve("src/main/bpf/calls.bpf.c");
    Files.writeString(broken, Files.readString(broken).replace("return 0;\n}", "return 0\n}"));
    var third = maven.run(project, "process-classes", "-Debpf4j.compile=always");
    assertThat(third.status()).isNotZero();
    assertThat(third.output())
        .containsPattern(
            "calls\\.bpf\\.c:\\d+:\\d+: error: expected ';'|is not compiled: there is no clang");
  }
}
