package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.PerfEvent;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.inspect.JitedProgram;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.linux.inspect.TranslatedProgram;
import org.ebpf4j.linux.internal.attach.Hooks;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.query.Inventory;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.query.ProgramCode;
import org.ebpf4j.linux.internal.run.TestRun;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.profile.ProfileSession;
import org.ebpf4j.linux.profile.ProfiledRun;
import org.ebpf4j.linux.trace.ProgramStream;
import org.ebpf4j.load.ProgramPlace;
import org.ebpf4j.object.ProgramSpec;
import org.jspecify.annotations.Nullable;

/// A program in this machine's kernel: one descriptor, and so one reference. Any thread may use it;
/// whoever opened it closes it.
public final class LinuxProgram implements Described, BpfProgram {
  private final Steps steps;
  private final String name;
  private final @Nullable ProgramSpec spec;
  private final Fd fd;
  private final String verifierLog;
  private final Function<String, Optional<LinuxMap>> objectMaps;

  /// Its type and id for people, once they were asked for.
  private volatile String identity = "";

  /// The number of its type, once it was asked for.
  private volatile int type;

  /// @param objectMaps gives a map of the program's object
  LinuxProgram(
      Steps steps,
      String name,
      @Nullable ProgramSpec spec,
      Fd fd,
      String verifierLog,
      Function<String, Optional<LinuxMap>> objectMaps) {
    this.steps = steps;
    this.name = name;
    this.spec = spec;
    this.fd = fd;
    this.verifierLog = verifierLog;
    this.objectMaps = objectMaps;
  }

