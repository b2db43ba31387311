package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.ebpf4j.cli.Alive;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `ebpf4j export prometheus` from start to end.
@KernelTest
class ExportTest {
  private static final String EXECUTIONS =
      """
      metrics:
        counters:
          - name: executions
            help: Executed programs
            labels: [{name: cpu}]
        programs: [count_exec]
      """;

  @TempDir private Path directory;

  private Path config(String text) throws IOException {
    return Files.writeString(directory.resolve("maps.yaml"), text);
  }

  private record Answer(int status, String type, String body) {}

  private static Answer send(String address, String method) throws IOException {
    var connection = (HttpURLConnection) URI.create(address).toURL().openConnection();
    try {
      connection.setRequestMethod(method);
      var status = connection.getResponseCode();
      var stream = status < 400 ? connection.getInputStream() : connection.getErrorStream();
      var body = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return new Answer(status, connection.getContentType(), body);
    } finally {
      connection.disconnect();
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.8", because = "ENABLE_STATS")
  void servesWhatProgramsCountAndTakesEverythingAway() throws IOException {
    var before = Alive.now();
    try (var session =
        Session.start(
            "export",
            "prometheus",
            config(EXECUTIONS),
            TestObjects.example("sections/maps.bpf.o"),
            "--listen",
            "127.0.0.1:0")) {
      session.await("/metrics");
      var address = session.err().replaceAll("(?s).*serving (http://\\S+).*", "$1");
      Session.shell("/bin/true || true");

      var metrics = send(address, "GET");
      assertThat(metrics.status()).isEqualTo(200);
      assertThat(metrics.type()).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
      assertThat(metrics.body())
          .startsWith("# HELP ebpf4j_executions_total Executed programs\n")
          .containsPattern("ebpf4j_executions_total\\{cpu=\"0\"} [1-9]\\d*\n")
          .containsPattern("ebpf4j_program_runs_total\\{program=\"count_exec\"} [1-9]\\d*\n");

      assertThat(send(address, "HEAD").body()).isEmpty();
      assertThat(send(address, "POST").status()).isEqualTo(405);
      assertThat(send(address.replace("/metrics", "/"), "GET").status()).isEqualTo(404);

      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(before.newcomers()).isEmpty();
    }
  }

  @Test
  void programsOnTheMarkOfEbpfExporterRunOnceAllAreAttached() throws IOException {
    var line =
        Cli.run(
            "export",
            "prometheus",
            config(
                """
                metrics:
                  counters:
                    - name: marks
                      help: Calls of post_attach_mark
                      labels: [{name: slot, size: 4, decoders: [{name: uint}]}]
                """),
            TestObjects.file("export_mark"),
            "--once");

    assertThat(line.err()).isEmpty();
    assertThat(line.out()).contains("ebpf4j_marks_total{slot=\"0\"} 1\n");
  }

  @Test
  void goingOnWithoutAnyProgramIsAFailure() throws IOException {
    var line =
        Cli.run(
            "export",
            "prometheus",
            config(
                """
                metrics:
                  counters:
                    - name: bad_counts
                      help: Nothing
                      labels: [{name: slot, size: 4, decoders: [{name: uint}]}]
                """),
            TestObjects.file("bad_null"),
            "--once",
            "--keep-going");

    assertThat(line.status()).isEqualTo(ExitStatus.REJECTED);
    assertThat(line.err()).startsWith("ebpf4j: ").doesNotContain("not loaded");
    assertThat(line.out()).isEmpty();
  }

  /// Sends a request for a connection, which the program that sees it drops.
  private static void knock(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 50);
    } catch (IOException dropped) {
      assertThat(dropped).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  @RequiresKernel(value = "5.8", because = "ring buffers")
  void spansAloneAreWrittenAsTheyCome() throws IOException {
    var file =
        config(
            """
            tracing:
              spans:
                - name: packet
                  ringbuf: spans
                  labels:
                    - {name: trace_id, size: 16, decoders: [{name: hex}]}
                    - {name: parent_span_id, size: 8, decoders: [{name: hex}]}
                    - {name: span_id, size: 8, decoders: [{name: hex}]}
                    - {name: span_monotonic_timestamp_ns, size: 8, decoders: [{name: uint}]}
                    - {name: span_duration_ns, size: 8, decoders: [{name: uint}]}
                    - {name: function, size: 8, decoders: [{name: hex}]}
                    - {name: name, size: 8, decoders: [{name: string}]}
            """);
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    try (var session =
        Session.start(
            "export",
            "prometheus",
            file,
            TestObjects.file("export"),
            "--attach",
            "socket:listen=127.0.0.1:" + port)) {
      session.await("writing spans to standard output");
      session.await("\"spanId\":\"0000000000000002\"", () -> knock(port));
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
  }

  @Test
  @Requires({Facility.TRACEFS, Facility.BPFFS})
  void goesOnWithoutWhatCannotBeAttached() throws IOException {
    var pins = Path.of("/sys/fs/bpf/ebpf4j-export-" + ProcessHandle.current().pid());
    var file =
        config(
            """
            metrics:
              counters:
                - name: ebpf4j_choice
                  help: Switches
                  labels: [{name: slot, size: 4, decoders: [{name: uint}]}]
            """);
    var line =
        List.of(
            "export",
            "prometheus",
            file,
            TestObjects.file("attach_choice"),
            "--pin-path",
            pins,
            "--once",
            "--duration",
            "300ms");
    Files.createDirectory(pins);
    try {
      var refused = Cli.run(line.toArray());
      assertThat(refused.status()).isEqualTo(ExitStatus.NOT_FOUND);
      assertThat(refused.err()).contains("no tracepoint 'syscalls/sys_enter_nowhere'");

      var going = Cli.run(Stream.concat(line.stream(), Stream.of("--keep-going")).toArray());
      assertThat(going.status()).isZero();
      assertThat(going.err()).contains("not attached: 'gone': no tracepoint");
      assertThat(going.out()).containsPattern("ebpf4j_choice_total\\{slot=\"0\"} [1-9]");

      var without = Cli.run(Stream.concat(line.stream(), Stream.of("--without", "gone")).toArray());
      assertThat(without.status()).isZero();
      assertThat(without.err()).doesNotContain("gone");
      assertThat(without.out()).containsPattern("ebpf4j_choice_total\\{slot=\"0\"} [1-9]");
    } finally {
      Cli.run("unpin", pins);
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  void halfOpenConnectionsStopNeitherScrapesNorTheEnd() throws IOException {
    var before = Alive.now();
    var open = new ArrayList<Socket>();
    // More connections than the process may have descriptors.
    try (var session =
        Session.startAfter(
            "ulimit -n 256; exec \"$@\"",
            "export",
            "prometheus",
            config(EXECUTIONS),
            TestObjects.example("sections/maps.bpf.o"),
            "--listen",
            "127.0.0.1:0")) {
      session.await("/metrics");
      var address = session.err().replaceAll("(?s).*serving (http://\\S+).*", "$1");
      var uri = URI.create(address);
      for (int i = 0; i < 400; i++) {
        var socket = new Socket(uri.getHost(), uri.getPort());
        open.add(socket);
        socket.getOutputStream().write('G');
      }

      assertThat(send(address, "GET").status()).isEqualTo(200);

      session.signal("TERM");
      assertThat(session.finish()).isZero();
      assertThat(before.newcomers()).isEmpty();
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  void printsOnceTheObjectBesideTheFile() throws IOException {
    Files.copy(TestObjects.example("sections/maps.bpf.o"), directory.resolve("maps.bpf.o"));
    var before = Alive.now();

    var run = Cli.run("export", "prometheus", config(EXECUTIONS), "--once", "--duration", "100ms");

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .containsPattern("ebpf4j_executions_total\\{cpu=\"0\"} \\d+\n")
        .contains("# TYPE ebpf4j_program_run_seconds_total counter");
    assertThat(before.newcomers()).isEmpty();
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.8", because = "ENABLE_STATS")
  void servesTheLatencyOfFiles() throws IOException {
    var run =
        Cli.run(
            "export",
            "prometheus",
            TestObjects.example("tools/filelat.yaml"),
            "--once",
            "--duration",
            "1s");

    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .containsPattern(
            "ebpf4j_file_latency_seconds_bucket\\{operation=\"read\",le=\"0.000002\"} \\d+\n")
        .containsPattern(
            "ebpf4j_file_latency_seconds_bucket\\{operation=\"read\",le=\"\\+Inf\"} [1-9]\\d*\n")
        .containsPattern("ebpf4j_program_runs_total\\{program=\"exit_read\"} [1-9]\\d*\n")
        .contains("ebpf4j_map_max_entries{map=\"starts\"} 10240\n");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void setsVariables() throws IOException {
    var run =
        Cli.run(
            "export",
            "prometheus",
            TestObjects.example("tools/filelat.yaml"),
            "--set",
            "only_pid=5000000",
            "--once",
            "--duration",
            "100ms");
    assertThat(run.err()).isEmpty();
    assertThat(run.out())
        .contains("ebpf4j_map_max_entries{map=\"starts\"} 10240\n")
        .doesNotContainPattern("_count\\{operation=\"(read|write)\"} [1-9]");

    var wrong =
        Cli.run(
            "export", "prometheus", TestObjects.example("tools/filelat.yaml"), "--set", "pid=1");
    assertThat(wrong.status()).isEqualTo(3);
    assertThat(wrong.err()).contains("no variable 'pid'").contains("only_pid");
  }

  @Test
  @Requires(Facility.TRACEFS)
  void servesConnectionsByAddress() throws IOException {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var session =
            Session.start(
                "export",
                "prometheus",
                TestObjects.example("tools/tcpconn.yaml"),
                "--listen",
                "127.0.0.1:0",
                "--duration",
                "100s")) {
      session.await("/metrics");
      for (int i = 0; i < 3; i++) {
        new Socket(server.getInetAddress(), server.getLocalPort()).close();
        server.accept().close();
      }
      var address = session.err().replaceAll("(?s).*serving (http://\\S+).*", "$1");

      assertThat(send(address, "GET").body())
          .contains(
              "ebpf4j_tcp_connects_total{address=\"127.0.0.1\",port=\""
                  + server.getLocalPort()
                  + "\"} 3\n");
      session.signal("TERM");
      assertThat(session.finish()).isZero();
    }
  }

  @Test
  void attachesWhereItIsToldTo() throws IOException {
    Files.copy(TestObjects.file("metrics"), directory.resolve("other.bpf.o"));
    var config =
        config(
            """
            object: other.bpf.o
            metrics:
              maps: true
            """);

    var run =
        Cli.run("export", "prometheus", config, "--once", "--attach", "socket:listen=127.0.0.1:0");

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).contains("ebpf4j_map_entries{map=\"requests\"} 0\n");
    var nowhere = Cli.run("export", "prometheus", config, "--once");
    assertThat(nowhere.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(nowhere.err())
        .contains("program 'count' (section socket) does not say where it is attached");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    var object = TestObjects.example("sections/maps.bpf.o");
    var typo = config("metrics:\n  counter: []\n");

    var key = Cli.run("export", "prometheus", typo, object, "--once");
    assertThat(key.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(key.err())
        .isEqualTo(
            "ebpf4j: "
                + typo
                + ", line 2: no key 'counter'; near it: counters, gauges, histograms, maps,"
                + " programs\n  try: counters\n");

    var map =
        Cli.run("export", "prometheus", config("metrics:\n  maps: [exec]\n"), object, "--once");
    assertThat(map.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(map.err()).contains("no map 'exec'; near it: ").contains("executions");

    var listen = Cli.run("export", "prometheus", typo, object, "--listen", "here:there");
    assertThat(listen.status()).isEqualTo(2);
    assertThat(listen.err()).contains("--listen: ");

    var help = Cli.run("export");
    assertThat(help.status()).isZero();
    assertThat(help.out()).contains("export prometheus");
  }
}
