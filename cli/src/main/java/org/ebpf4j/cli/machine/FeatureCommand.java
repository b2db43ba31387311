package org.ebpf4j.cli.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.linux.machine.Feature;
import org.ebpf4j.linux.machine.Feature.Basis;
import org.ebpf4j.linux.machine.Features;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j feature`.
@Command(
    name = "feature",
    mixinStandardHelpOptions = true,
    header = "Say what the kernel can do for this user.",
    description = {
      "Tries each type of programs and of maps, and each kind of place: whether a program for it"
          + " loads, whether it can be",
      "attached, and why not. What can be attached without disturbing anybody is attached and taken"
          + " off: in a network",
      "namespace and a cgroup that are made for it, to this process, to places that are hardly ever"
          + " come to. The rest is",
      "inferred from what the machine says. Nothing stays."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j feature",
      "  ebpf4j feature --missing",
      "  ebpf4j feature --helpers --json > here.json"
    })
public final class FeatureCommand implements PlainLine.Command {
  @Mixin private final Listing listing = new Listing();

  @Option(
      names = "--helpers",
      description = "Also the helpers that programs of each type may call: some thousands.")
  private boolean helpers;

  @Option(names = "--no-attach", description = "Attach nothing; all of that is inferred.")
  private boolean noAttach;

  @Option(names = "--missing", description = "Only what cannot be loaded or attached.")
  private boolean missing;

  private final Console console;

  public FeatureCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--helpers" -> helpers = value.flag(helpers);
      case "--no-attach" -> noAttach = value.flag(noAttach);
      case "--missing" -> missing = value.flag(missing);
      default -> {
        return listing.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return false;
  }

  @Override
  public boolean complete() {
    return true;
  }

  @Override
  public Integer call() {
    List<Feature> shown = new ArrayList<>();
    var ending = Ending.of(null);
    // What is attached for a trial is taken away.
    ending.cleanUp();
    for (var feature : Features.probe(helpers, !noAttach, ending)) {
      if (!missing || !feature.attachable()) {
        shown.add(feature);
      }
    }
    StandardOutput.neverBlockAfter(console.out(), ending);
    listing.print(console.out(), view(Features.kernel()), shown);
    return ending.getAsBoolean() ? ExitStatus.INTERRUPTED : 0;
  }

  private static String yes(Feature feature, boolean able, boolean inferred) {
    return feature.basis() == Basis.NOT_PROBED
        ? "?"
        : (able ? "yes" : "no") + (inferred ? ", inferred" : "");
  }

  static String group(Feature feature) {
    return feature.group().name().toLowerCase(Locale.ROOT);
  }

  private static View<Feature> view(String kernel) {
    return new View<Feature>((fields, feature) ->
        fields
            .put("kernel", kernel)
            .put("group", group(feature))
            .put("name", feature.name())
            .put("loadable", feature.loadable())
            .put("attachable", feature.attachable())
            .put("basis", feature.basis().name().toLowerCase(Locale.ROOT))
            .put("why", feature.why().isEmpty() ? null : feature.why()))
        .column("GROUP", FeatureCommand::group)
        .column("NAME", Feature::name)
        .column("LOADABLE", f -> yes(f, f.loadable(), false))
        .column("ATTACHABLE", f -> yes(f, f.attachable(), f.basis() == Basis.INFERRED))
        .wide("WHY", Feature::why);
  }
}
