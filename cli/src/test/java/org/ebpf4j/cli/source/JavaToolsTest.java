package org.ebpf4j.cli.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The tools in Java see what happens on this machine.
@KernelTest
@RequiresKernel(value = "6.9", because = "programs in Java are for may_goto without a @Target")
@Requires(Facility.TRACEFS)
class JavaToolsTest {
  /// What is done again and again while a tool runs.
  @FunctionalInterface
  private interface Stimulus {
    void give() throws Exception;
  }

  private static String run(String tool, Stimulus stimulus, String... options) throws Exception {
    var words = new Object[options.length + 4];
    words[0] = "run";
    words[1] = TestObjects.example("java/" + tool);
    words[2] = "--duration";
    words[3] = "1s";
    System.arraycopy(options, 0, words, 4, options.length);
    var giver =
        Thread.startVirtualThread(() -> {
          try {
            while (!Thread.currentThread().isInterrupted()) {
              stimulus.give();
              Thread.sleep(50);
            }
          } catch (Exception _) {
            // The tool has ended.
          }
        });
    try {
      var run = Cli.run(words);
      assertThat(run.status()).as(run.err()).isZero();
      return run.out();
    } finally {
      giver.interrupt();
      giver.join();
    }
  }

  @Test
  void execsAreSeen() throws Exception {
    var out = run("Execs.java", () -> new ProcessBuilder("true").start().waitFor());
    assertThat(out).contains("FILENAME").containsPattern(" true +/\\S*/true");
  }

  @Test
  void readsAndWritesAreMeasured() throws Exception {
    var me = "only_pid=" + ProcessHandle.current().pid();
    var out =
        run(
            "FileLatency.java",
            () -> Files.readString(Path.of("/proc/self/stat")),
            "--maps",
            "latency",
            "--set",
            me);
    assertThat(out).contains("latency:").contains("->");
  }

  @Test
  void connectionsAreSeen() throws Exception {
    try (var server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      var port = server.getLocalPort();
      var out =
          run(
              "TcpConnections.java",
              () -> {
                try (var client = new Socket(server.getInetAddress(), port);
                    var accepted = server.accept()) {
                  assertThat(client.getPort()).isEqualTo(accepted.getLocalPort());
                }
              },
              "--maps",
              "connects",
              "--set",
              "only_port=" + port);
      assertThat(out).containsPattern("\\d+ +1 .* " + port).contains(".dport = " + port);
    }
  }

  @Test
  void filesThatAreOpenedAreSeen() throws Exception {
    var file = Files.createTempFile("ebpf4j-opens", ".txt");
    try {
      var out =
          run(
              "Opens.java",
              () -> Files.readString(file),
              "--set",
              "only_pid=" + ProcessHandle.current().pid());
      assertThat(out).contains(Objects.requireNonNull(file.getFileName()).toString());
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void waitsForCpusAreMeasured() throws Exception {
    var out = run("RunQueue.java", () -> Thread.sleep(1), "--maps", "waits");
    assertThat(out).contains("waits:").contains("->");
  }

  @Test
  void requestsToDisksAreMeasured() throws Exception {
    var file = Files.createTempFile("ebpf4j-disk", ".bin");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var out =
          run(
              "BlockLatency.java",
              () -> {
                channel.write(ByteBuffer.wrap(new byte[4096]), 0);
                channel.force(true);
              },
              "--maps",
              "latency");
      assertThat(out).contains("latency:").contains("->");
    } finally {
      Files.delete(file);
    }
  }
}
