package org.ebpf4j.linux.attach;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ebpf4j.attach.Netns;

/// Another JVM that attaches and takes off programs of all sorts: each once, then, when told to,
/// all the time, until it is killed.
///
/// @param programs the ids of the programs that it attaches all the time; none before that
/// @param maps those of its maps
record KilledChild(
    Process process, BufferedReader output, List<Integer> programs, List<Integer> maps)
    implements AutoCloseable {
  /// Starts one; when this returns, it has attached each program once, and holds nothing.
  static KilledChild start(Netns netns, Path cgroup) throws IOException {
    var options = "-Xmx160m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData";
    var command =
        Stream.of(
                Stream.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()),
                Stream.of(options.split(" ")),
                Stream.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    KilledChild.class.getName(),
                    netns.path(),
                    cgroup.toString()))
            .flatMap(s -> s)
            .toList();
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var child = new KilledChild(process, process.inputReader(), List.of(), List.of());
    try {
      child.answer("passed");
      return child;
    } catch (IOException e) {
      child.kill();
      throw e;
    }
  }

  /// Has it attach all the time.
  KilledChild go() throws IOException {
    process.getOutputStream().write('\n');
    process.getOutputStream().flush();
    return new KilledChild(process, output, ids(answer("programs")), ids(answer("maps")));
  }

  private static List<Integer> ids(String text) {
    return Arrays.stream(text.split(",")).map(Integer::valueOf).toList();
  }

  /// What is behind a word at the beginning of a line.
  private String answer(String word) throws IOException {
    var said = new StringBuilder();
    for (var line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(word)) {
        return line.substring(word.length()).strip();
      }
      said.append(line).append('\n');
    }
    throw new IOException("the child said: " + said);
  }

  /// Kills it with `SIGKILL`: what it said before that went wrong.
  String kill() throws IOException {
    process.toHandle().destroyForcibly();
    process.onExit().join();
    return output.readAllAsString();
  }

  @Override
  public void close() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  public static void main(String[] arguments) throws Exception {
    var netns = new Netns(arguments[0]);
    var cgroup = Path.of(arguments[1]);
    try (var hooks = MixedHooks.load(netns, cgroup)) {
      hooks.once();
    }
    System.out.println("passed");
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    if (input.readLine() == null) {
      return;
    }
    var hooks = MixedHooks.load(netns, cgroup);
    System.out.println("programs " + text(hooks.programs()));
    System.out.println("maps " + text(hooks.maps()));
    for (var group : hooks.groups()) {
      Thread.ofPlatform()
          .start(() -> {
            try {
              MixedHooks.always(group);
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
  }

  private static String text(List<Integer> ids) {
    return ids.stream().map(String::valueOf).collect(Collectors.joining(","));
  }
}
