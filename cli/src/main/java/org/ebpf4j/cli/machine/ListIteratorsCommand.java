package org.ebpf4j.cli.machine;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.LinkType;
import org.ebpf4j.linux.inspect.PinInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `ebpf4j iter list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List iterators.",
    description =
        "Prints a line for each iterator that can be read, with its program and its pins.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j iter list", "  ebpf4j iter list --json"})
public final class ListIteratorsCommand implements java.util.concurrent.Callable<Integer> {
  @Mixin private final Listing listing = new Listing();

  private final Console console;

  public ListIteratorsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try (var kernel = LinuxKernel.open()) {
      var links = kernel.links().stream().filter(l -> l.type() == LinkType.ITER.number()).toList();
      var names =
          kernel.programs().stream()
              .collect(Collectors.toMap(ProgramInfo::id, ProgramInfo::fullName));
      var pins =
          kernel.pins().stream()
              .filter(pin -> pin.kind().equals("link"))
              .collect(
                  Collectors.groupingBy(
                      PinInfo::id,
                      Collectors.mapping(pin -> pin.path().toString(), Collectors.toList())));
      listing.print(console.out(), view(names, pins), links);
    }
    console.out().flush();
    return 0;
  }

  private static View<LinkInfo> view(Map<Integer, String> names, Map<Integer, List<String>> pins) {
    return new View<LinkInfo>((json, link) ->
        json.put("id", link.id())
            .put("program_id", link.programId())
            .put("target", target(link))
            .put("program", names.get(link.programId()))
            .putStrings("pins", pins.getOrDefault(link.id(), List.of())))
        .number("ID", LinkInfo::id)
        .column("TARGET", ListIteratorsCommand::target)
        .number("PROGRAM", LinkInfo::programId)
        .wide("NAME", link -> names.getOrDefault(link.programId(), ""))
        .wide("PINS", link -> String.join(",", pins.getOrDefault(link.id(), List.of())));
  }

  private static String target(LinkInfo link) {
    return link instanceof LinkInfo.Iterator iterator ? iterator.target() : "";
  }
}
