package org.ebpf4j.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
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

  private static JavaCompiler compiler() {
    var compiler = Optional.ofNullable(ToolProvider.getSystemJavaCompiler());
    Assumptions.assumeTrue(compiler.isPresent(), "the JVM comes without a compiler");
    return compiler.orElseThrow();
  }

  @Test
  void testsOfTheProjectPass(@TempDir Path out) throws IOException, ClassNotFoundException {
    var compiler = compiler();
    try (var files = compiler.getStandardFileManager(null, null, null)) {
      var said = new StringWriter();
      var options =
          List.of("-d", out.toString(), "-cp", System.getProperty("java.class.path"), "-proc:none");
      var task = compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(TEST));
      assertThat(task.call()).as(said.toString()).isTrue();
    }
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
