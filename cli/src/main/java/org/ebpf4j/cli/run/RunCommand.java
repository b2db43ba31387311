package org.ebpf4j.cli.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.LinkSet;
import org.ebpf4j.TraceStream;
import org.ebpf4j.cli.place.AttachHelp;
import org.ebpf4j.cli.place.Placement;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.cli.virtual.Stage;
import org.ebpf4j.cli.virtual.VirtualOptions;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.PinDirectory;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `ebpf4j run`: loads, attaches, prints what the programs print, and takes everything away again.
@Command(
    name = "run",
    addMethodSubcommands = false,
    modelTransformer = AttachHelp.class,
    mixinStandardHelpOptions = true,
    header = "Load, attach, print what programs print and report, and clean up.",
    description = {
      "Loads the programs of a file, attaches each where its section name says, prints what they"
          + " print and the events",
      "of its ring and perf buffers until Ctrl-C, and takes everything away again. What iterators"
          + " write is printed",
      "once; an object that has nothing else ends then."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j run examples/hello/hello.bpf.o",
      "  ebpf4j run examples/hello/hello.bpf.o --duration 10s --steps",
      "  ebpf4j run examples/java/Hello.java",
      "  ebpf4j run examples/tools/execs.bpf.o --set only_uid=0",
      "  ebpf4j run examples/tools/execs.bpf.o --jfr execs.jfr --duration 10s",
      "  ebpf4j run examples/tools/filelat.bpf.o --maps latency --every 5s",
      "  ebpf4j run examples/tools/tcpconn.bpf.o --help-object",
      "  ebpf4j run examples/socket/get.text --type socket_filter --attach"
          + " socket:listen=127.0.0.1:9527 --log-level 2",
      "  ebpf4j run drop.bpf.o --attach xdp:veth0,generic",
      "  ebpf4j run examples/hello/hello.bpf.o --virtual",
      "  ebpf4j run examples/hello/hello.bpf.o --fire"
          + " tracepoint:syscalls/sys_enter_execve,count=3,id=59"
    })
public final class RunCommand implements PlainLine.Command {
  private static final Duration LONG = Duration.ofDays(1);

  /// `bpf_trace_printk` and `bpf_trace_vprintk`.
  private static final Set<Integer> PRINTING = Set.of(6, 177);

