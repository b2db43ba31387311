package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `ebpf4j cgroup show`.
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    header = "Show the programs of a cgroup.",
    description = "Prints a line for each program that is attached to the cgroup itself.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j cgroup show /sys/fs/cgroup",
      "  ebpf4j cgroup show /sys/fs/cgroup --effective --json"
    })
public final class ShowCgroupCommand extends CgroupsCommand {
  @Parameters(paramLabel = "CGROUP", description = "The directory of the cgroup.")
  private @Nullable Path directory;

  public ShowCgroupCommand(Console console) {
    super(console);
  }

  @Override
  List<CgroupAttachment> all(LinuxKernel kernel, boolean withInherited) {
    return kernel.cgroupAttachments(Objects.requireNonNull(directory), withInherited);
  }

  @Override
  public boolean word(String word) {
    if (directory != null) {
      return false;
    }
    directory = Path.of(word);
    return true;
  }

  @Override
  public boolean complete() {
    return directory != null;
  }
}
