package org.ebpf4j.cli.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.ebpf4j.LinkSet;
import org.ebpf4j.cli.place.AttachHelp;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Interrupt;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j load`: loads, attaches and pins, so that all of it outlives the command.
@Command(
    name = "load",
    addMethodSubcommands = false,
    modelTransformer = AttachHelp.class,
    mixinStandardHelpOptions = true,
    header = "Load, attach and pin, so that it outlives the command.",
    description = {
      "Loads the programs of a file, attaches those that have a place, and pins programs, maps and"
          + " links below a directory",
      "of a bpffs, so that they outlive the command. 'ebpf4j unpin DIR' takes them away again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j load examples/hello/hello.bpf.o --pin /sys/fs/bpf/hello --dry-run",
      "  ebpf4j load examples/hello/hello.bpf.o --pin /sys/fs/bpf/hello",
      "  ebpf4j load examples/hello/hello.bpf.o --pin /sys/fs/bpf/hello --no-attach"
    })
public final class LoadCommand implements PlainLine.Command {
  @Mixin private final Loading loading;

  @Option(
      names = "--pin",
      required = true,
      paramLabel = "DIR",
      description = "Where the pins go: DIR/programs/NAME, DIR/maps/NAME, DIR/links/NAME.")
  private @Nullable Path directory;

  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--no-attach", description = "Only load and pin.")
  private boolean noAttach;

  @Option(
      names = "--dry-run",
      description = "Say what would be loaded, attached and pinned, and do nothing.")
  private boolean dryRun;

  public LoadCommand(Console console) {
    loading = new Loading(console);
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--pin" -> directory = value.path(directory);
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--no-attach" -> noAttach = value.flag(noAttach);
      default -> {
        return json.option(name, value) || loading.option(name, value);
      }
    }
    return true;
  }

  @Override
  public boolean word(String word) {
    return loading.word(word);
  }

  @Override
  public boolean complete() {
    return loading.complete() && directory != null;
  }

  private Path links() {
    return Objects.requireNonNull(directory).toAbsolutePath().normalize().resolve("links");
  }

  /// The pins of links that a load would make.
  private List<Path> links(Loading.Plan plan) {
    return noAttach
        ? List.of()
        : plan.spec().programs().stream()
            .filter(plan.placement()::isPlaced)
            .map(program -> links().resolve(program.name().replace('.', '_')))
            .toList();
  }

  private void print(List<Path> pins, JsonList list) {
    if (!json.isJson()) {
      pins.forEach(pin -> loading.out().println((dryRun ? "would pin " : "") + pin));
      return;
    }
    pins.forEach(path ->
        list.add(fields ->
            fields.put("action", "pin").put("dry_run", dryRun).put("path", path.toString())));
    list.end();
    list.flush();
  }

  @Override
  public Integer call() {
    LinuxKernel.prepare();
    var plan = loading.plan(false);
    var planned = PinDirectory.check(plan.spec(), Objects.requireNonNull(directory));
    if (dryRun) {
      var list = json.list(loading.out());
      loading.printSteps(plan, !noAttach, json.isJson() ? list : null);
      print(
          planned.stream()
              .filter(pin -> !pin.startsWith(links()) || links(plan).contains(pin))
              .toList(),
          list);
      return 0;
    }
    // Half of the pins would be worse than all or none: a signal waits until they are made.
    Interrupt.onSignal(() -> {});
    try (var kernel = loading.kernel();
        var placement = plan.placement()) {
      if (!noAttach) {
        placement.open(kernel);
      }
      try (var object = loading.loadWithProgress(kernel, kernel::load, plan);
          var links = noAttach ? new LinkSet(List.of()) : loading.attach(object, placement)) {
        loading.announce(object, links, placement);
        // Pins that nobody could be told of are undone, too: the status says that it failed.
        loading.undoingPins(
            object,
            () ->
                PinDirectory.pin(
                    object,
                    links,
                    Objects.requireNonNull(directory),
                    pins -> print(pins, json.list(loading.out()))));
        return 0;
      }
    }
  }
}
