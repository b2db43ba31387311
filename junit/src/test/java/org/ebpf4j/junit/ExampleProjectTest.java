package org.ebpf4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The project that users copy (`examples/junit`) is compiled, and its tests are run, with what is
/// built here.
class ExampleProjectTest {
  private static final Path PROJECT = TestObjects.example("junit");
  private static final Path TEST =
      PROJECT.resolve("src/test/java/org/example/filter/FilterTest.java");

  /// Compiles the tests of the project by the compiler of this JDK.
  private static void compile(Path out) throws IOException, InterruptedException {
    var compiler = Path.of(System.getProperty("java.home"), "bin", "javac");
    Assumptions.assumeTrue(Files.exists(compiler), "the JVM comes without a compiler");
    var process =
        new ProcessBuilder(
                compiler.toString(),
                "-d",
                out.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                TEST.toString())
            .redirectErrorStream(true)
            .start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void testsOfTheProjectPass(@TempDir Path out) throws Exception {
    compile(out);
    var urls =
        new URL[] {out.toUri().toURL(), PROJECT.resolve("src/test/resources").toUri().toURL()};
    try (var loader = new URLClassLoader(urls, getClass().getClassLoader())) {
      var coverage = out.resolve("coverage");
      var runs =
          Runs.of(
              loader.loadClass("org.example.filter.FilterTest"),
              Map.of(
                  "ebpf4j.linux", "skip",
                  "ebpf4j.coverage", coverage.toString(),
                  "ebpf4j.coverage.sources",
                      PROJECT.resolve("src/test/resources/org/example/filter").toString()));
      assertThat(runs.lines().stream().filter(line -> line.startsWith("[virtual] ")))
          .as(runs.toString())
          .hasSize(4)
          .allMatch(line -> line.endsWith(": SUCCESSFUL"));
      assertThat(runs.lines().stream().filter(line -> line.startsWith("[linux] ")))
          .as(runs.toString())
          .hasSize(4)
          .noneMatch(line -> line.endsWith(": FAILED"));
      // What docs/testing.md shows.
      assertThat(Files.readString(coverage.resolve("coverage.txt")))
          .contains("filter filter", "./filter.bpf.c: lines ");
    }
  }

  @Test
  void documentationShowsTheTest() throws IOException {
    var text = Files.readString(PROJECT.resolve("../../docs/testing.md"));
    assertThat(text).contains("```java\n" + Files.readString(TEST) + "```");
    var tools =
        Files.readString(
            PROJECT.resolve("../../junit/src/test/java/org/ebpf4j/junit/ExampleToolsTest.java"));
    var start = text.indexOf("```java\nhooks.fire(") + "```java\n".length();
    assertThat(tools.replaceAll("\\s+", " "))
        .contains(
            text.substring(start, text.indexOf("```", start)).strip().replaceAll("\\s+", " "));
  }

  @Test
  void pomHasTheVersionOfThisBuild() throws IOException {
    var own = Files.readString(PROJECT.resolve("../../pom.xml"));
    var start = own.indexOf("<version>");
    var version = own.substring(start, own.indexOf("</version>", start));
    assertThat(Files.readString(PROJECT.resolve("pom.xml"))).contains(version + "</version>");
    var junit = own.substring(own.indexOf("<junit.version>") + "<junit.version>".length());
    assertThat(Files.readString(PROJECT.resolve("pom.xml")))
        .contains("<version>" + junit.substring(0, junit.indexOf('<')) + "</version>");
  }
}
