package org.ebpf4j.cli.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// What is answered to a request of HTTP/1.
///
/// @param status the status
/// @param type the content's type
/// @param body the content
record HttpAnswer(int status, String type, String body) {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// A line of plain text.
  static HttpAnswer text(int status, String text) {
    return new HttpAnswer(status, "text/plain; charset=utf-8", text + "\n");
  }

  /// Sends it.
  ///
  /// @param head whether the content is left out, as for HEAD
  /// @param keepAlive whether the connection stays open
  void send(OutputStream out, boolean head, boolean keepAlive) throws IOException {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var lines = new StringBuilder("HTTP/1.1 ").append(status).append(' ').append(reason());
    lines.append("\r\nDate: ").append(DATE.format(Instant.now()));
    lines.append("\r\nContent-Type: ").append(type);
    lines.append("\r\nContent-Length: ").append(bytes.length);
    if (status == 405) {
      lines.append("\r\nAllow: GET, HEAD");
    }
    lines.append("\r\nConnection: ").append(keepAlive ? "keep-alive" : "close");
    lines.append("\r\n\r\n");
    out.write(lines.toString().getBytes(StandardCharsets.US_ASCII));
    if (!head) {
      out.write(bytes);
    }
    out.flush();
  }

  private String reason() {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Unknown";
    };
  }
}
