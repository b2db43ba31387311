package org.ebpf4j.cli.shell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j completion`: prints a script with which a shell completes commands, options, and what is
/// alive in the kernel.
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    header = "Print a script with which a shell completes commands, options and live ids.",
    description = {
      "Prints the script for a shell (bash, zsh or fish; bash without any) to standard output."
          + " The script asks ebpf4j",
      "for what fits: commands, options, their values, ids and names of what is alive."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(ebpf4j completion)",
      "  ebpf4j completion bash > /etc/bash_completion.d/ebpf4j",
      "  ebpf4j completion zsh > /usr/local/share/zsh/site-functions/_ebpf4j",
      "  ebpf4j completion fish > ~/.config/fish/completions/ebpf4j.fish"
    })
public final class CompletionCommand implements PlainLine.Command {
  static final List<String> SHELLS = List.of("bash", "zsh", "fish");

  @Parameters(
      arity = "0..1",
      paramLabel = "SHELL",
      description = "bash (without any), zsh or fish.")
  private @Nullable String shell;

  private final Console console;

  public CompletionCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return false;
  }

  @Override
  public boolean word(String word) {
    if (shell != null) {
      return false;
    }
    shell = word;
    return true;
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() throws IOException {
    var wanted = shell == null ? SHELLS.getFirst() : shell;
    if (!SHELLS.contains(wanted)) {
      throw new UsageException(
          "there is no completion for the shell '"
              + wanted
              + "', but for "
              + String.join(", ", SHELLS));
    }
    console.out().print(resource("completion." + wanted));
    console.out().flush();
    return 0;
  }

  /// A text that comes with this class.
  static String resource(String name) throws IOException {
    try (InputStream in = CompletionCommand.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("the resource " + name + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