  /// The program that a descriptor refers to, which is closed where that fails.
  static LinuxProgram opened(Steps steps, Fd fd) {
    try {
      return new LinuxProgram(
          steps, ObjectInfo.program(fd.number()).name(), null, fd, "", _ -> Optional.empty());
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  /// A program as one of this kernel.
  ///
  /// @throws IllegalArgumentException where it is of another
  static LinuxProgram of(BpfProgram program) {
    if (program instanceof LinuxProgram own) {
      return own;
    }
    throw new IllegalArgumentException(
        "program '" + program.name() + "' is of another kernel: " + program);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<ProgramSpec> spec() {
    return Optional.ofNullable(spec);
  }

  @Override
  public String verifierLog() {
    return verifierLog;
  }

  /// The descriptor.
  ///
  /// @throws IllegalStateException after [#close()]
  @Override
  public int fd() {
    return descriptor().number();
  }

  /// The descriptor, which can be held.
  ///
  /// @throws IllegalStateException after [#close()]
  Fd descriptor() {
    if (!fd.isOpen()) {
      throw new IllegalStateException("program '" + name + "' is closed");
    }
    return fd;
  }

  private <T> T with(IntFunction<T> use) {
    return Descriptors.with(this, use);
  }

  @Override
  public int id() {
    return info().id();
  }

  /// What the kernel says of it.
  public ProgramInfo info() {
    return with(Inventory::program);
  }

  /// Its instructions as the kernel keeps them, with the names of what they refer to. It reads
  /// `/proc/kallsyms` where they call functions of the kernel.
  ///
  /// @throws org.ebpf4j.error.PermissionException where the kernel does not give them to this
  ///   process
  public TranslatedProgram translated() {
    return with(ProgramCode::translated);
  }

  /// Its machine code.
  ///
  /// @throws org.ebpf4j.error.PermissionException where the kernel does not give it to this process
  /// @throws BpfException where there is none, as the program is interpreted
  public JitedProgram jited() {
    return with(ProgramCode::jited);
  }

  @Override
  public LinuxLink attach() {
    if (spec == null) {
      throw new BpfException(
          "program '"
              + name
              + "' was opened, and has no section that says where it is attached"
              + programType().map(t -> ": " + HookKind.homes(t, Optional.empty())).orElse(""));
    }
    return attach(ProgramPlace.of(spec));
  }

  @Override
  public LinuxLink attach(AttachPoint point) {
    var what = "attaching '" + name + "' to " + point.describe();
    // Whoever watches the steps may throw; by the time they are told, what was made has an owner.
    var made = new ArrayList<String>();
    Attachment attachment;
    try (var descriptors = new Descriptors()) {
      attachment =
          Hooks.attach(
              new Attaching(
                  what,
                  descriptors.of(this),
                  programType(),
                  Optional.ofNullable(spec),
                  name ->
                      objectMaps
                          .apply(name)
                          .map(map -> OptionalInt.of(descriptors.of(map)))
                          .orElse(OptionalInt.empty()),
                  descriptors::of,
                  made::add),
              point);
    } catch (RuntimeException | Error e) {
      try {
        report(made);
      } catch (RuntimeException thrown) {
        e.addSuppressed(thrown);
      }
      throw e;
    }
    try {
      report(made);
    } catch (RuntimeException | Error e) {
      attachment.close();
      throw e;
    }
    return new LinuxLink(steps, name, point, attachment);
  }

  private Optional<ProgramType> programType() {
    return spec == null ? ProgramType.of(type()) : spec.type();
  }

  private void report(List<String> made) {
    made.forEach(step -> steps.report(Step.Action.ATTACH, name, step));
  }

  /// Runs it by itself, as [BpfProgram#run(RunInput)] says. A signal between two of several runs
  /// breaks them off; then all are made again, up to 30 times.
  @Override
  public RunResult run(RunInput input) {
    return with(number -> new TestRun(name, number, type(), input).make());
  }

  /// Runs it by itself, as [#run(RunInput)] does, while counters of the machine count what this
  /// thread does in the kernel for it: the program, and around it what the kernel does to run it,
  /// which many repeats make small.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the machine does not count that, as
  ///   virtual machines often have no hardware counters; or as [#run(RunInput)] does
  /// @throws IllegalArgumentException for no counter, or a run on a CPU of the caller's choice,
  ///   which is not this thread's
  /// @throws IllegalStateException in a virtual thread, which the machine cannot tell from others
  public ProfiledRun profile(RunInput input, Set<PerfEvent.Counter> counters) {
    return ProfiledRun.of(name, input, () -> run(input), counters);
  }

  /// Has counters of the machine count what is done in the kernel while it runs, for all its runs
  /// from now on, until what this returns is closed. It stays in the kernel for as long.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the machine does not count that, as
  ///   virtual machines often have no hardware counters; where the program was loaded without types
  ///   or is of a kind that the kernel lets nobody trace, such as one that traces another; and
  ///   before 5.7
  /// @throws org.ebpf4j.error.PermissionException without `CAP_BPF` and `CAP_PERFMON`, or where the
  ///   kernel is locked down
  /// @throws IllegalArgumentException for no counter
  public ProfileSession profile(Set<PerfEvent.Counter> counters) {
    return with(number -> ProfileSession.open(steps, name, number, counters));
  }

  private int type() {
    if (type == 0) {
      type = info().type();
    }
    return type;
  }

  @Override
  public ProgramStatistics statistics() {
    return with(ObjectInfo::programStatistics);
  }

  /// What it writes to one of its streams. To be kept for reading lines, which may come in pieces.
  public ProgramStream stream(ProgramStream.Id id) {
    return ProgramStream.of(name, use -> with(use::applyAsInt), id);
  }

  @Override
  public void pin(Path path) {
    with(number -> {
      Pins.pin("program '" + name + "'", number, path);
      return path;
    });
    steps.report(Step.Action.PIN, "program " + name, path.toString());
  }

  @Override
  public LinuxProgram duplicate() {
    return new LinuxProgram(steps, name, spec, with(Fd::duplicate), verifierLog, objectMaps);
  }

  @Override
  public void close() {
    if (fd.isOpen()) {
      var number = fd.toString();
      fd.close();
      steps.report(Step.Action.CLOSE, "program " + name, number);
    }
  }

  @Override
  public String toString() {
    return "program '" + name + "' (" + identity() + (fd.isOpen() ? ")" : ", closed)");
  }

  /// Its type and id, as far as they can be known.
  private String identity() {
    if (identity.isEmpty()) {
      try {
        var number = fd.hold();
        try {
          var info = ObjectInfo.program(number);
          identity = info.typeLabel() + ", id " + info.id();
        } finally {
          fd.release();
        }
      } catch (IllegalStateException closed) {
        return spec == null ? "of some type" : spec.type().map(ProgramType::label).orElse("");
      }
    }
    return identity;
  }
}