  @Mixin private final Loading loading;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "End after this time, such as 10s, 500ms or 2m, instead of at Ctrl-C.")
  private @Nullable Duration duration;

  @Option(names = "--raw", description = "Print the lines as the kernel wrote them.")
  private boolean raw;

  @Option(
      names = "--no-trace",
      description = "Leave the trace pipe to others; only keep the programs attached.")
  private boolean noTrace;

  @Mixin private final Output output;

  @Mixin private final VirtualOptions virtual = new VirtualOptions();

  @Option(
      names = "--help-object",
      description =
          "Print what can be said to this object: its programs, variables, events and maps; do"
              + " nothing.")
  private boolean helpObject;

  @Option(
      names = "--dry-run",
      description = "Say what would be loaded and attached, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--pin-link",
      paramLabel = "PATH",
      description = {
        "Pin the link, so that the program stays attached afterwards. With several programs PATH is"
            + " a directory",
        "that gets a pin for each."
      })
  private @Nullable Path pinLink;

  private final Console console;

  /// Whether the kernel has taken the object.
  private boolean loaded;

  public RunCommand(Console console) {
    this.console = console;
    loading = new Loading(console);
    output = new Output(console);
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--duration" -> duration = DurationConverter.read(value.text(duration));
      case "--dry-run" -> dryRun = value.flag(dryRun);
      case "--raw" -> raw = value.flag(raw);
      case "--no-trace" -> noTrace = value.flag(noTrace);
      default -> {
        return loading.option(name, value)
            || output.option(name, value)
            || virtual.option(name, value);
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
    return loading.complete();
  }

  @Override
  public Integer call() {
    if (helpObject) {
      var spec = loading.spec();
      output.print(new ObjectHelp(spec, output.types(spec), output.written(spec)));
      return 0;
    }
    virtual.check();
    var isVirtual = virtual.isWanted() || !isLinux();
    if (!isVirtual) {
      LinuxKernel.prepare();
    }
    var plan = isVirtual ? virtualPlan() : loading.plan(true);
    output.check(plan.spec());
    if (pinLink != null) {
      PinDirectory.check(pinLink);
    }
    if (dryRun) {
      var list = output.list();
      loading.printSteps(plan, true, output.isJson() ? list : null);
      output.end(list);
      return 0;
    }
    var ending = Ending.of(duration);
    ending.endWithReader();
    StandardOutput.neverBlockAfter(loading.out(), ending);
    if (isVirtual) {
      return virtually(plan, ending, virtual.isWanted() ? "" : "this system is not Linux");
    }
    try {
      return really(plan, ending);
    } catch (PermissionException refused) {
      if (loaded || !virtual.hasScenario(loading.file())) {
        throw refused;
      }
      return virtually(virtualPlan(), ending, reason(refused));
    }
  }

  /// What would be loaded and attached in the virtual kernel, where the scenario may say places.
  private Loading.Plan virtualPlan() {
    return loading.plan(false, virtual.places(loading.file()));
  }

  private static boolean isLinux() {
    return System.getProperty("os.name").equals("Linux");
  }

  private int really(Loading.Plan plan, Ending ending) {
    try (var opening = opening(LinuxKernel.open(), plan.spec(), ending, true);
        var kernel = loading.kernel()) {
      return run(kernel, kernel::load, plan, ending, opening, null);
    }
  }

  /// Runs it in the virtual kernel.
  ///
  /// @param reason why not in the real one; empty where it was asked for
  private int virtually(Loading.Plan plan, Ending ending, String reason) {
    if (pinLink != null) {
      throw new UsageException("--pin-link: pins of the virtual kernel end with it");
    }
    try (var stage = virtual.stage(loading.file(), plan.spec(), loading.types())) {
      loading
          .err()
          .println(
              reason.isEmpty()
                  ? "this is the virtual kernel; without --virtual, as root, it runs on the real one"
                  : "this is the virtual kernel, as "
                      + reason
                      + "; on the real one, as root: sudo ebpf4j run "
                      + loading.file());
      var kernel = stage.kernel();
      try (var opening = opening(kernel, plan.spec(), ending, false)) {
        return run(kernel, kernel::load, plan, ending, opening, stage);
      }
    }
  }

  private static String reason(PermissionException refused) {
    var missing = refused.missingCapabilities();
    return "the real one does not let you load programs"
        + (missing.isEmpty() ? "" : " (missing " + String.join(", ", missing) + ")");
  }

  /// @param stage what happens in the virtual kernel; null in the real one
  private int run(
      Kernel kernel,
      Loading.Loader<? extends BpfObject> loader,
      Loading.Plan plan,
      Ending ending,
      @Nullable TraceOpening opening,
      @Nullable Stage stage) {
    var types = output.types(plan.spec());
    // What keeps the pipe from being opened is told after loading, which is what a missing
    // privilege
    // should be told of; it is open before attaching, so that no line is missed.
    try (var placement = plan.placement();
        var object = loading.loadWithProgress(kernel, loader, plan);
        var trace = openTrace(opening);
        var list = output.list();
        var events = output.open(kernel, plan.spec(), object, types, list, ending)) {
      loaded = true;
      ending.cleanUp();
      var json = output.isJson() ? list : null;
      var text = new TraceText(loading.out(), loading.err(), raw, json);
      var stream = new Stream(trace, text, events, ending);
      stream.skipOldLines();
      if (ending.getAsBoolean()) {
        output.end(list);
        return 0;
      }
      placement.open(kernel);
      if (stage != null) {
        stage.open(object, loading.err());
        if (virtual.traces()) {
          stage.onStep(new StepText(loading.out(), json)::print);
        }
      }
      try (var links = loading.attach(object, placement)) {
        loading.announce(object, links, placement);
        loading.undoingPins(object, () -> pin(links));
        var iterators = Iterators.of(links);
        iterators.print(console, json, output.written(plan.spec()), ending);
        if (!iterators.areAll(links)) {
          stream(stream, new Maps(plan.spec(), object, list), placement, ending, stage);
        }
      }
      events.drain();
      if (stage != null) {
        stream.finish();
      }
      output.printMaps(plan.spec(), object, list, () -> false);
      output.end(list);
      events.summary(loading.err());
      if (stage != null) {
        stage.summary(loading.err());
      }
    }
    return ending.status();
  }

  /// The maps that are printed while programs run.
  private record Maps(ObjectSpec spec, BpfObject object, JsonList list) {}

  /// The pipe of what programs print; null where it is not wanted, or where tracefs is not mounted
  /// and must not be: what needs no trace goes on.
  private @Nullable TraceStream openTrace(@Nullable TraceOpening opening) {
    if (opening == null) {
      return null;
    }
    try {
      return opening.take();
    } catch (NotMountedException e) {
      loading.err().println("what programs print is not shown: " + e.getMessage());
      return null;
    }
  }

  /// The opening of the pipe, which a signal calls off; null where it is not wanted.
  private @Nullable TraceOpening opening(
      Kernel kernel, ObjectSpec spec, Ending ending, boolean meanwhile) {
    if (!wantsTrace(spec)) {
      return null;
    }
    var opening = new TraceOpening(kernel, meanwhile);
    ending.undo(opening::close);
    return opening;
  }

  /// Objects that report events are often silent otherwise; then the pipe is left alone.
  private boolean wantsTrace(ObjectSpec spec) {
    return !noTrace
        && (EventMaps.of(spec).isEmpty() || spec.programs().stream().anyMatch(RunCommand::prints));
  }

  private static boolean prints(ProgramSpec program) {
    var found = new AtomicBoolean();
    program
        .instructions()
        .forEach((_, instruction) -> {
          if (instruction instanceof Instruction.Call.Helper helper
              && PRINTING.contains(helper.id())) {
            found.set(true);
          }
        });
    return found.get();
  }

  private List<Path> pin(LinkSet links) {
    if (pinLink == null) {
      return List.of();
    }
    List<Path> pins;
    if (links.links().size() == 1) {
      links.links().getFirst().pin(pinLink);
      pins = List.of(pinLink);
    } else {
      pins = PinDirectory.pinLinks(links, pinLink);
    }
    pins.forEach(path -> loading.err().println("link pinned at " + path));
    return pins;
  }

  private void stream(
      Stream stream, Maps maps, Placement placement, Ending ending, @Nullable Stage stage) {
    var every = output.every();
    LongSupplier clock = stage == null ? System::nanoTime : stage::nanos;
    var next = every == null ? 0 : clock.getAsLong() + every.toNanos();
    ending.begin();
    while (!ending.getAsBoolean()
        && (stage == null || stage.next(() -> stream.turn(Duration.ZERO), ending))) {
      var wait = every == null ? LONG : Duration.ofNanos(Math.max(0, next - clock.getAsLong()));
      stream.turn(stage == null ? wait : Duration.ZERO);
      placement.sockets().forEach(s -> s.dismissConnections());
      if (every != null && clock.getAsLong() - next >= 0) {
        next += every.toNanos();
        output.printMaps(maps.spec(), maps.object(), maps.list(), ending);
      }
    }
  }
}
