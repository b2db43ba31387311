package org.ebpf4j.cli.attach;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.Place;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.place.Target;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.process.Ending;
import org.ebpf4j.cli.process.PlainLine;
import org.ebpf4j.cli.process.StandardOutput;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.cli.text.DurationConverter;
import org.ebpf4j.cli.text.JsonOptions;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.PinDirectory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `ebpf4j prog attach`.
@Command(
    name = "attach",
    mixinStandardHelpOptions = true,
    header = "Attach a program that is alive in the kernel.",
    description = {
      "Attaches a program that was loaded before, as --attach of 'ebpf4j run' says places. It stays"
          + " until Ctrl-C, or, with --pin-link, until its link is detached or its pin is removed."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ebpf4j prog attach 42 tracepoint:syscalls/sys_enter_execveat --dry-run",
      "  ebpf4j prog attach 42 tracepoint:syscalls/sys_enter_execveat --duration 1s",
      "  ebpf4j prog attach 42 tracepoint:syscalls/sys_enter_execveat --pin-link /sys/fs/bpf/kept"
    })
public final class AttachProgramCommand implements PlainLine.Command {
  private static final Duration LONG = Duration.ofDays(1);

  /// How often it is looked whether somebody reads the output.
  private static final Duration LOOK = Duration.ofMillis(250);

  @Parameters(
      paramLabel = "WHICH PLACE",
      description =
          "An id, a name, a tag or a pin of the program; then a place such as xdp:veth0, of which"
              + " 'ebpf4j attach --list' has all kinds.")
  private List<String> words = new ArrayList<>();

  @Option(
      names = "--pin-link",
      paramLabel = "PATH",
      description = "Pin the link there, so that the program stays attached afterwards.")
  private @Nullable Path pin;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      description = "Take it off after this time, such as 10s, instead of at Ctrl-C.")
  private @Nullable Duration duration;

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Mixin private final JsonOptions json = new JsonOptions();

  private final Console console;

  public AttachProgramCommand(Console console) {
    this.console = console;
  }

  @Override
  public boolean option(String name, PlainLine.Value value) {
    switch (name) {
      case "--pin-link" -> pin = value.path(pin);
      case "--duration" -> duration = DurationConverter.read(value.text(duration));
      case "--dry-run" -> dryRun = value.flag(dryRun);
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
      throw new UsageException("a program, and behind it a place such as xdp:veth0 are wanted");
    }
    if (pin != null && duration != null) {
      throw new UsageException("--duration takes the program off, --pin-link leaves it there");
    }
    var target = target(words.getLast());
    try (var kernel = LinuxKernel.open();
        var program =
            kernel.openProgram(Choice.program(kernel, words.subList(0, words.size() - 1)));
        var named = new Named(kernel, program)) {
      if (pin != null) {
        PinDirectory.check(pin);
      }
      var point = point(target, named);
      check(target, point, program);
      if (dryRun) {
        print(program, point, null);
        return 0;
      }
      return attach(program, point);
    }
  }

  private int attach(LinuxProgram program, AttachPoint point) {
    var ending = Ending.of(duration);
    ending.endWithReader();
    StandardOutput.neverBlockAfter(console.out(), ending);
    ending.cleanUp();
    try (var link = program.attach(point)) {
      if (pin != null) {
        link.pin(pin);
        print(program, point, link);
        return 0;
      }
      print(program, point, link);
      console.out().flush();
      ending.begin();
      while (!ending.getAsBoolean()) {
        ending.await(json.isJson() ? LONG : LOOK);
      }
    }
    return ending.status();
  }

  private static Target target(String text) {
    Target target;
    try {
      target = Target.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (!target.program().isEmpty()) {
      throw new UsageException(
          "'" + text + "' names a program; the one that is attached is before the place");
    }
    return target;
  }

  private static AttachPoint point(Target target, Place.Surroundings surroundings) {
    try {
      return target.place().in(surroundings);
    } catch (IllegalArgumentException e) {
      throw new BpfException(target.text() + ": " + e.getMessage(), e);
    }
  }

  /// That a program of this type goes to such a place.
  private static void check(Target target, AttachPoint point, LinuxProgram program) {
    ProgramType.of(program.info().type())
        .ifPresent(type ->
            target
                .kind()
                .check(
                    "attaching '" + program.name() + "' to " + point.describe(),
                    point,
                    type,
                    Optional.empty()));
  }

  private void print(LinuxProgram program, AttachPoint point, @Nullable LinuxLink link) {
    if (json.isJson()) {
      json.print(
          console.out(),
          fields ->
              fields
                  .put("action", "attach")
                  .put("dry_run", dryRun)
                  .put("program_id", Integer.toUnsignedLong(program.id()))
                  .put("place", point.describe())
                  .putNumbers("link_ids", link == null ? List.of() : link.ids())
                  .put("pin", pin == null ? null : pin.toString()));
      return;
    }
    console
        .out()
        .println(
            SafeText.line(
                (dryRun ? "would attach " : "attached ")
                    + "program "
                    + Integer.toUnsignedString(program.id())
                    + " '"
                    + program.name()
                    + "' to "
                    + point.describe()
                    + (pin == null ? "" : ", with its link pinned at " + pin)));
  }

  /// What a place can name: objects of the kernel, by id or pin.
  private static final class Named implements Place.Surroundings, AutoCloseable {
    private final LinuxKernel kernel;
    private final LinuxProgram program;
    private final List<AutoCloseable> opened = new ArrayList<>();

    Named(LinuxKernel kernel, LinuxProgram program) {
      this.kernel = kernel;
      this.program = program;
    }

    private <T extends AutoCloseable> T keep(T handle) {
      opened.add(handle);
      return handle;
    }

    @Override
    public Handle map(String name) {
      return keep(kernel.openMap(Choice.map(kernel, List.of(name))));
    }

    @Override
    public Handle program(String reference) {
      var id = ObjectId.of(reference);
      return keep(
          id.isPresent()
              ? kernel.openProgram(id.getAsInt())
              : kernel.openProgram(Path.of(reference)));
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      return keep(kernel.listen(address));
    }

    @Override
    public Handle sharing(InetSocketAddress address) {
      return keep(kernel.listenShared(address));
    }

    /// The kernel does not say with which attach type a program was loaded.
    @Override
    public Optional<AttachType> attachType() {
      return program.spec().flatMap(s -> s.attachType());
    }

    @Override
    public void close() {
      for (var handle : opened.reversed()) {
        try {
          handle.close();
        } catch (Exception e) {
          throw new BpfException(String.valueOf(e.getMessage()), e);
        }
      }
    }
  }
}
