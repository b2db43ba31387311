package org.ebpf4j.maven;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import javax.inject.Inject;
import org.apache.maven.artifact.Artifact;
import org.apache.maven.execution.MavenSession;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Parameter;
import org.apache.maven.project.MavenProject;
import org.apache.maven.toolchain.Toolchain;
import org.apache.maven.toolchain.ToolchainManager;

/// What the goals have in common: their parameters, and the JVM in which they do their work. It
/// runs on any JDK that Maven runs on, so it knows nothing of the library.
abstract class EbpfMojo extends AbstractMojo {
  private static final String WORKER = "org.ebpf4j.maven.work.Worker";

  @Parameter(defaultValue = "${project}", readonly = true, required = true)
  MavenProject project;

  @Parameter(defaultValue = "${session}", readonly = true, required = true)
  private MavenSession session;

  @Parameter(defaultValue = "${plugin.artifacts}", readonly = true, required = true)
  private List<Artifact> pluginArtifacts;

  @Inject private ToolchainManager toolchains;

  /// The folder of `*.bpf.c`, and of `*.bpf.o` that were compiled before. Folders in it are
  /// packages.
  @Parameter(property = "ebpf4j.sources", defaultValue = "${project.basedir}/src/main/bpf")
  private File sourceDirectory;

  /// The folder of the classes that are generated. Nothing else may be in it.
  @Parameter(defaultValue = "${project.build.directory}/generated-sources/ebpf4j")
  File generatedDirectory;

  @Parameter(defaultValue = "${project.build.outputDirectory}", readonly = true)
  private File outputDirectory;

  @Parameter(defaultValue = "${project.build.directory}/ebpf4j", readonly = true)
  private File stateDirectory;

  /// The package of the classes of objects that lie in the folder of sources itself, not in a
  /// folder of it.
  @Parameter(property = "ebpf4j.packageName", defaultValue = "${project.groupId}")
  private String packageName;

  /// The compiler, as a path or a name. Without it: `CLANG` of the environment, `clang`, or the
  /// newest `clang-N`.
  @Parameter(property = "ebpf4j.clang")
  private String clang;

  /// More options of the compiler, such as `-DMAX_ENTRIES=64`.
  @Parameter private List<String> options = new ArrayList<>();

  /// Whether C is compiled: `auto` where there is a clang, and else committed objects are taken;
  /// `always`; `never`.
  @Parameter(property = "ebpf4j.compile", defaultValue = "auto")
  private String compile;

  /// The kernels that programs are checked for: `host` is that of this machine, where it lets the
  /// user load programs; others are versions, such as `6.1`, or `6.1=FILE` with a file of the types
  /// of that kernel.
  @Parameter(property = "ebpf4j.kernels")
  List<String> kernels = new ArrayList<>();

  /// The structs that the events of ring and perf buffers are, where objects do not say it, by
  /// object and map: `<hello.events>event</hello.events>`.
  @Parameter private Map<String, String> events = new TreeMap<>();

  /// Structs, unions and enums that get a Java type although no map, variable or event has it.
  @Parameter private List<String> types = new ArrayList<>();

  /// The home of the JDK, 25 or newer, that the work is done with. Without it: the toolchain of the
  /// build, Maven's own, `JAVA_HOME`, one of those that are installed.
  @Parameter(property = "ebpf4j.jdk")
  private String jdk;

  /// Leaves out the goal.
  @Parameter(property = "ebpf4j.skip", defaultValue = "false")
  private boolean skip;

