package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j cgroup tree`.
@Command(
    name = "tree",
    mixinStandardHelpOptions = true,
    header = "Show the programs of all cgroups.",
    description = {
      "Prints a line for each program that is attached to a cgroup or to one below it, directory by"
          + " directory.",
      "Cgroups without programs are left out."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j cgroup tree", "  ebpf4j cgroup tree /sys/fs/cgroup --json"})
public final class TreeCgroupCommand extends CgroupsCommand {
  @Parameters(
      arity = "0..1",
      paramLabel = "CGROUP",
      description = "The directory to begin at; that of all cgroups without.")
  private @Nullable Path root;

  public TreeCgroupCommand(Console console) {
    super(console);
  }

  @Override
  List<CgroupAttachment> all(LinuxKernel kernel, boolean withInherited) {
    return kernel.cgroupTree(Optional.ofNullable(root), withInherited);
  }

  @Override
  public boolean word(String word) {
    if (root != null) {
      return false;
    }
    root = Path.of(word);
    return true;
  }

  @Override
  public boolean complete() {
    return true;
  }
}
