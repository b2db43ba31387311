package org.ebpf4j.cli.inspect;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.LinkInfo;
import picocli.CommandLine.Command;
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
      "tells who holds one."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j link detach 42 --dry-run", "  ebpf4j link detach /sys/fs/bpf/hello"})
public final class DetachLinkCommand implements PlainLine.Command {
  @Parameters(arity = "1..*", paramLabel = "LINK", description = "Ids, or paths of pins.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--dry-run", description = "Only say what would be detached.")
  private boolean dryRun;

  private final Console console;

  public DetachLinkCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    if (name.equals("--dry-run")) {
      dryRun = value.flag(dryRun);
      return true;
    }
    return false;
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
    try (var kernel = LinuxKernel.open()) {
      for (var word : words) {
        links.add(open(kernel, word));
      }
      for (var link : links) {
        var what = describe(link.info());
        if (!dryRun) {
          link.detach();
        }
        console.out().println((dryRun ? "would detach " : "detached ") + what);
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
