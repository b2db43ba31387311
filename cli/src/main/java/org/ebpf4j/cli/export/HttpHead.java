package org.ebpf4j.cli.export;

import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The head of an HTTP/1 request (RFC 9112): what is needed of it to answer.
///
/// @param method the method, such as `GET`
/// @param path the path of the target, without a query
/// @param keepAlive whether the client wants to send another request on the same connection
/// @param hasBody whether a body follows
record HttpHead(String method, String path, boolean keepAlive, boolean hasBody) {
  private static final int MAX_BYTES = 16_384;

  /// That the bytes are no request.
  static final class MalformedRequestException extends IOException {
    private static final long serialVersionUID = 1;

    private final int status;

    MalformedRequestException(int status, String problem) {
      super(problem);
      this.status = status;
    }

    /// The status to answer with.
    int status() {
      return status;
    }
  }

  /// Reads the next head.
  ///
  /// @param started is run at its first byte
  /// @return the head; null where the stream ends instead
  /// @throws MalformedRequestException where it is none, or is longer than 16 KiB
  static @Nullable HttpHead read(InputStream in, Runnable started) throws IOException {
    var text = new StringBuilder();
    var lineStart = 0;
    while (true) {
      var next = in.read();
      if (next < 0) {
        return null;
      }
      if (text.isEmpty()) {
        started.run();
      }
      if (next != '\n') {
        if (text.length() == MAX_BYTES) {
          throw new MalformedRequestException(431, "the request's head is too long");
        }
        text.append((char) next);
        continue;
      }
      var empty = text.substring(lineStart).strip().isEmpty();
      text.append('\n');
      if (!empty) {
        lineStart = text.length();
      } else if (lineStart != 0) {
        return parse(text.toString().lines().toList().toArray(String[]::new));
      } else {
        // Empty lines before a request are to be passed over.
        text.setLength(0);
      }
    }
  }

  private static HttpHead parse(String[] lines) throws MalformedRequestException {
    var words = lines[0].strip().split(" ", -1);
    if (words.length != 3 || words[0].isEmpty() || !words[2].startsWith("HTTP/1.")) {
      throw new MalformedRequestException(400, "no request line of HTTP/1");
    }
    var keepAlive = !words[2].equals("HTTP/1.0");
    var hasBody = false;
    for (int i = 1; i < lines.length && !lines[i].isBlank(); i++) {
      var colon = lines[i].indexOf(':');
      if (colon <= 0) {
        throw new MalformedRequestException(400, "a line of the head is no header");
      }
      var value = lines[i].substring(colon + 1).strip().toLowerCase(Locale.ROOT);
      switch (lines[i].substring(0, colon).toLowerCase(Locale.ROOT)) {
        case "connection" ->
            keepAlive = value.equals("keep-alive") || (keepAlive && !value.equals("close"));
        case "content-length" -> hasBody |= !value.equals("0");
        case "transfer-encoding" -> hasBody = true;
        default -> {}
      }
    }
    return new HttpHead(words[0], path(words[1]), keepAlive, hasBody);
  }

  /// A target is a path with or without a query, or, for proxies, a whole address.
  private static String path(String target) {
    var path = target;
    if (path.startsWith("http://")) {
      var slash = path.indexOf('/', "http://".length());
      path = slash < 0 ? "/" : path.substring(slash);
    }
    var query = path.indexOf('?');
    return query < 0 ? path : path.substring(0, query);
  }
}
