package org.ebpf4j.cli.input;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Lines of text of which none takes all memory: `/dev/zero` is one line without an end.
public final class BoundedLines {
  private static final int MOST = 1 << 20;

  private final String name;
  private final BufferedReader reader;
  private int number;

  /// @param name what is read, for messages
  /// @param stream text in UTF-8; it stays open
  public BoundedLines(String name, InputStream stream) {
    this.name = name;
    this.reader =
        new BufferedReader(
            new InputStreamReader(stream, StandardCharsets.UTF_8.newDecoder()), 1 << 16);
  }

  /// The number of the line that was read last, from 1.
  public int number() {
    return number;
  }

  /// The next line without its end; null behind the last.
  ///
  /// @throws BpfException where it has more than 1,048,576 characters
  public @Nullable String next() throws IOException {
    var line = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    number++;
    for (; c >= 0 && c != '\n'; c = reader.read()) {
      if (line.length() == MOST) {
        throw new BpfException(
            name
                + ", line "
                + number
                + ": has more than "
                + MOST
                + " characters\n  try: name the right file: this is no text of lines");
      }
      line.append((char) c);
    }
    if (line.length() > 0 && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.toString();
  }
}
