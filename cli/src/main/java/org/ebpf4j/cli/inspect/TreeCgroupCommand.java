package org.ebpf4j.cli.inspect;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
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
      "Draws the cgroups that have programs, or that have some below them, as a tree, each with a"
          + " line for each program that is",
      "attached to it; with --effective, for each that runs there. With --columns, --wide or"
          + " --no-header, it is a table."
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
  void print(PrintWriter out, Listing options, List<CgroupAttachment> attachments) {
    if (options.isBpftool()) {
      var tree =
          new CgroupTree(attachments)
              .programs().entrySet().stream()
                  .map(cgroup ->
                      Json.object(json ->
                          json.put("cgroup", cgroup.getKey())
                              .putObjects("programs", cgroup.getValue(), CgroupsCommand::bpftool)))
                  .toList();
      out.println("[" + String.join(",", tree) + "]");
    } else if (options.isTable()) {
      super.print(out, options, attachments);
    } else {
      new CgroupTree(attachments).print(out);
    }
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
