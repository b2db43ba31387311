package org.ebpf4j.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ebpf4j.cli.process.Interrupt;

/// Runs some commands in one JVM, for the cache of loaded and linked classes that the script
/// `ebpf4j` makes once. The commands are separated by `--`. What they say is not printed; whether
/// they succeed is of no account, as no privileges may be there yet.
final class Rehearsal {
  private Rehearsal() {}

  public static void main(String[] args) {
    Interrupt.install();
    var silence = new PrintWriter(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    for (int from = 0; from < args.length; ) {
      var to = from;
      while (to < args.length && !args[to].equals("--")) {
        to++;
      }
      Main.execute(silence, silence, Arrays.copyOfRange(args, from, to));
      from = to + 1;
    }
    Interrupt.finish(0);
  }
}
