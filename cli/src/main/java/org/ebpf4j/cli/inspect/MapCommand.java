package org.ebpf4j.cli.inspect;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j map`: prints what there is to do with maps.
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    header = "Show and change maps that are alive in the kernel.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j map list",
      "  ebpf4j map dump 42 --where 'value.hits > 10'",
      "  ebpf4j map set 42 pid=7 value.hits=1"
    })
public final class MapCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
