package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.LinkSet;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.cli.input.KernelOptions;
import org.ebpf4j.cli.input.LogOption;
import org.ebpf4j.cli.input.ObjectOptions;
import org.ebpf4j.cli.input.ProgramFile;
import org.ebpf4j.cli.place.Placement;
import org.ebpf4j.cli.place.Target;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Failure;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.Progress;
import org.ebpf4j.cli.process.Terminal;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.error.VerifierException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxObject;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What `run` and `load` have in common: a file, where its programs go, and how much is told on the
/// way.
final class Loading {
  @Mixin private final ProgramFile file = new ProgramFile();

  @Mixin private final KernelOptions facts = new KernelOptions();

  @Option(
      names = "--attach",
      paramLabel = "PLACE",
      description =
          "Where a program goes whose section does not say, or goes instead: [PROGRAM=]KIND:REST.")
  private List<String> attach = new ArrayList<>();

  @Option(
      names = "--log-level",
      paramLabel = "N",
      description =
          "Print what the verifier writes: 1 the paths it took, 2 every instruction, 4 numbers"
              + " only.")
  private int logLevel;

  @Mixin private final LogOption log = new LogOption();

  @Option(
      names = "--keep-going",
      description = "If a program does not load or attach, say so, and go on with the others.")
  private boolean keepGoing;

  @Mixin private final ObjectOptions changes = new ObjectOptions();

  @Option(
      names = {"-v", "--steps"},
      description =
          "Print each thing that is done: what is created, patched, loaded, attached, taken away.")
  private boolean steps;

  private final Console console;
  private @Nullable Progress progress;
  private final Map<String, Integer> ids = new HashMap<>();

  Loading(Console console) {
    this.console = console;
  }

