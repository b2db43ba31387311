package org.ebpf4j.cli;

import java.io.PrintWriter;
import java.io.Writer;
import org.ebpf4j.cli.process.Console;
import picocli.CommandLine;

/// The command line as picocli has it, for what is made of it.
public final class CommandLines {
  private CommandLines() {}

  /// All commands.
  public static CommandLine all() {
    var silence = new PrintWriter(Writer.nullWriter());
    return new Commands(new Console(silence, silence), new Main()).line();
  }
}
