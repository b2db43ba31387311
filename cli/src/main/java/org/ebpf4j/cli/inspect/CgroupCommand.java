package org.ebpf4j.cli.inspect;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `ebpf4j cgroup`: prints what there is to do with cgroups.
@Command(
    name = "cgroup",
    mixinStandardHelpOptions = true,
    header = "Show programs on cgroups.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j cgroup tree", "  ebpf4j cgroup show /sys/fs/cgroup"})
public final class CgroupCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec command;

  @Override
  public Integer call() {
    var line = Objects.requireNonNull(command).commandLine();
    line.usage(line.getOut());
    return 0;
  }
}
