package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;

/// Another JVM that attaches what has no link: a filter that drops what arrives at `far0`, and one
/// on a route by it. It keeps them until it is killed.
record FilterChild(Process process) implements AutoCloseable {
  /// Starts one; when this returns, all is attached.
  static FilterChild start(Netns netns) throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            FilterChild.class.getName(),
            netns.path()));
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    var reader = process.inputReader();
    var said = new StringBuilder();
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.equals("attached")) {
        return new FilterChild(process);
      }
      said.append(line).append('\n');
    }
    throw new IOException("the child said: " + said);
  }

  public static void main(String[] arguments) throws IOException {
    var netns = new Netns(arguments[0]);
    var filters = LoadedObject.of("attach/tc");
    var routes = LoadedObject.of("attach/lwt");
    filters.program("drop").attach(Tc.ingress("far0").in(netns));
    routes.program("xmit").attach(Lwt.on("10.20.0.0/16", "far0").in(netns));
    System.out.println("attached");
    System.in.read();
  }

  /// Kills it with `SIGKILL`, and waits until it is dead.
  void kill() {
    process.toHandle().destroyForcibly();
    process.onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
