package org.ebpf4j.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/// A real Maven, which finds the plugin of this build in a local repository that is made for it:
/// what else is needed is linked from that of the user, in which nothing of ebpf4j is put.
final class Maven implements AutoCloseable {
  private static final String VERSION = "0.1.0-SNAPSHOT";

  /// What the plugin needs, in a reactor as folders of classes or as jars.
  private static final Map<String, String> ARTIFACTS =
      Map.of(
          "ebpf4j-core", "org.ebpf4j.object.ObjectSpec",
          "ebpf4j-linux", "org.ebpf4j.linux.LinuxKernel",
          "ebpf4j-verifier", "org.ebpf4j.verifier.Verifier",
          "ebpf4j-vm", "org.ebpf4j.vm.VirtualKernel");

  private final Path repository;
  private final List<Path> links = new ArrayList<>();

  /// What a run came to.
  record Run(int status, String output) {}

  /// @param folder an empty one, for the repository
  Maven(Path folder) throws IOException {
    assumeTrue(
        Maven.class.getResource("/META-INF/maven/plugin.xml") != null,
        "the plugin's description is made by Maven alone");
    repository = folder;
    var user = System.getProperty("ebpf4j.repository");
    assumeTrue(user != null && Files.isDirectory(Path.of(user)), "no local repository");
    link(Path.of(user), repository, "org");
    link(Path.of(user, "org"), repository.resolve("org"), "ebpf4j");
    for (var artifact : ARTIFACTS.entrySet()) {
      var name = artifact.getKey();
      var needed = name.equals("ebpf4j-core") ? Set.<String>of() : Set.of("ebpf4j-core");
      install(name, origin(artifact.getValue()), "jar", needed);
    }
    install(
        "ebpf4j-maven-plugin",
        origin("org.ebpf4j.maven.work.Worker"),
        "maven-plugin",
        ARTIFACTS.keySet());
  }

  /// Links to all that is in a folder but one.
  private void link(Path from, Path to, String without) throws IOException {
    Files.createDirectories(to);
    try (var entries = Files.list(from)) {
      for (var entry : entries.toList()) {
        var name = entry.getFileName().toString();
        if (!name.equals(without)) {
          links.add(Files.createSymbolicLink(to.resolve(name), entry));
        }
      }
    }
  }

  private static Path origin(String type) {
    try {
      var source = Class.forName(type).getProtectionDomain().getCodeSource();
      return Path.of(source.getLocation().toURI());
    } catch (ClassNotFoundException | URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String coordinates(String artifact) {
    return "<groupId>org.ebpf4j</groupId><artifactId>"
        + artifact
        + "</artifactId><version>"
        + VERSION
        + "</version>";
  }

  private void install(String artifact, Path classes, String packaging, Set<String> needed)
      throws IOException {
    var folder = repository.resolve("org/ebpf4j/" + artifact + "/" + VERSION);
    Files.createDirectories(folder);
    var name = artifact + "-" + VERSION;
    var dependencies =
        needed.stream()
            .map(each -> "<dependency>" + coordinates(each) + "</dependency>")
            .collect(Collectors.joining());
    Files.writeString(
        folder.resolve(name + ".pom"),
        "<project><modelVersion>4.0.0</modelVersion>"
            + coordinates(artifact)
            + "<packaging>"
            + packaging
            + "</packaging><dependencies>"
            + dependencies
            + "</dependencies></project>");
    var jar = folder.resolve(name + ".jar");
    if (Files.isRegularFile(classes)) {
      Files.copy(classes, jar);
      return;
    }
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(classes)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(
            new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
        Files.copy(file, (OutputStream) out);
        out.closeEntry();
      }
    }
  }

  /// The jars of the library, as a class path.
  String classPath() throws IOException {
    try (var files = Files.walk(repository.resolve("org/ebpf4j"))) {
      return String.join(
          File.pathSeparator, files.map(Path::toString).filter(f -> f.endsWith(".jar")).toList());
    }
  }

  /// Runs Maven in a project, on the JDK of this test. Plugins of Maven that the user's repository
  /// lacks are downloaded.
  Run run(Path project, String... words) throws IOException, InterruptedException {
    var home = System.getProperty("ebpf4j.maven");
    var program = Path.of(home == null ? "/usr/share/maven" : home, "bin/mvn");
    assumeTrue(Files.isExecutable(program), "no Maven");
    var command =
        new ArrayList<>(
            List.of(program.toString(), "-B", "-ntp", "-e", "-Dmaven.repo.local=" + repository));
    command.addAll(List.of(words));
    return start(project, command);
  }

  /// Runs a program of Java.
  static Run java(Path folder, String... words) throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(words));
    command.addFirst(Path.of(System.getProperty("java.home"), "bin/java").toString());
    return start(folder, command);
  }

  private static Run start(Path folder, List<String> command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("MAVEN_OPTS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx256m");
    builder.environment().remove("CLANG");
    var process = builder.start();
    try (var output = process.inputReader()) {
      var text = output.readAllAsString();
      assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
      return new Run(process.exitValue(), text);
    } finally {
      process.destroyForcibly();
    }
  }

  /// Takes the links to the user's repository away, before the folder is deleted.
  @Override
  public void close() throws IOException {
    for (var link : links) {
      Files.delete(link);
    }
  }
}
