package org.ebpf4j.cli.inspect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.FileError;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.NetworkAttachment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j net`.
@Command(
    name = "net",
    mixinStandardHelpOptions = true,
    header = "Show programs on network devices, namespaces and routes.",
    description = {
      "Prints a line for each program on the network: XDP, tcx, netkit, filters of traffic control,"
          + " flow dissectors, lookups of",
      "sockets, netfilter and routes, of all network namespaces that this user may enter. The"
          + " namespaces of netfilter's",
      "programs are read in the kernel's memory, where that is allowed; routes say only the names of theirs. --bpftool prints those of"
          + " this namespace only, as bpftool does."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j net", "  ebpf4j net lo", "  ebpf4j net --json"})
public final class NetCommand implements PlainLine.Command {
  private static final Path NAMESPACE = Path.of("/proc/self/ns/net");

  @Mixin private final Listing listing = new Listing();

  @Parameters(paramLabel = "DEVICE", description = "Only these devices, by name; all without any.")
  private List<String> devices = new ArrayList<>();

  private final Console console;

  public NetCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return listing.option(name, value);
  }

  @Override
  public boolean word(String word) {
    return devices.add(word);
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() {
    try (var kernel = LinuxKernel.open()) {
      var all =
          kernel.networkAttachments().stream()
              .filter(a -> devices.isEmpty() || devices.contains(a.device()))
              .toList();
      if (listing.isBpftool()) {
        var own = ownNamespace();
        var here = all.stream().filter(a -> a.netns().inode() == own).toList();
        var netfilter =
            kernel.links().stream()
                .filter(LinkInfo.Netfilter.class::isInstance)
                .map(LinkInfo.Netfilter.class::cast)
                .toList();
        console.out().println(new BpftoolNet(here, netfilter).json());
      } else {
        listing.print(console.out(), view(), all);
      }
    }
    console.out().flush();
    return 0;
  }

  /// The number of the network namespace that this process is in.
  private static long ownNamespace() {
    try {
      return (long) Files.getAttribute(NAMESPACE, "unix:ino");
    } catch (IOException e) {
      throw FileError.of(NAMESPACE, "read", e);
    }
  }

  private static View<NetworkAttachment> view() {
    return new View<NetworkAttachment>(NetCommand::json)
        .wide("NETNS", a -> a.netns().exists() ? a.netns().label() : "unknown")
        .wide("DEVICE", NetworkAttachment::device)
        .column("HOOK", a -> a.kind().label())
        .number("PROG", a -> Text.id(a.programId()))
        .wide("NAME", NetworkAttachment::programName)
        .number("LINK", a -> Text.id(a.linkId()))
        .wide("DETAIL", NetworkAttachment::detail);
  }

  private static void json(Json.Fields json, NetworkAttachment attachment) {
    if (attachment.netns().exists()) {
      json.putObject("netns", n -> LinkJson.netns(n, attachment.netns()));
    } else {
      json.put("netns", null);
    }
    json.put("device", attachment.device().isEmpty() ? null : attachment.device())
        .putOptional("device_index", ProgramsCommand.known(attachment.deviceIndex()))
        .put("hook", attachment.kind().label())
        .putOptional("program_id", ProgramsCommand.known(attachment.programId()))
        .put("program_name", attachment.programName())
        .putOptional("link_id", ProgramsCommand.known(attachment.linkId()))
        .put("detail", attachment.detail());
  }
}
