package org.ebpf4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import picocli.CommandLine.Command;

/// `ebpf4j completion`: prints a script with which bash and zsh complete commands and options.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    header = "Print a script with which bash and zsh complete commands and options.",
    description = "Prints the script to standard output, for the shell to read.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(ebpf4j completion)",
      "  ebpf4j completion > /etc/bash_completion.d/ebpf4j"
    })
final class CompletionCommand implements PlainLine.Command {
  /// The script, made once by picocli from all commands: making it takes longer than the shell's
  /// user waits.
  static final String SCRIPT = "completion.bash";

  private final Console console;

  CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return false;
  }

  @Override
  public boolean word(String word) {
    return false;
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(CompletionCommand.class.getResourceAsStream(SCRIPT))) {
      console.out().print(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
    return 0;
  }
}
