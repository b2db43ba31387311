package org.ebpf4j.cli.reference;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.NearestNames;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.ReferenceSnapshot;
import org.ebpf4j.linux.reference.References;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j why`.
@Command(
    name = "why",
    mixinStandardHelpOptions = true,
    header = "Say why an object of the kernel is still there: who holds it.",
    description = {
      "Finds all references to a program, a map, a link or types, in all processes and namespaces,"
          + " and holds their sum against the kernel's own count.",
      "A count that is higher than what was found is unexplained; then what may hold the rest is"
          + " named.",
      "With --release it takes away what holds the object, after asking: removes pins, detaches"
          + " links, filters and programs,",
      "removes entries of maps; nothing that --release --dry-run does not list. It ends no process,"
          + " and says which one has to."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j why prog 42",
      "  ebpf4j why map counts",
      "  ebpf4j why link /sys/fs/bpf/my_link --json",
      "  ebpf4j why prog 42 --release --dry-run",
      "  ebpf4j why prog 42 --release --yes",
      "",
      "Exit status: with --release, 1 where the object is still there."
    })
public final class WhyCommand implements PlainLine.Command {
  @Mixin private final JsonOptions json = new JsonOptions();

  @Option(names = "--release", description = "Free it: take away what holds it.")
  private boolean release;

  @Option(names = "--dry-run", description = "Do nothing, and say what would be done.")
  private boolean dryRun;

  @Option(names = "--yes", description = "Do not ask.")
  private boolean yes;

  @Parameters(
      paramLabel = "KIND WHICH",
      description = "prog, map, link or btf; then ids, names or paths of pins.")
  private List<String> words = new ArrayList<>();

  private final Console console;

  public WhyCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--release" -> release = value.flag(release);
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
    return words.size() >= 2;
  }

  @Override
  public Integer call() {
    if (words.size() < 2) {
      throw new UsageException(
          "what is asked for is missing\n  try: ebpf4j why prog 42; map, link and btf likewise");
    }
    if ((dryRun || yes) && !release) {
      throw new UsageException((dryRun ? "--dry-run" : "--yes") + " belongs to --release");
    }
    var gone = true;
    try (var kernel = LinuxKernel.open()) {
      var snapshot = kernel.references();
      var chosen = choose(kernel, snapshot, words);
      snapshot.notes().forEach(n -> console.err().println("ebpf4j: " + n));
      if (release && !dryRun) {
        gone = release(kernel, snapshot, chosen);
      } else {
        print(snapshot, chosen);
      }
    }
    console.out().flush();
    return gone ? 0 : ExitStatus.FAILED;
  }

  /// Frees one after the other; whether all are gone.
  private boolean release(LinuxKernel kernel, ReferenceSnapshot snapshot, List<References> chosen) {
    var gone = true;
    var now = snapshot;
    try (var list = json.list(console.out())) {
      int done = 0;
      for (var references : chosen) {
        var object = now.of(references.object());
        if (object.isPresent()) {
          var release = new Release(console, now, object.get());
          gone &=
              json.isJson() ? release(kernel, release, references, list) : release(kernel, release);
          now = ++done == chosen.size() ? now : kernel.references();
        }
      }
      if (json.isJson()) {
        list.end();
      }
    }
    return gone;
  }

  private boolean release(LinuxKernel kernel, Release release) {
    release.print(false);
    var gone = release.perform(kernel, yes, true);
    release.printOutcome(kernel, gone);
    return gone;
  }

  private boolean release(
      LinuxKernel kernel, Release release, References references, JsonList list) {
    var gone = false;
    try {
      gone = release.perform(kernel, yes, false);
      return gone;
    } finally {
      var isGone = gone;
      list.add(fields -> {
        ReferenceText.json(fields, references);
        release.json(fields);
        fields.put("gone", isGone);
      });
    }
  }

  private void print(ReferenceSnapshot snapshot, List<References> chosen) {
    var out = console.out();
    if (json.isJson()) {
      var list = json.list(out);
      for (var references : chosen) {
        list.add(fields -> {
          ReferenceText.json(fields, references);
          if (release) {
            new Release(console, snapshot, references).json(fields);
            fields.put("gone", false);
          }
        });
      }
      list.end();
      return;
    }
    var first = true;
    for (var references : chosen) {
      if (!first) {
        out.println();
      }
      first = false;
      if (release) {
        new Release(console, snapshot, references).print(true);
      } else {
        ReferenceText.print(out, references);
      }
    }
  }

  /// Prints who holds a program.
  ///
  /// @param program its id
  public static void printProgram(PrintWriter out, LinuxKernel kernel, int program) {
    ReferenceText.print(out, kernel.references(ObjectKey.program(program)));
  }

  /// The objects that words choose: a kind, and which.
  static List<References> choose(
      LinuxKernel kernel, ReferenceSnapshot snapshot, List<String> words) {
    var type =
        ObjectType.parse(words.getFirst())
            .orElseThrow(() ->
                new UsageException(
                    "'"
                        + words.getFirst()
                        + "' is no kind of object: prog, map, link or btf"
                        + NearestNames.didYouMean(
                            words.getFirst(), List.of("prog", "map", "link", "btf"))));
    var selection =
        new Selection<References>(
            type == ObjectType.PROGRAM
                ? "program"
                : type == ObjectType.TYPES ? "BTF" : type.label(),
            r -> r.object().id(),
            References::name,
            _ -> "",
            path -> pinned(kernel, type, path));
    return selection.of(words.subList(1, words.size()), snapshot.all(type));
  }

  private static int pinned(LinuxKernel kernel, ObjectType type, Path path) {
    return switch (type) {
      case PROGRAM -> {
        try (var program = kernel.openProgram(path)) {
          yield program.id();
        }
      }
      case MAP -> {
        try (var map = kernel.openMap(path)) {
          yield map.id();
        }
      }
      case LINK -> {
        try (var link = kernel.openLink(path)) {
          yield link.ids().getFirst();
        }
      }
      case TYPES -> throw new UsageException(path + ": BTF cannot be pinned");
    };
  }
}
