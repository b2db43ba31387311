package org.ebpf4j.cli.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.ebpf4j.error.BpfException;

/// Serves text at `/metrics` over HTTP.
final class MetricsServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Supplier<String> text;
  private final Consumer<String> errors;

  private MetricsServer(HttpServer server, Supplier<String> text, Consumer<String> errors) {
    this.server = server;
    this.text = text;
    this.errors = errors;
  }

  /// Starts to serve.
  ///
  /// @param text what is served, made anew for each request
  /// @param errors is told why a request could not be served
  /// @throws BpfException where the address cannot be listened at
  static MetricsServer start(
      InetSocketAddress address, Supplier<String> text, Consumer<String> errors) {
    try {
      var server = new MetricsServer(HttpServer.create(address, 0), text, errors);
      server.server.createContext("/", server::answer);
      server.server.setExecutor(server.threads);
      server.server.start();
      return server;
    } catch (IOException e) {
      throw new BpfException("cannot listen at " + address + ": " + e.getMessage(), e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var head = exchange.getRequestMethod().equals("HEAD");
      if (!head && !exchange.getRequestMethod().equals("GET")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        send(exchange, 405, "only GET and HEAD\n", head);
      } else if (!exchange.getRequestURI().getPath().equals("/metrics")) {
        send(exchange, 404, "metrics are at /metrics\n", head);
      } else {
        metrics(exchange, head);
      }
    }
  }

  private void metrics(HttpExchange exchange, boolean head) throws IOException {
    String read;
    try {
      read = text.get();
    } catch (BpfException e) {
      errors.accept(e.getMessage());
      send(exchange, 500, e.getMessage() + "\n", head);
      return;
    }
    send(exchange, 200, read, head);
  }

  private static void send(HttpExchange exchange, int status, String text, boolean head)
      throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange
        .getResponseHeaders()
        .set(
            "Content-Type",
            status == 200 ? PrometheusText.CONTENT_TYPE : "text/plain; charset=utf-8");
    exchange.sendResponseHeaders(status, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  /// Where it listens.
  InetSocketAddress address() {
    return server.getAddress();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.close();
  }
}
