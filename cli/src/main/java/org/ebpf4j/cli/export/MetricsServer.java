package org.ebpf4j.cli.export;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;

/// Serves text at `/metrics` over HTTP/1.1. Every connection has a thread, every scrape another.
///
/// It bounds what others can take of the process: the number of connections (one that is new closes
/// the one that has waited longest for its request, so half-open ones keep nobody out), the time of
/// requests, scrapes and answers, the number of scrapes at once. `jdk.httpserver` has limits too,
/// but turns away new connections while half-open ones are waited for, and an `Error` in its
/// dispatcher ends it for good.
final class MetricsServer implements AutoCloseable {
  private static final int PAUSE_MILLIS = 100;

  private static final long MAX_SWEEP_MILLIS = 1000;

  private static final int BACKLOG = 128;

  private final ServerSocket listener;
  private final ServerLimits limits;
  private final Scrapes scrapes;
  private final Consumer<String> errors;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor = new Thread(this::accept, "ebpf4j-metrics");
  private volatile boolean closed;

  private MetricsServer(
      ServerSocket listener, ServerLimits limits, Callable<String> text, Consumer<String> errors) {
    this.listener = listener;
    this.limits = limits;
    this.scrapes = new Scrapes(text, limits);
    this.errors = errors;
  }

  /// Starts to serve.
  ///
  /// @param text what is served, made anew for each request; called by several threads at once, and
  ///   interrupted where it takes too long
  /// @param errors is told why a request could not be served
  /// @throws BpfException where the address cannot be listened at
  static MetricsServer start(
      InetSocketAddress address,
      ServerLimits limits,
      Callable<String> text,
      Consumer<String> errors) {
    try {
      var listener = new ServerSocket();
      try {
        listener.bind(address, BACKLOG);
      } catch (IOException e) {
        listener.close();
        throw e;
      }
      var server = new MetricsServer(listener, limits, text, errors);
      server.acceptor.setDaemon(true);
      server.acceptor.start();
      return server;
    } catch (IOException e) {
      throw new BpfException(
          "cannot listen at "
              + address.getHostString()
              + ":"
              + address.getPort()
              + ": "
              + FileError.reason(e),
          e);
    }
  }

  /// Where it listens.
  InetSocketAddress address() {
    return (InetSocketAddress) listener.getLocalSocketAddress();
  }

  /// Whatever goes wrong with one connection, the next is accepted. That descriptors or threads are
  /// short is a state that passes.
  private void accept() {
    var problem = "";
    while (!closed) {
      try {
        listener.setSoTimeout(connections.isEmpty() ? 0 : sweepMillis());
        admit(listener.accept());
        problem = "";
      } catch (SocketTimeoutException _) {
        // It is time to look for connections whose time is over.
      } catch (IOException | Error e) {
        if (closed) {
          return;
        }
        if (!String.valueOf(e.getMessage()).equals(problem)) {
          problem = String.valueOf(e.getMessage());
          errors.accept("cannot accept a connection, and goes on: " + problem);
        }
        pause();
      }
      connections.forEach(HttpConnection::closeWhereLate);
    }
  }

  /// How often times are looked at: a part of the shortest.
  private int sweepMillis() {
    return (int) Math.clamp(limits.request().toMillis() / 5, 1, MAX_SWEEP_MILLIS);
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void admit(Socket socket) throws IOException {
    if (connections.size() >= limits.connections() && !makeRoom()) {
      socket.close();
      return;
    }
    var connection = new HttpConnection(socket, limits, this::answer, connections::remove);
    connections.add(connection);
    try {
      connection.start();
    } catch (Error e) {
      connection.close();
      throw e;
    }
    if (closed) {
      connection.close();
    }
  }

  /// Closes the connection that has waited longest for a request; false where all have one.
  private boolean makeRoom() {
    Optional<HttpConnection> longest =
        connections.stream()
            .filter(HttpConnection::isWaiting)
            .min(Comparator.comparingLong(HttpConnection::waitingSince));
    longest.ifPresent(HttpConnection::close);
    return longest.isPresent();
  }

  private HttpAnswer answer(HttpHead head) {
    if (!head.method().equals("GET") && !head.method().equals("HEAD")) {
      return HttpAnswer.text(405, "only GET and HEAD");
    }
    if (!head.path().equals("/metrics")) {
      return HttpAnswer.text(404, "metrics are at /metrics");
    }
    try {
      return new HttpAnswer(200, PrometheusText.CONTENT_TYPE, scrapes.read());
    } catch (TimeoutException e) {
      return failed(503, String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      return e.getCause() instanceof BpfException known
          ? failed(500, String.valueOf(known.getMessage()))
          : failed(500, "a fault of ebpf4j itself, please report it: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HttpAnswer.text(503, "ends");
    }
  }

  private HttpAnswer failed(int status, String problem) {
    if (!closed) {
      errors.accept(problem);
    }
    return HttpAnswer.text(status, problem);
  }

  /// Ends within a second, whatever connections and scrapes do.
  @Override
  public void close() {
    closed = true;
    try {
      listener.close();
    } catch (IOException e) {
      errors.accept("the listening socket cannot be closed: " + e.getMessage());
    }
    connections.forEach(HttpConnection::close);
    scrapes.close();
  }
}