  /// Takes an option in its plain form.
  boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--attach" -> attach.add(value.text());
      case "--log-level" -> logLevel = value.number(logLevel);
      case "--keep-going" -> keepGoing = value.flag(keepGoing);
      case "-v", "--steps" -> steps = value.flag(steps);
      default -> {
        return file.option(name, value) || facts.option(name, value) || changes.option(name, value);
      }
    }
    return true;
  }

  /// Takes the file; false where there is one.
  boolean word(String word) {
    return file.word(word);
  }

  /// The file.
  Path file() {
    return file.path();
  }

  /// Whether there is a file.
  boolean complete() {
    return file.complete();
  }

  PrintWriter out() {
    return console.out();
  }

  PrintWriter err() {
    var of = progress;
    if (of != null) {
      // What is said takes its place.
      of.close();
    }
    return console.err();
  }

  /// Says what would be loaded and attached.
  ///
  /// @param json what they are printed to as JSON; null where they are text
  void printSteps(Plan plan, boolean attach, @Nullable JsonList json) {
    for (var step : plan.placement().steps(attach)) {
      if (json == null) {
        out().println(SafeText.line(step));
      } else {
        json.add(fields -> fields.put("step", step));
      }
    }
  }

  /// What is loaded, and what goes where.
  record Plan(ObjectSpec spec, Placement placement) {}

  /// Reads the file and settles what goes where; nothing is done yet.
  Plan plan(boolean everyProgram) {
    return plan(everyProgram, List.of());
  }

  /// The same.
  ///
  /// @param usual where programs go where nothing is said
  Plan plan(boolean everyProgram, List<String> usual) {
    var targets = new ArrayList<Target>();
    for (var text : attach.isEmpty() ? usual : attach) {
      try {
        targets.add(Target.parse(text));
      } catch (IllegalArgumentException e) {
        throw new UsageException("--attach: " + e.getMessage(), e);
      }
    }
    var placement = Placement.of(spec(), targets);
    if (everyProgram && keepGoing) {
      placement.requireAny();
    } else if (everyProgram) {
      placement.requireAll();
    }
    return new Plan(placement.spec(), placement);
  }

  /// The object of the file, as it is to be loaded.
  ObjectSpec spec() {
    return changes.in(file.read());
  }

  /// The types of the kernel, where they were given.
  Optional<Btf> types() {
    return facts.types();
  }

  /// What loads an object.
  interface Loader<T extends BpfObject> {
    T load(ObjectSpec spec, LoadOptions options);
  }

  LinuxKernel kernel() {
    if (steps) {
      Steps print = step -> err().println("- " + step);
      return LinuxKernel.open(print);
    }
    if (!Terminal.isError()) {
      return LinuxKernel.open();
    }
    Steps count =
        step -> {
          var of = progress;
          if (of != null && step.action() == Step.Action.LOAD) {
            of.addOne();
          }
        };
    return LinuxKernel.open(count);
  }

  /// Loads, and says how far that is, where it takes long.
  <T extends BpfObject> T loadWithProgress(Kernel kernel, Loader<T> loader, Plan plan) {
    if (steps) {
      return load(kernel, loader, plan);
    }
    try (var shown = Progress.of("programs", plan.spec().programs().size())) {
      progress = shown;
      return load(kernel, loader, plan);
    } finally {
      progress = null;
    }
  }

  <T extends BpfObject> T load(Kernel kernel, Loader<T> loader, Plan plan) {
    try {
      var object = loader.load(plan.spec(), plan.placement().in(kernel, options()));
      if (object.programs().isEmpty()) {
        requireOne(object);
      }
      object
          .failures()
          .forEach((name, why) -> err().println(Failure.ofProgram("loaded", name, why)));
      if (logLevel > 0) {
        object.programs().forEach(this::printLog);
      }
      return object;
    } catch (VerifierException e) {
      if (log.printed() || logLevel > 0) {
        err().print(e.log());
        err().flush();
      }
      throw e;
    }
  }

  /// Going on without any program is no use: what kept the first from being loaded is thrown.
  private static void requireOne(BpfObject object) {
    for (var why : object.failures().values()) {
      try (object) {
        undoPins(object, why);
      }
      throw why;
    }
  }

  private LoadOptions options() {
    try {
      return log.in(facts.in(new LoadOptions(logLevel).withKeepGoing(keepGoing)));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--log-level: " + e.getMessage(), e);
    }
  }

  private void printLog(BpfProgram program) {
    err().println("verifier's log of '" + program.name() + "':");
    err().print(program.verifierLog());
    err().flush();
  }

  /// Attaches what has a place: all of it, or nothing; where it goes on, what can be, and says what
  /// cannot. Says, too, what has no place. If nothing is attached in the end, what the load pinned
  /// is unpinned.
  LinkSet attach(BpfObject object, Placement placement) {
    // Once a program of a security module is attached, it may refuse that.
    object.programs().forEach(program -> ids.put(program.name(), program.id()));
    for (var program : object.programs()) {
      var why = placement.unplaced().get(program.name());
      if (why != null) {
        sayNotAttached(program.name(), why);
      }
    }
    return undoingPins(
        object, () -> keepGoing ? attachSome(object, placement) : attachEach(object, placement));
  }

  private static LinkSet attachEach(BpfObject object, Placement placement) {
    var links = object.attachTo(program -> placement.point(object, program));
    try {
      return links.and(object.registerAll());
    } catch (RuntimeException | Error e) {
      try {
        links.close();
      } catch (RuntimeException notClosed) {
        e.addSuppressed(notClosed);
      }
      throw e;
    }
  }

  /// Does what comes after a load; if that fails, the pins that the load made are removed.
  <T> T undoingPins(BpfObject object, Supplier<T> step) {
    try {
      return step.get();
    } catch (RuntimeException | Error e) {
      undoPins(object, e);
      throw e;
    }
  }

  private static void undoPins(BpfObject object, Throwable why) {
    if (object instanceof LinuxObject linux) {
      linux.undoPins(why);
    }
  }

  private LinkSet attachSome(BpfObject object, Placement placement) {
    var failures = new LinkedHashMap<String, BpfException>();
    var links =
        object
            .attachTo(
                program -> placement.point(object, program),
                (program, why) -> failures.put(program.name(), why))
            .and(object.registerAll(failures::put));
    if (links.links().isEmpty() && !failures.isEmpty()) {
      throw failures.firstEntry().getValue();
    }
    failures.forEach(this::sayNotAttached);
    return links;
  }

  private void sayNotAttached(String program, BpfException why) {
    err().println(Failure.ofProgram("attached", program, why));
  }

  /// A line for each program: what it is and where it is attached.
  void announce(BpfObject object, LinkSet links, Placement placement) {
    for (var program : object.programs()) {
      var places =
          links.links().stream()
              .filter(l -> l.programName().equals(program.name()))
              .map(l -> l.attachPoint().orElseThrow().describe())
              .toList();
      err()
          .println(
              program.name()
                  + ": "
                  + program
                      .spec()
                      .flatMap(s -> s.type())
                      .map(t -> t.label())
                      .orElse("")
                      .toLowerCase(Locale.ROOT)
                  + (program instanceof LinuxProgram linux ? ", fd " + linux.fd() : "")
                  + ", id "
                  + ids.computeIfAbsent(program.name(), _ -> program.id())
                  + (places.isEmpty()
                      ? isOfMap(program) ? "" : ", not attached"
                      : ", attached to " + String.join(", ", places)));
    }
    for (var link : links.links()) {
      if (link.attachPoint().isEmpty()) {
        err().println(link.programName() + ": struct_ops, registered with the kernel");
      }
    }
    for (var socket : placement.sockets()) {
      err()
          .println(
              "listening on "
                  + socket.address().getAddress().getHostAddress()
                  + ":"
                  + socket.address().getPort());
    }
  }

  /// Whether the kernel is given it with a map of functions.
  private static boolean isOfMap(BpfProgram program) {
    return program.spec().flatMap(ProgramSpec::type).equals(Optional.of(ProgramType.STRUCT_OPS));
  }
}
