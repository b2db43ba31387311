package org.ebpf4j.linux.attach;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Cgroup.Sharing;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.linux.LinuxLink;

/// Another JVM that attaches what has no link: programs at `far0`, on a route by it and, where that
/// is asked for, on a cgroup. It keeps them until it is killed.
record FilterChild(Process process) implements AutoCloseable {
  /// What one attaches.
  enum Work {
    /// A filter that drops what arrives, and a program on a route to 10.20.0.0/16.
    FILTERS,

    /// An XDP program by netlink, and one on the cgroup beside others.
    PROGRAMS,

    /// Both, to stay when the process ends.
    LEFT
  }

  /// Starts one that has filters; when this returns, all is attached.
  static FilterChild start(Netns netns) throws IOException {
    return start(netns, Work.FILTERS, Path.of("/"));
  }

  /// Starts one; when this returns, all is attached.
  static FilterChild start(Netns netns, Work work, Path cgroup) throws IOException {
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
            netns.path(),
            work.name(),
            cgroup.toString()));
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
    var work = Work.valueOf(arguments[1]);
    var links = new ArrayList<LinuxLink>();
    if (work != Work.PROGRAMS) {
      var filters = LoadedObject.of("attach/tc");
      var routes = LoadedObject.of("attach/lwt");
      links.add(filters.program("drop").attach(Tc.ingress("far0").in(netns)));
      links.add(routes.program("xmit").attach(Lwt.on("10.20.0.0/16", "far0").in(netns)));
    }
    if (work != Work.FILTERS) {
      var xdp = LoadedObject.of("attach_xdp");
      var groups = LoadedObject.of("attach_cgroup");
      links.add(xdp.program("drop_port").attach(Xdp.on("far0").byNetlink().in(netns)));
      var egress = new Cgroup(Path.of(arguments[2]), AttachType.CGROUP_INET_EGRESS);
      links.add(groups.program("egress").attach(egress.shared(Sharing.MULTI)));
    }
    if (work == Work.LEFT) {
      links.forEach(LinuxLink::disconnect);
      links.forEach(LinuxLink::close);
    }
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