  /// The name of the goal, as the worker knows it.
  abstract String goal();

  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (skip || !sourceDirectory.isDirectory()) {
      getLog().debug(skip ? "left out" : sourceDirectory + " is not there");
      return;
    }
    try {
      Path directory = stateDirectory.toPath();
      Path request = directory.resolve(goal() + ".request");
      Path done = directory.resolve(goal() + ".done");
      Files.createDirectories(directory);
      Properties properties = properties();
      // What else it depends on: this plugin, and where a compiler may be.
      Properties seen = new Properties();
      seen.putAll(properties);
      seen.setProperty("plugin", Files.getLastModifiedTime(own()).toString());
      seen.setProperty("kernel", System.getProperty("os.version"));
      seen.setProperty("PATH", System.getenv().getOrDefault("PATH", ""));
      seen.setProperty("CLANG", System.getenv().getOrDefault("CLANG", ""));
      String before = Seen.of(seen, watched());
      if (Files.exists(done) && Files.readString(done).equals(before)) {
        getLog().debug("nothing changed");
        return;
      }
      Files.deleteIfExists(done);
      try (var writer = Files.newBufferedWriter(request)) {
        properties.store(writer, null);
      }
      run(request);
      Files.writeString(done, Seen.of(seen, watched()));
    } catch (IOException e) {
      throw new MojoExecutionException("ebpf4j:" + goal() + ": " + e, e);
    }
  }

  /// The folders that the goal reads and writes; what others write into them later is no change.
  private List<Path> watched() {
    List<Path> folders = new ArrayList<>();
    folders.add(sourceDirectory.toPath());
    folders.add(outputDirectory.toPath());
    if (goal().equals("compile")) {
      folders.add(objects());
    }
    if (goal().equals("generate")) {
      folders.add(generatedDirectory.toPath());
    }
    return folders;
  }

  private Path objects() {
    return new File(stateDirectory, "objects").toPath();
  }

  private Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("sources", sourceDirectory.getPath());
    properties.setProperty("classes", outputDirectory.getPath());
    properties.setProperty("generated", generatedDirectory.getPath());
    properties.setProperty("state", objects().toString());
    properties.setProperty("package", packageName == null ? "" : packageName);
    properties.setProperty("clang", clang == null ? "" : clang);
    properties.setProperty("compile", compile);
    list(properties, "option", options);
    list(properties, "kernel", kernels);
    list(properties, "type", types);
    events.forEach((name, struct) -> properties.setProperty("event." + name, struct));
    return properties;
  }

  private static void list(Properties properties, String name, List<String> values) {
    for (int i = 0; i < values.size(); i++) {
      properties.setProperty(name + "." + i, values.get(i));
    }
  }

  private void run(Path request) throws IOException, MojoExecutionException, MojoFailureException {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-cp");
    command.add(classPath());
    command.add(WORKER);
    command.add(goal());
    command.add(request.toString());
    Path failure = request.resolveSibling(goal() + ".failure");
    Process process =
        new ProcessBuilder(command)
            .directory(project.getBasedir())
            .redirectError(failure.toFile())
            .start();
    try (BufferedReader out =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      process.getOutputStream().close();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        tell(line);
      }
      if (process.waitFor() != 0) {
        throw new MojoFailureException(Files.readString(failure).strip());
      }
      Files.deleteIfExists(failure);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MojoExecutionException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private void tell(String line) {
    if (line.startsWith("W ")) {
      getLog().warn(line.substring(2));
    } else {
      getLog().info(line.startsWith("I ") ? line.substring(2) : line);
    }
  }

  private Path java() throws MojoFailureException {
    List<String> homes = new ArrayList<>();
    homes.add(jdk);
    Toolchain toolchain = toolchains.getToolchainFromBuildContext("jdk", session);
    String tool = toolchain == null ? null : toolchain.findTool("java");
    if (tool != null) {
      homes.add(Path.of(tool).getParent().getParent().toString());
    }
    homes.add(System.getProperty("java.home"));
    homes.add(System.getenv("JAVA_HOME"));
    homes.addAll(Jdk.installed());
    Path java = Jdk.find(homes);
    if (java == null) {
      throw new MojoFailureException(
          "ebpf4j needs a JDK of version "
              + Jdk.OLDEST
              + " or newer, and Maven runs on "
              + System.getProperty("java.version")
              + "\n  try: JAVA_HOME of such a JDK, or -Debpf4j.jdk=HOME");
    }
    return java;
  }

  /// The plugin itself.
  private static Path own() {
    try {
      return Path.of(EbpfMojo.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The plugin and what it needs, but for what is Maven's.
  private String classPath() {
    Set<String> files = new LinkedHashSet<>();
    files.add(own().toString());
    for (Artifact artifact : pluginArtifacts) {
      if (artifact.getFile() != null) {
        files.add(artifact.getFile().getPath());
      }
    }
    return String.join(File.pathSeparator, files);
  }
}
