package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A project that depends on ebpf4j (`examples/consumer`) is compiled and run with the artifacts of
/// this build and nothing else, as a module and on the class path.
class ConsumerTest {
  private static final Path PROJECT = TestObjects.example("consumer");
  private static final String HELLO = TestObjects.example("hello/hello.bpf.o").toString();

  /// The jars; directories of classes where the build stops before it packages.
  private static final List<Path> ARTIFACTS =
      List.of(origin(ObjectSpec.class), origin(LinuxKernel.class));

  @TempDir Path out;

  private static Path origin(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String path(Path... more) {
    return String.join(
        File.pathSeparator,
        Stream.concat(ARTIFACTS.stream(), Stream.of(more)).map(Path::toString).toList());
  }

  private void compile(boolean modular, String... options)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(options));
    // A try statement that only holds its resources is what the README shows.
    command.addAll(List.of("-d", out.toString(), "-Xlint:all,-try", "-Werror"));
    try (var files = Files.walk(PROJECT.resolve("src/main/java"))) {
      files
          .map(Path::toString)
          .filter(f -> f.endsWith(".java") && (modular || !f.endsWith("module-info.java")))
          .forEach(command::add);
    }
    assertThat(output("javac", command)).isEmpty();
  }

  private static String run(String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-Xmx64m"));
    command.addAll(List.of(arguments));
    return output("java", command);
  }

  /// What a command of the JDK that this runs on says.
  private static String output(String name, List<String> arguments)
      throws IOException, InterruptedException {
    var file = Path.of(System.getProperty("java.home"), "bin", name);
    assumeTrue(Files.isExecutable(file), "the JVM comes without " + name);
    var command = new ArrayList<>(arguments);
    command.addFirst(file.toString());
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (var output = process.inputReader()) {
      var text = output.readAllAsString();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void compilesAndRunsAsModule() throws IOException, InterruptedException {
    for (var artifact : ARTIFACTS) {
      assumeTrue(
          Files.isRegularFile(artifact) || Files.exists(artifact.resolve("module-info.class")),
          artifact + " is no module");
    }
    compile(true, "--module-path", path());
    assertThat(
            run(
                "--module-path",
                path(out),
                "--module",
                "org.example.consumer/org.example.consumer.Programs",
                HELLO))
        .isEqualTo("hello: tracepoint/syscalls/sys_enter_execve\n");
  }

  @Test
  void compilesAndRunsOnClassPath() throws IOException, InterruptedException {
    compile(false, "--class-path", path());
    assertThat(run("--class-path", path(out), "org.example.consumer.Programs", HELLO))
        .isEqualTo("hello: tracepoint/syscalls/sys_enter_execve\n");
  }

  @Test
  void isShownInReadme() throws IOException {
    var readme = Files.readString(PROJECT.resolve("../../README.md"));
    var source = PROJECT.resolve("src/main/java/org/example/consumer/Hello.java");
    assertThat(readme).contains("```java\n" + Files.readString(source) + "```");
  }

  /// The poms that have no parent say the version once more.
  @Test
  void everyPomHasTheSameVersion() throws IOException {
    var root = PROJECT.resolve("../..");
    for (var pom :
        List.of(
            "pom.xml",
            "bom/pom.xml",
            "cli/pom.xml",
            "examples/consumer/pom.xml",
            "examples/maven/pom.xml")) {
      assertThat(Files.readString(root.resolve(pom)))
          .as(pom)
          .contains("<version>" + version(root) + "</version>");
    }
    assertThat(readme(root)).contains("ebpf4j-linux:" + version(root));
  }

  private static String readme(Path root) throws IOException {
    return Files.readString(root.resolve("README.md"));
  }

  private static String version(Path root) throws IOException {
    var pom = Files.readString(root.resolve("pom.xml"));
    var start = pom.indexOf("<version>") + "<version>".length();
    return pom.substring(start, pom.indexOf("</version>", start));
  }
}
