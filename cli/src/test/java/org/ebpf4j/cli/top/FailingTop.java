package org.ebpf4j.cli.top;

import java.io.PrintWriter;
import org.ebpf4j.cli.process.Console;

/// `top` whose details fail, as a fault of ours would.
final class FailingTop {
  private FailingTop() {}

  public static void main(String[] args) {
    var console = new Console(new PrintWriter(System.out), new PrintWriter(System.err));
    new TopCommand(
            console,
            (_, _, _) -> {
              throw new IllegalStateException("staged");
            })
        .call();
  }
}
