package org.ebpf4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/// The command line in a JVM of its own, on a terminal that `script` makes.
public final class Terminals {
  private Terminals() {}

  /// Runs it to its end.
  ///
  /// @param typed what is typed, before anything is asked
  /// @return what the terminal showed
  public static String run(String typed, Object... args) throws IOException, InterruptedException {
    var command =
        Session.command(args).stream()
            .map(word -> "'" + word + "'")
            .collect(Collectors.joining(" "));
    var process =
        new ProcessBuilder("script", "-qec", command, "/dev/null")
            .redirectErrorStream(true)
            .start();
    try (var keys = process.getOutputStream()) {
      keys.write(typed.getBytes(StandardCharsets.UTF_8));
      keys.flush();
      var shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return shown.replace("\r", "");
    }
  }
}
