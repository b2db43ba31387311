package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Session;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `ebpf4j run` on a cgroup, and on the map of sockets that a program of it fills.
@KernelTest
@Requires({Facility.CGROUP2, Facility.TRACEFS})
class CgroupRunTest {
  private Path cgroup = Path.of("/nowhere");

  @BeforeEach
  void makeCgroup() throws IOException {
    var mount =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(l -> l.contains(" - cgroup2 "))
            .map(l -> l.split(" ")[4])
            .findFirst()
            .orElseThrow();
    cgroup = Files.createDirectory(Path.of(mount, "ebpf4j-cli-" + ProcessHandle.current().pid()));
  }

  @AfterEach
  void removeCgroup() throws IOException {
    Files.deleteIfExists(cgroup);
  }

  /// Runs a script as a process of the cgroup.
  private void inCgroup(String script) {
    Session.shell("bash -c 'echo 0 > " + cgroup + "/cgroup.procs; " + script + "'");
  }

  @Test
  void attachesEachProgramToItsHook() throws IOException {
    var before = Alive.now();
    try (var session =
        Session.start(
            "run", TestObjects.example("sections/cgroup.bpf.o"), "--attach", "cgroup:" + cgroup)) {
      session.await("device_used: cgroup_device, fd ");
      session.await("device 1:3", () -> inCgroup("cat /dev/null"));
      session.await("socket of family 2", () -> inCgroup("echo hi > /dev/udp/127.0.0.1/9"));
      session.await("sent ", () -> inCgroup("echo hi > /dev/udp/127.0.0.1/9"));
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(before.newcomers()).isEmpty();
    }
  }

  @Test
  void followsTheConnectionsOfACgroup() throws IOException {
    try (var server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
        var session =
            Session.start(
                "run",
                TestObjects.example("sections/sockops.bpf.o"),
                "--attach",
                "cgroup:" + cgroup,
                "--attach",
                "sockmap:connections")) {
      var answering = Thread.ofVirtual().start(() -> answer(server));
      session.await("receiving: sk_skb, fd ");
      Runnable talk =
          () ->
              inCgroup(
                  "exec 3<>/dev/tcp/127.0.0.1/"
                      + server.getLocalPort()
                      + "; echo hello >&3; read -t 5 line <&3");
      session.await("connected, local port ", talk);
      session.await("sending 6 bytes", talk);
      session.await("receiving ", talk);
      session.signal("TERM");
      assertThat(session.finish()).isZero();
      answering.interrupt();
    }
  }

  private static void answer(ServerSocket server) {
    while (!server.isClosed()) {
      try (var connection = server.accept()) {
        var line = connection.getInputStream().readNBytes(6);
        connection.getOutputStream().write("answer\n".getBytes(StandardCharsets.US_ASCII));
        connection.getOutputStream().flush();
        // Until the other side has read it.
        if (line.length == 6) {
          connection.getInputStream().readAllBytes();
        }
      } catch (IOException _) {
        // The connection was broken off, or the server closed: the loop sees which.
      }
    }
  }
}
