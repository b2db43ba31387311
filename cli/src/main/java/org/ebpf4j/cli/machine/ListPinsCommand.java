package org.ebpf4j.cli.machine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.PinInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `ebpf4j pin list`.
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    header = "List pins.",
    description =
        "Prints a line for each pin in every bpffs that is mounted here, or below a path.",
    footerHeading = "%nExamples:%n",
    footer = {"  ebpf4j pin list", "  ebpf4j pin list /sys/fs/bpf/hello --json"})
public final class ListPinsCommand implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Parameters(paramLabel = "PATH", arity = "0..*", description = "Only pins at or below this.")
  private List<Path> below = new ArrayList<>();

  private final Console console;

  public ListPinsCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    return listing.option(name, value);
  }

  @Override
  public boolean word(String word) {
    return below.add(Path.of(word));
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() {
    try (var kernel = LinuxKernel.open()) {
      var pins =
          kernel.pins().stream()
              .filter(pin ->
                  below.isEmpty()
                      || below.stream()
                          .anyMatch(p -> pin.path().startsWith(p.toAbsolutePath().normalize())))
              .toList();
      var names = names(kernel, pins);
      listing.print(console.out(), view(names), pins);
    }
    console.out().flush();
    return 0;
  }

  /// The names of programs and maps, by kind and id; those of links are their types.
  private static Map<String, String> names(LinuxKernel kernel, List<PinInfo> pins) {
    var names = new HashMap<String, String>();
    if (pins.stream().anyMatch(pin -> pin.kind().equals("prog"))) {
      kernel.programs().forEach(p -> names.put("prog " + p.id(), p.fullName()));
    }
    if (pins.stream().anyMatch(pin -> pin.kind().equals("map"))) {
      kernel.maps().forEach(m -> names.put("map " + m.id(), m.name()));
    }
    if (pins.stream().anyMatch(pin -> pin.kind().equals("link"))) {
      kernel.links().forEach(l -> names.put("link " + l.id(), l.typeLabel()));
    }
    return names;
  }

  private static View<PinInfo> view(Map<String, String> names) {
    return new View<PinInfo>((json, pin) ->
        json.put("path", pin.path().toString())
            .put("kind", pin.kind().isEmpty() ? null : pin.kind())
            .put("id", Integer.toUnsignedLong(pin.id()))
            .put("name", names.get(pin.kind() + " " + pin.id())))
        .column("KIND", pin -> pin.kind().isEmpty() ? "other" : pin.kind())
        .number("ID", pin -> Integer.toUnsignedString(pin.id()))
        .wide("NAME", pin -> names.getOrDefault(pin.kind() + " " + pin.id(), ""))
        .wide("PATH", pin -> pin.path().toString());
  }
}
