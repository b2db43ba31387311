package org.ebpf4j.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/// One run of the command line in this JVM.
///
/// @param status its exit status
/// @param out what it printed to standard output
/// @param err what it printed to standard error
public record Cli(int status, String out, String err) {
  public static Cli run(Object... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    var words = new String[args.length];
    for (int i = 0; i < args.length; i++) {
      words[i] = args[i].toString();
    }
    var status = Main.execute(new PrintWriter(out), new PrintWriter(err), words);
    return new Cli(status, out.toString(), err.toString());
  }
}
