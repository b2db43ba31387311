package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Consent;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.LinkInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j link detach`.
@Command(
    name = "detach",
    mixinStandardHelpOptions = true,
    header = "Take programs off their hooks, whoever holds their links.",
    description = {
      "Detaches links: their programs run no more, though processes and pins may still hold them."
          + " All are looked for before",
      "anything is detached. Links of tracing, probes and perf events end with their last holder"
          + " only; 'ebpf4j why link ID'",
      "tells who holds one. On a terminal it asks; elsewhere it wants --yes."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link detach 42 --dry-run", "  ebpf4j link detach /sys/fs/bpf/hello --yes"})
public final class DetachLinkCommand implements PlainLine.Command {
  @Parameters(arity = "1..*", paramLabel = "LINK", description = "Ids, or paths of pins.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--dry-run", description = "Only say what would be detached.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public DetachLinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--yes" -> yes = value.flag(yes);
      default -> {
        return json.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return words.add(word);
  }

  @Override
  public boolean complete() {
    return !words.isEmpty();
  }

  @Override
  public Integer call() {
    var links = new ArrayList<LinuxLink>();
    try (var kernel = LinuxKernel.open();
        var list = json.list(console.out())) {
      for (var word : words) {
        links.add(open(kernel, word));
      }
      var infos = links.stream().map(LinuxLink::info).toList();
      if (!dryRun) {
        var described = infos.stream().map(DetachLinkCommand::describe).toList();
        Consent.check(console, yes, "detach " + String.join(", ", described));
      }
      for (int i = 0; i < links.size(); i++) {
        var info = infos.get(i);
        if (!dryRun) {
          links.get(i).detach();
        }
        if (json.isJson()) {
          list.add(fields -> action(fields, "detach", dryRun, info));
        } else {
          console.out().println((dryRun ? "would detach " : "detached ") + describe(info));
        }
      }
      if (json.isJson()) {
        list.end();
      }
    } finally {
      links.forEach(LinuxLink::close);
    }
    return 0;
  }

  /// The link with that id, or that is pinned there.
  static LinuxLink open(LinuxKernel kernel, String word) {
    return word.contains("/") ? kernel.openLink(Path.of(word)) : kernel.openLink(Text.number(word));
  }

  /// What is done with a link.
  static void action(Json.Fields json, String action, boolean dryRun, List<LinkInfo> links) {
    var link = links.getFirst();
    json.put("action", action)
        .put("dry_run", dryRun)
        .put("link_id", Integer.toUnsignedLong(link.id()))
        .put("type", link.typeLabel())
        .putOptional("program_id", ProgramsCommand.known(link.programId()))
        .put("place", LinkText.place(link));
  }

  /// A link in a few words: `link 7 (xdp of program 42 on eth0)`.
  static String describe(List<LinkInfo> links) {
    var link = links.getFirst();
    var place = LinkText.place(link);
    return "link "
        + link.id()
        + " ("
        + link.typeLabel()
        + (link.programId() == 0 ? "" : " of program " + link.programId())
        + (place.isEmpty() ? "" : ": " + place)
        + ")";
  }
}
