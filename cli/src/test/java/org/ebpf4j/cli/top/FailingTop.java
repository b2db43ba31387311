package org.ebpf4j.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import org.ebpf4j.cli.process.Console;

/// `top` whose details fail, as a fault of ours would.
final class FailingTop {
  private FailingTop() {}

  public static void main(String[] args) {
    var console =
        new Console(
            new PrintWriter(System.out, false, UTF_8), new PrintWriter(System.err, false, UTF_8));
    new TopCommand(
            console,
            (_, _, _) -> {
              throw new IllegalStateException("staged");
            })
        .call();
  }
}
