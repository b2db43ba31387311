package org.ebpf4j.verifier.internal.table;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/// Which arguments of tracepoints may be null, or an error as a pointer: `tracepoint-nulls.tsv`.
final class TracepointNulls {
  private static final String FILE = "tracepoint-nulls.tsv";
  private static final Map<String, Long> MASKS = read();

  private TracepointNulls() {}

  /// Four bits for each argument, from the lowest: 1 where it may be null, 2 where it may be an
  /// error.
  static long mask(String tracepoint) {
    return MASKS.getOrDefault(tracepoint, 0L);
  }

  private static Map<String, Long> read() {
    var resource = TracepointNulls.class.getResourceAsStream(FILE);
    if (resource == null) {
      throw new IllegalStateException(FILE + " is missing from the jar");
    }
    try (var lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
      var masks = new HashMap<String, Long>();
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith("#")) {
          var words = line.split("\t", 2);
          masks.put(words[0], Long.decode(words[1]));
        }
      }
      return masks;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
