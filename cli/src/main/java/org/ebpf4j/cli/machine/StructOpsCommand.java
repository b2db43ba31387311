package org.ebpf4j.cli.machine;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j struct_ops`: prints what there is to do with structs of functions.
@Command(
    name = "struct_ops",
    mixinStandardHelpOptions = true,
    header = "Show structs of functions that the kernel calls (struct_ops).",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j struct_ops list", "  ebpf4j struct_ops dump 12"})
public final class StructOpsCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
