package org.ebpf4j.linux.profile;

import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.load.Loader;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCalls;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.spi.Closing;
import org.ebpf4j.verifierlog.VerifierLog;

/// Counters of the machine around every run of a program, wherever it is attached and whatever has
/// it run, until this is closed. The kernel calls a small program where that one begins and one
/// where it ends; what these cost is in the counts in part, and makes each run slower by some
/// tenths of a microsecond.
///
/// A run is known at its end, so one that began before this was opened does not count. Nothing is
/// measured of a run in which another of the same program began on the same CPU, or which was on a
/// CPU that was not running when this was opened; such runs are counted as
/// [ProgramProfile#unmeasured()]. The kernel tells nothing of a run that began by a tail call.
///
/// It may be used from any thread.
public final class ProfileSession implements AutoCloseable {
  private static final int LOG_SIZE = 64 * 1024;

  private final Steps steps;
  private final String program;
  private final List<Counter> counters;

  /// All that is to be closed, the last first.
  private final List<AutoCloseable> parts = new ArrayList<>();

  private final MapCalls values;
  private final Fd exit;

  private ProfileSession(Steps steps, String program, int fd, Set<Counter> wanted) {
    this.steps = steps;
    this.program = program;
    this.counters = PerfCounters.list(wanted);
    var what = what();
    var function = ObjectInfo.mainFunction(fd);
    if (function == 0) {
      throw new UnsupportedFeatureException(
          "profiling a program without types",
          null,
          what
              + ": it was loaded without types, by which the kernel finds its function (clang -g)");
    }
    try {
      var arrays = new int[counters.size()];
      for (int i = 0; i < arrays.length; i++) {
        arrays[i] = events(what, counters.get(i));
      }
      var size = ProfileCode.valueSize(arrays.length);
      var array = map(MapSpec.of("ebpf4j_profile", MapType.PERCPU_ARRAY, Integer.BYTES, size, 1));
      values =
          keep(new MapCalls(Fd.duplicate(array), Integer.BYTES, size * Cpus.possible(), false));
      var code = new ProfileCode(array, arrays);
      var target = new ProgramLoad.Target(function, fd);
      var entry = load(what, target, AttachType.TRACE_FENTRY, code.entry());
      exit = load(what, target, AttachType.TRACE_FEXIT, code.exit());
      attach(what, entry);
      attach(what, exit);
      steps.report(
          Step.Action.ATTACH,
          "program " + program,
          "profiled: "
              + counters.stream().map(Counter::label).collect(Collectors.joining(", "))
              + ": "
              + entry
              + ", "
              + exit);
    } catch (RuntimeException | Error e) {
      Closing.after(e, parts);
      throw e;
    }
  }

  /// Begins to count.
  ///
  /// @param steps is told what is done
  /// @param program the name of the program, for messages
  /// @param fd its descriptor, which stays the caller's
  /// @param wanted what is counted
  public static ProfileSession open(Steps steps, String program, int fd, Set<Counter> wanted) {
    return new ProfileSession(steps, program, fd, wanted);
  }

  private String what() {
    return "profiling program '" + program + "'";
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.add(part);
    return part;
  }

  /// The descriptor of a new map.
  private int map(MapSpec spec) {
    return keep(Loader.createMap(spec, steps)).fd().number();
  }

  /// An array with one counter for each CPU that is running, by the ids of the CPUs.
  private int events(String what, Counter counter) {
    var cpus = Cpus.online();
    var array =
        map(
            MapSpec.of(
                "ebpf4j_counters",
                MapType.PERF_EVENT_ARRAY,
                Integer.BYTES,
                Integer.BYTES,
                Collections.max(cpus) + 1L));
    for (int cpu : cpus) {
      var opened = PerfCounters.ofCpu(what, counter, cpu);
      if (opened.isPresent()) {
        var event = keep(opened.get()).number();
        PerfCounters.check(what, "PERF_EVENT_IOC_ENABLE", Perf.enable(event));
        PerfCounters.check(
            what, "MAP_UPDATE_ELEM", Bpf.mapUpdate(array, word(cpu), word(event), 0));
      }
    }
    return array;
  }

  private static byte[] word(int value) {
    return ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  private Fd load(
      String what, ProgramLoad.Target target, AttachType place, Instructions instructions) {
    var load =
        ProgramLoad.of(
                ProgramType.TRACING.number(),
                instructions.toBytes(ByteOrder.nativeOrder()),
                "GPL",
                place == AttachType.TRACE_FENTRY ? "ebpf4j_entry" : "ebpf4j_exit")
            .withAttachType(place.number())
            .withTarget(target);
    var result = Bpf.progLoad(load, 0, 0).result();
    if (result.errno() == Errno.EPERM && Memlock.lift()) {
      result = Bpf.progLoad(load, 0, 0).result();
    }
    if (!result.ok()) {
      var logged = Bpf.progLoad(load, 1, LOG_SIZE);
      if (!logged.result().ok()) {
        throw refusal(what, result.errno(), new VerifierLog(logged.log()));
      }
      // A fault that came and went.
      result = logged.result();
    }
    return keep(result.fd());
  }

  private static BpfException refusal(String what, int errno, VerifierLog log) {
    return switch (errno) {
      case Errno.EINVAL, Errno.EOPNOTSUPP, Errno.ENOTSUPP ->
          new UnsupportedFeatureException(
              "profiling a program that runs by itself",
              log.tellingLine().isPresent() ? null : "5.7",
              what
                  + ": PROG_LOAD: "
                  + Errno.describe(errno)
                  + ": "
                  + log.tellingLine()
                      .map(line -> "the kernel says: " + line)
                      .orElse(
                          "the kernel says no more; it may not let programs be traced, as none does"
                              + " before 5.7"));
      default ->
          Refusal.of(
              what, "PROG_LOAD", errno, Refusal.capabilitiesFor(ProgramType.TRACING.number()));
    };
  }

  private void attach(String what, Fd tracer) {
    var link = Bpf.rawTracepointOpen("", tracer.number());
    if (!link.ok()) {
      throw Refusal.of(
          what,
          "RAW_TRACEPOINT_OPEN",
          link.errno(),
          Refusal.capabilitiesFor(ProgramType.TRACING.number()));
    }
    keep(link.fd());
  }

  /// What was counted since it was opened. While the program runs on other CPUs, their last run may
  /// be in one number already and not yet in another.
  ///
  /// @throws IllegalStateException after [#close()]
  public ProgramProfile read() {
    var missed = missed();
    try (var lane = values.enter()) {
      if (lane == null) {
        throw over();
      }
      lane.key().set(ValueLayout.JAVA_INT, 0, 0);
      var errno = lane.lookup(0);
      if (errno != 0) {
        throw KernelException.of(what(), "MAP_LOOKUP_ELEM", errno);
      }
      return ProfileCode.profile(lane.value(), counters, missed);
    }
  }

  /// The ends of runs that were not seen because another end on the same CPU was being seen to.
  private long missed() {
    if (!isOpen()) {
      throw over();
    }
    var fd = exit.hold();
    try {
      return ObjectInfo.programStatistics(fd).recursionMisses();
    } finally {
      exit.release();
    }
  }

  private IllegalStateException over() {
    return new IllegalStateException(what() + " is over");
  }

  /// Whether it still counts.
  public boolean isOpen() {
    return exit.isOpen();
  }

  @Override
  public synchronized void close() {
    if (isOpen()) {
      Closing.all(parts);
      steps.report(Step.Action.DETACH, "program " + program, "no longer profiled");
    }
  }

  @Override
  public String toString() {
    return "counters of program '" + program + "': " + counters;
  }
}
