package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.Link;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.attach.StructOpsHook;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.load.LoadedMap;
import org.ebpf4j.linux.internal.load.Loader;
import org.ebpf4j.linux.internal.load.MadePins;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.load.FittedStructOps;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// The maps and programs of one object file, in this machine's kernel. It may be used from any
/// thread; closing twice is closing once.
public final class LinuxObject implements BpfObject {
  private final Steps steps;
  private final ObjectSpec spec;
  private final List<LinuxMap> maps;
  private final List<LinuxProgram> programs;
  private final Map<String, BpfException> failures;
  private final Map<String, FittedStructOps> structOps;
  private volatile boolean closed;
  private final MadePins pins;

  LinuxObject(
      Steps steps,
      ObjectSpec spec,
      List<LinuxMap> maps,
      List<LinuxProgram> programs,
      Map<String, BpfException> failures,
      Map<String, FittedStructOps> structOps,
      MadePins pins) {
    this.steps = steps;
    this.spec = spec;
    this.maps = List.copyOf(maps);
    this.programs = List.copyOf(programs);
    this.failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
    this.structOps = Map.copyOf(structOps);
    this.pins = pins;
  }

  /// Loads an object.
  static LinuxObject load(Steps steps, ObjectSpec spec, LoadOptions options) {
    var outcome = LoadRequests.with(options, request -> Loader.load(spec, request, steps));
    var loaded = outcome.orThrow();
    var live = new ArrayList<AutoCloseable>();
    try {
      var maps = new ArrayList<LinuxMap>();
      for (var map : loaded.maps()) {
        maps.add(LinuxMap.loaded(steps, map, types(map, loaded.spec(), options)));
        live.add(maps.getLast());
      }
      var programs = new ArrayList<LinuxProgram>();
      for (var each : loaded.programs()) {
        programs.add(
            new LinuxProgram(
                steps, each.name(), each.spec(), each.fd(), each.log(), name -> find(maps, name)));
        live.add(programs.getLast());
      }
      var failures = new LinkedHashMap<String, BpfException>();
      outcome.failures().forEach((program, failure) -> failures.put(program, failure.reason()));
      return new LinuxObject(
          steps, loaded.spec(), maps, programs, failures, loaded.structOps(), loaded.pins());
    } catch (RuntimeException | Error e) {
      Closing.after(e, live);
      Closing.after(e, List.of(loaded));
      throw e;
    }
  }

  private static Optional<LinuxMap> find(List<LinuxMap> maps, String name) {
    return maps.stream().filter(map -> map.name().equals(name)).findFirst();
  }

  /// What the keys and values of a map are, which the object knows of those that are its own.
  private static MapTypes types(LoadedMap map, ObjectSpec spec, LoadOptions options) {
    return switch (map.origin()) {
      case CREATED -> MapTypes.of(spec.map(map.name()), spec.types());
      case GIVEN ->
          LinuxMap.of(Objects.requireNonNull(options.maps().get(map.name()))).knownTypes();
      case PINNED -> LinuxMap.types(map.info());
    };
  }

  @Override
  public ObjectSpec spec() {
    return spec;
  }

  @Override
  public Map<String, BpfException> failures() {
    return failures;
  }

  @Override
  public BpfVariable variable(String wanted) {
    var variable = spec.variable(wanted);
    var home = spec.map(variable.map());
    var start = home.type() == MapType.ARENA.number() ? arenaOffset(home) : 0;
    var memory = map(variable.map()).memory().asSlice(start + variable.offset(), variable.size());
    return new BpfVariable(variable, memory, spec.types().orElseThrow());
  }

  private static long arenaOffset(MapSpec arena) {
    try (var facts = new HostFacts()) {
      return MapFitting.arenaOffset(arena, facts);
    }
  }

  @Override
  public LinuxLink register(String wanted) {
    var map = map(wanted);
    Attachment attachment;
    try (var descriptors = new Descriptors()) {
      attachment =
          StructOpsHook.attach(
              what(wanted),
              descriptors.of(map),
              functions(wanted, descriptors),
              anyFunction(wanted, descriptors),
              isLinked(map));
    }
    try {
      steps.report(Step.Action.ATTACH, "map " + wanted, "registered with the kernel");
    } catch (RuntimeException | Error e) {
      attachment.close();
      throw e;
    }
    return new LinuxLink(steps, wanted, null, attachment);
  }

  @Override
  public void register(String wanted, Link link) {
    if (!(link instanceof LinuxLink own)) {
      throw new IllegalArgumentException(link + " is of another kernel");
    }
    var map = map(wanted);
    var what = what(wanted);
    try (var descriptors = new Descriptors()) {
      var number = descriptors.of(map);
      var functions = functions(wanted, descriptors);
      own.ofStructOps(what, fd -> StructOpsHook.update(what, number, functions, fd));
    }
    steps.report(
        Step.Action.UPDATE,
        "map " + wanted,
        "registered with the kernel in the place of '" + link.programName() + "'");
  }

  private static String what(String map) {
    return "map '" + map + "'";
  }

  private static boolean isLinked(LinuxMap map) {
    return (map.info().flags() & MapSpec.LINK) != 0;
  }

  /// The value of a map of functions, with the descriptors of its programs.
  private byte[] functions(String map, Descriptors descriptors) {
    var operations = structOps.get(map);
    if (operations == null) {
      throw new BpfException("map '" + map + "' holds no functions for the kernel to call");
    }
    return operations.layout().value(program -> descriptors.of(program(program)));
  }

  /// The descriptor of one of the programs that a map of functions has; -1 where it has none.
  private int anyFunction(String map, Descriptors descriptors) {
    var found = new AtomicInteger(-1);
    var operations = Objects.requireNonNull(structOps.get(map));
    operations
        .layout()
        .value(program -> {
          found.set(descriptors.of(program(program)));
          return found.get();
        });
    return found.get();
  }

  @Override
  public List<LinuxProgram> programs() {
    return programs;
  }

  @Override
  public LinuxProgram program(String wanted) {
    return LinuxProgram.of(BpfObject.super.program(wanted));
  }

  @Override
  public List<LinuxMap> maps() {
    return maps;
  }

  @Override
  public LinuxMap map(String wanted) {
    return LinuxMap.of(BpfObject.super.map(wanted));
  }

  @Override
  public String toString() {
    return "object '"
        + name()
        + "' ("
        + count(programs.size(), " program")
        + ", "
        + count(maps.size(), " map")
        + (closed ? ", closed)" : ")");
  }

  /// Removes the pins that the load of this object made: those of maps that are shared by their
  /// name and were not there before. For when what was to come after the load failed.
  ///
  /// @param failure what failed; it is told what goes wrong here
  public void undoPins(Throwable failure) {
    pins.undo(failure);
  }

  private static String count(int number, String what) {
    return number + what + (number == 1 ? "" : "s");
  }

  @Override
  public void close() {
    closed = true;
    var all = new ArrayList<AutoCloseable>(maps);
    all.addAll(programs);
    Closing.all(all);
  }
}
