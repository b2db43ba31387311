package org.ebpf4j.cli.machine;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j token`: prints what there is to do with tokens.
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    header = "Show where rights are delegated by tokens.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j token list", "  ebpf4j token list --json"})
public final class TokenCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
