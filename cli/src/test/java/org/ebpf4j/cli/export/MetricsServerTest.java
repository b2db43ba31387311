package org.ebpf4j.cli.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What others may do to the server of metrics. That something does not end shows by the time limit
/// of the test.
@Timeout(60)
class MetricsServerTest {
  private static final Duration LONG = Duration.ofSeconds(50);
  private static final Duration SHORT = Duration.ofMillis(100);

  private final List<String> errors = new CopyOnWriteArrayList<>();

  private static ServerLimits limits(int connections, Duration request, Duration scrape, int n) {
    return new ServerLimits(connections, request, LONG, scrape, LONG, n);
  }

  private MetricsServer start(ServerLimits limits, Callable<String> text) {
    return MetricsServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), limits, text, errors::add);
  }

  private static Socket connect(MetricsServer server) throws IOException {
    return new Socket(server.address().getAddress(), server.address().getPort());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /// All that comes until the server closes.
  private static String rest(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private static String ask(MetricsServer server, String request) throws IOException {
    try (var socket = connect(server)) {
      send(socket, request);
      return rest(socket);
    }
  }

  private static String scrape(MetricsServer server) throws IOException {
    return ask(server, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  /// Waits until the server has closed a connection.
  private static void awaitEnd(Socket socket) {
    try {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    } catch (IOException e) {
      // A reset is an end, too.
      assertThat(e).hasMessageContaining("reset");
    }
  }

  @Test
  void answersWithHeadAndBody() throws IOException {
    try (var server = start(ServerLimits.DEFAULT, () -> "a 1 ü\n")) {
      assertThat(scrape(server))
          .startsWith("HTTP/1.1 200 OK\r\nDate: ")
          .contains("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n")
          .contains("\r\nContent-Length: 7\r\n")
          .endsWith("\r\nConnection: close\r\n\r\na 1 ü\n");
      assertThat(ask(server, "HEAD /metrics?a=b HTTP/1.0\r\n\r\n"))
          .contains("\r\nContent-Length: 7\r\n")
          .endsWith("\r\n\r\n");
      assertThat(ask(server, "\r\nGET http://x/metrics HTTP/1.0\n\n")).endsWith("a 1 ü\n");
    }
  }

  @Test
  void answersSeveralRequestsOnOneConnection() throws IOException {
    var count = new AtomicInteger();
    try (var server = start(ServerLimits.DEFAULT, () -> count.incrementAndGet() + "\n");
        var socket = connect(server)) {
      var request = "GET /metrics HTTP/1.1\r\n\r\n";
      send(socket, request + request);
      send(socket, "GET /metrics HTTP/1.1\r\nConnection: Close\r\n\r\n");

      assertThat(rest(socket).split("HTTP/1.1 200 OK"))
          .hasSize(4)
          .satisfies(a -> assertThat(a[1]).contains("keep-alive").endsWith("\r\n\r\n1\n"))
          .satisfies(a -> assertThat(a[3]).contains("close").endsWith("\r\n\r\n3\n"));
    }
  }

  @Test
  void refusesWhatIsNoRequestForMetrics() throws IOException {
    try (var server = start(ServerLimits.DEFAULT, () -> "a 1\n")) {
      assertThat(ask(server, "POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"))
          .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
          .contains("\r\nAllow: GET, HEAD\r\n");
      assertThat(ask(server, "GET / HTTP/1.0\r\n\r\n"))
          .startsWith("HTTP/1.1 404 Not Found\r\n")
          .endsWith("metrics are at /metrics\n");
      assertThat(ask(server, "\026\003\001\r\n\r\n")).startsWith("HTTP/1.1 400 Bad Request\r\n");
      assertThat(ask(server, "GET /metrics HTTP/1.1\r\nno header\r\n\r\n"))
          .startsWith("HTTP/1.1 400 Bad Request\r\n");
      assertThat(ask(server, "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n"))
          .startsWith("HTTP/1.1 431 ");
    }
  }

  @Test
  void saysWhyMapsCannotBeRead() throws IOException {
    Callable<String> refused =
        () -> {
          throw new BpfException("map 'x': no");
        };
    try (var server = start(ServerLimits.DEFAULT, refused)) {
      assertThat(scrape(server)).startsWith("HTTP/1.1 500 ").endsWith("\r\n\r\nmap 'x': no\n");
      assertThat(errors).containsExactly("map 'x': no");
    }
    Callable<String> broken =
        () -> {
          throw new OutOfMemoryError("a test");
        };
    try (var server = start(ServerLimits.DEFAULT, broken)) {
      assertThat(scrape(server)).startsWith("HTTP/1.1 500 ").contains("OutOfMemoryError");
      assertThat(scrape(server)).startsWith("HTTP/1.1 500 ");
    }
  }

  @Test
  void halfOpenConnectionsKeepNobodyOut() throws IOException {
    var open = new ArrayList<Socket>();
    try (var server = start(limits(8, LONG, LONG, 4), () -> "a 1\n")) {
      for (int i = 0; i < 100; i++) {
        var socket = connect(server);
        open.add(socket);
        send(socket, i % 2 == 0 ? "G" : "GET /metrics HTTP/1.1\r\nHost: x\r\n");
      }
      for (int i = 0; i < 20; i++) {
        assertThat(scrape(server)).endsWith("a 1\n");
      }
      // The first have given way to the last.
      awaitEnd(open.getFirst());
    } finally {
      for (var socket : open) {
        socket.close();
      }
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void closesConnectionsWithoutRequestInTime() throws IOException {
    try (var server = start(limits(8, SHORT, LONG, 4), () -> "a 1\n");
        var silent = connect(server);
        var half = connect(server)) {
      send(half, "GET /metrics HT");
      awaitEnd(silent);
      awaitEnd(half);
      assertThat(scrape(server)).endsWith("a 1\n");
    }
  }

  @Test
  void closesConnectionsWhoseClientDoesNotRead() throws Exception {
    var limits = new ServerLimits(1, LONG, LONG, LONG, SHORT, 4);
    try (var server = start(limits, () -> "x".repeat(64 << 20));
        var deaf = connect(server)) {
      send(deaf, "GET /metrics HTTP/1.1\r\n\r\n");
      // The only connection is in use until the deaf one is closed.
      var answer = "";
      while (answer.isEmpty()) {
        try {
          answer = ask(server, "GET / HTTP/1.0\r\n\r\n");
        } catch (IOException _) {
          Thread.sleep(10);
        }
      }
      assertThat(answer).startsWith("HTTP/1.1 404 ");
    }
  }

  @Test
  void stuckScrapesStopNoOthers() throws IOException {
    var never = new CountDownLatch(1);
    var count = new AtomicInteger();
    Callable<String> sometimes =
        () -> {
          if (count.getAndIncrement() < 2) {
            awaitWhateverComes(never);
          }
          return "a 1\n";
        };
    try (var server = start(limits(8, LONG, SHORT, 3), sometimes)) {
      assertThat(scrape(server))
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .endsWith("the maps could not be read within 100 ms\n");
      assertThat(scrape(server)).startsWith("HTTP/1.1 503 ");
      assertThat(scrape(server)).startsWith("HTTP/1.1 200 ");
      assertThat(errors).hasSize(2);
    } finally {
      never.countDown();
    }
  }

  /// As a loop that looks at no interruption.
  private static void awaitWhateverComes(CountDownLatch latch) {
    while (latch.getCount() > 0) {
      try {
        latch.await();
      } catch (InterruptedException _) {
        // Goes on waiting.
      }
    }
  }

  @Test
  void scrapesThatTakeTooLongAreInterrupted() throws IOException {
    var interrupted = new CountDownLatch(1);
    Callable<String> slow =
        () -> {
          try {
            Thread.sleep(LONG);
          } catch (InterruptedException _) {
            interrupted.countDown();
          }
          return "";
        };
    try (var server = start(limits(8, LONG, SHORT, 1), slow)) {
      assertThat(scrape(server)).startsWith("HTTP/1.1 503 ");
      awaitWhateverComes(interrupted);
    }
  }

  @Test
  void endsWhateverOthersDo() throws IOException {
    var never = new CountDownLatch(1);
    var started = new CountDownLatch(1);
    Callable<String> stuck =
        () -> {
          started.countDown();
          awaitWhateverComes(never);
          return "";
        };
    var server = start(limits(8, LONG, LONG, 4), stuck);
    try (var half = connect(server);
        var waiting = connect(server)) {
      send(half, "GET");
      send(waiting, "GET /metrics HTTP/1.1\r\n\r\n");
      awaitWhateverComes(started);

      server.close();

      awaitEnd(half);
      awaitEnd(waiting);
      assertThatThrownBy(() -> connect(server).close()).isInstanceOf(IOException.class);
    } finally {
      never.countDown();
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void anAddressInUseIsSaid() throws IOException {
    try (var server = start(ServerLimits.DEFAULT, () -> "")) {
      assertThatThrownBy(
              () -> MetricsServer.start(server.address(), ServerLimits.DEFAULT, () -> "", _ -> {}))
          .isInstanceOf(BpfException.class)
          .hasMessageStartingWith("cannot listen at ")
          .hasMessageEndingWith(": address already in use");
    }
  }
}
