package org.ebpf4j.cli.export;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ebpf4j.cli.export.HttpHead.MalformedRequestException;

/// A connection of HTTP/1.1: a thread that reads requests and sends answers, one after another, and
/// times that others watch. Whoever finds one over closes the socket, which ends whatever the
/// thread waits for.
final class HttpConnection implements AutoCloseable {
  private static final int MAX_REST = 65_536;

  /// What a time limit is for.
  ///
  /// @param waiting whether a request is waited for
  /// @param since when it began, as [System#nanoTime()]
  /// @param most how long it may take
  private record Turn(boolean waiting, long since, Duration most) {
    static Turn of(boolean waiting, Duration most) {
      return new Turn(waiting, System.nanoTime(), most);
    }

    boolean isOver() {
      return System.nanoTime() - since > most.toNanos();
    }
  }

  private final Socket socket;
  private final ServerLimits limits;
  private final Function<HttpHead, HttpAnswer> answers;
  private final Consumer<HttpConnection> ended;
  private volatile Turn turn;

  /// @param answers what is answered to a request
  /// @param ended is told of the end, once or more often
  HttpConnection(
      Socket socket,
      ServerLimits limits,
      Function<HttpHead, HttpAnswer> answers,
      Consumer<HttpConnection> ended) {
    this.socket = socket;
    this.limits = limits;
    this.answers = answers;
    this.ended = ended;
    this.turn = Turn.of(true, limits.request());
  }

  void start() {
    var thread = new Thread(this::run, "ebpf4j-connection");
    thread.setDaemon(true);
    thread.start();
  }

  /// Whether it waits for a request, or for the rest of one.
  boolean isWaiting() {
    return turn.waiting();
  }

  long waitingSince() {
    return turn.since();
  }

  void closeWhereLate() {
    if (turn.isOver()) {
      close();
    }
  }

  private void run() {
    try (this) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      while (exchange(in)) {
        turn = Turn.of(true, limits.idle());
      }
    } catch (IOException _) {
      // The client is gone, or its time is over: there is nobody to be told.
    }
  }

  /// Reads one request and answers it; whether another may come.
  private boolean exchange(BufferedInputStream in) throws IOException {
    HttpHead head;
    try {
      head = HttpHead.read(in, () -> turn = Turn.of(true, limits.request()));
    } catch (MalformedRequestException e) {
      send(HttpAnswer.text(e.status(), String.valueOf(e.getMessage())), false, false);
      takeRest(in);
      return false;
    }
    if (head == null) {
      return false;
    }
    turn = Turn.of(false, limits.scrape().plus(limits.answer()));
    var answer = answers.apply(head);
    var keepAlive = head.keepAlive() && !head.hasBody();
    send(answer, head.method().equals("HEAD"), keepAlive);
    if (head.hasBody()) {
      takeRest(in);
    }
    return keepAlive;
  }

  private void send(HttpAnswer answer, boolean head, boolean keepAlive) throws IOException {
    turn = Turn.of(false, limits.answer());
    answer.send(socket.getOutputStream(), head, keepAlive);
  }

  /// Takes what the client has sent already: a close with bytes unread would take the answer from
  /// it.
  private void takeRest(BufferedInputStream in) throws IOException {
    turn = Turn.of(true, limits.request());
    socket.shutdownOutput();
    var _ = in.readNBytes(MAX_REST);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException _) {
      // It is closed all the same.
    }
    ended.accept(this);
  }
}
