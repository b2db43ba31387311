package org.ebpf4j.cli.place;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Freplace;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Place;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.TypedPoint;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.ListeningSocket;
import org.ebpf4j.load.ProgramPlace;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.jspecify.annotations.Nullable;

/// Which program goes where: what `--attach` says, matched with the programs of an object. Made
/// before anything is loaded, so that a mistake is found before anything is done. Holds the sockets
/// and programs it opens.
public final class Placement implements AutoCloseable {
  private ObjectSpec spec;
  private final Map<String, Target> byProgram = new HashMap<>();
  private final Map<String, BpfException> unplaced = new LinkedHashMap<>();
  private final Map<Target, ListeningSocket> sockets = new LinkedHashMap<>();
  private final Map<String, BpfProgram> programs = new LinkedHashMap<>();
  private @Nullable Kernel kernel;

  private Placement(ObjectSpec spec) {
    this.spec = spec;
  }

  /// Matches them.
  ///
  /// @throws BpfException where a target suits no program, does not fit the one it names, or a
  ///   program has several
  public static Placement of(ObjectSpec object, List<Target> targets) {
    var placement = new Placement(withNamed(object, targets));
    var used = new HashSet<Target>();
    for (var program : placement.spec.programs()) {
      if (!program.autoload()) {
        continue;
      }
      if (program.type().isEmpty()) {
        placement.unplaced.put(program.name(), untyped(program));
        continue;
      }
      var target = choose(program, targets);
      if (target == null && placement.isRegistered(program)) {
        continue;
      }
      if (target != null) {
        placement.check(program, target);
        placement.byProgram.put(program.name(), target);
        used.add(target);
      } else {
        placement.checkOwn(program);
      }
    }
    for (var target : targets) {
      if (!used.contains(target)) {
        throw placement.suitsNone(object, target);
      }
    }
    placement.loadForPlaces();
    return placement;
  }

  /// Programs whose place the verifier has to know are loaded for the one that a target names.
  private void loadForPlaces() {
    byProgram.forEach((name, target) -> {
      var program = spec.program(name);
      if (point(target, new PlannedSurroundings(spec, program, target.kind()))
              instanceof TypedPoint point
          && !(program.attachPoint().orElse(null) instanceof TypedPoint own
              && own.isLoadedFor(point))) {
        spec = spec.withProgram(name, p -> p.withAttachPoint(point));
      }
    });
  }

  /// Whether a program goes to the kernel with a map of functions.
  private boolean isRegistered(ProgramSpec program) {
    return program.type().equals(Optional.of(ProgramType.STRUCT_OPS))
        && spec.maps().stream()
            .anyMatch(m -> m.type() == MapType.STRUCT_OPS.number() && m.create());
  }

  /// Why a program has no type.
  private static BpfException untyped(ProgramSpec program) {
    try {
      SectionName.parse(program.section());
    } catch (NotFoundException e) {
      return e;
    }
    return new BpfException(describe(program) + " has no type; --type says it");
  }

  /// Why a target that names no program is for none.
  private BpfException suitsNone(ObjectSpec object, Target target) {
    var open =
        object.programs().stream()
            .filter(p -> p.autoload() && p.type().isPresent() && p.attachPoint().isEmpty())
            .toList();
    if (open.size() == 1 && !byProgram.containsKey(open.getFirst().name())) {
      check(open.getFirst(), target);
    }
    var programs = new ArrayList<String>();
    for (var program : object.programs()) {
      programs.add(
          describe(program)
              + (program.autoload() ? "" : ", which is loaded only if it is named")
              + program
                  .attachPoint()
                  .map(p -> ", whose section says " + p.describe())
                  .or(() -> program.type().map(t -> ": " + HookKind.homes(t, program.attachType())))
                  .orElse(""));
    }
    return new BpfException(
        "--attach "
            + target.text()
            + " suits no program of the object that has no place of its own; there are "
            + String.join(", ", programs)
            + "\n  try: name the program: --attach "
            + (object.programs().size() == 1 ? object.programs().getFirst().name() : "PROGRAM")
            + "="
            + target.text());
  }

  /// The object, where each program that a target names is loaded, whatever its section says.
  private static ObjectSpec withNamed(ObjectSpec object, List<Target> targets) {
    var changed = object;
    for (var target : targets) {
      if (!target.program().isEmpty()) {
        checkName(object, target);
        changed = changed.withProgram(target.program(), p -> p.withAutoload(true));
      }
    }
    return changed;
  }

  private static void checkName(ObjectSpec object, Target target) {
    var names = object.programs().stream().map(ProgramSpec::name).toList();
    if (!names.contains(target.program())) {
      throw new NotFoundException(
          "program", target.program(), names, "It is named by --attach " + target.text());
    }
  }

  private static String describe(ProgramSpec program) {
    return "'" + program.name() + "'" + program.type().map(t -> " (" + t.label() + ")").orElse("");
  }

  private static @Nullable Target choose(ProgramSpec program, List<Target> targets) {
    var type = program.type().orElseThrow();
    var named = targets.stream().filter(t -> t.program().equals(program.name())).toList();
    var candidates = named;
    if (named.isEmpty() && program.attachPoint().isEmpty()) {
      candidates =
          targets.stream()
              .filter(t -> t.program().isEmpty() && t.kind().programTypes().contains(type))
              .toList();
    }
    if (candidates.size() > 1) {
      throw new BpfException(
          describe(program)
              + " could go to "
              + String.join(" or ", candidates.stream().map(Target::text).toList())
              + (named.isEmpty()
                  ? "; name the program, as in "
                      + program.name()
                      + "="
                      + candidates.getFirst().text()
                  : "; say one"));
    }
    return candidates.isEmpty() ? null : candidates.getFirst();
  }

  /// Holds a target against the program it is for.
  private void check(ProgramSpec program, Target target) {
    var point = point(target, new PlannedSurroundings(spec, program, target.kind()));
    target
        .kind()
        .check(
            "attaching '" + program.name() + "' to " + point.describe(),
            point,
            program.type().orElseThrow(),
            program.attachType());
  }

  /// Looks at the place that the program's section names.
  private void checkOwn(ProgramSpec program) {
    try {
      ProgramPlace.of(program);
    } catch (UnsupportedFeatureException e) {
      unplaced.put(program.name(), e);
    } catch (BpfException e) {
      unplaced.put(program.name(), new BpfException(e.getMessage() + "; --attach says where", e));
    }
  }

  private static AttachPoint point(Target target, Place.Surroundings surroundings) {
    try {
      return target.place().in(surroundings);
    } catch (IllegalArgumentException e) {
      throw new BpfException("--attach " + target.text() + ": " + e.getMessage(), e);
    }
  }

  /// The object, with the programs that are loaded because `--attach` names them, and for the
  /// places that it says.
  public ObjectSpec spec() {
    return spec;
  }

  /// The programs that go nowhere, and why.
  public Map<String, BpfException> unplaced() {
    return Collections.unmodifiableMap(unplaced);
  }

  /// What is loaded and attached by it, a line for each program and each map that is made.
  ///
  /// @param attach whether programs are attached
  public List<String> steps(boolean attach) {
    var steps = new ArrayList<String>();
    spec.maps().stream()
        .filter(MapSpec::create)
        .forEach(map -> steps.add("would make map '" + map.name() + "'"));
    for (var program : spec.programs()) {
      if (program.autoload()) {
        var target = byProgram.get(program.name());
        var own = program.attachPoint().map(AttachPoint::describe);
        var place = target == null ? own.orElse("") : target.text();
        steps.add(
            "would load program "
                + describe(program)
                + (attach && isPlaced(program) ? " and attach it to " + place : ""));
      }
    }
    return steps;
  }

  /// Whether a program is attached somewhere.
  public boolean isPlaced(ProgramSpec program) {
    return program.autoload()
        && !unplaced.containsKey(program.name())
        && (byProgram.containsKey(program.name()) || program.attachPoint().isPresent());
  }

  /// Has every program go somewhere.
  ///
  /// @throws BpfException where one does not; says why
  public void requireAll() {
    for (var why : unplaced.values()) {
      throw why;
    }
  }

  /// Has some program go somewhere, unless there is none.
  ///
  /// @throws BpfException where all have nowhere to go; says why the first has not
  public void requireAny() {
    if (unplaced.size() == spec.programs().stream().filter(ProgramSpec::autoload).count()) {
      requireAll();
    }
  }

  /// Takes the kernel that sockets and programs are opened in.
  public void open(Kernel opened) {
    kernel = opened;
  }

  private Kernel kernel() {
    if (kernel == null) {
      throw new IllegalStateException("it is opened in a kernel, and none was given");
    }
    return kernel;
  }

  /// The options of a load of the object, with the programs that its `freplace` programs are for.
  public LoadOptions in(Kernel opened, LoadOptions options) {
    open(opened);
    var with = options;
    for (var each : byProgram.entrySet()) {
      var target = each.getValue();
      var planned = new PlannedSurroundings(spec, spec.program(each.getKey()), target.kind());
      if (point(target, planned) instanceof Freplace(_, var of) && of.isPresent()) {
        with = with.withTarget(each.getKey(), openProgram(of.get().name()));
      }
    }
    return with;
  }

  /// A program, by its id or the path of its pin.
  private BpfProgram openProgram(String reference) {
    return programs.computeIfAbsent(
        reference,
        text -> {
          var id = ObjectId.of(text);
          return id.isPresent()
              ? kernel().openProgram(id.getAsInt())
              : kernel().openProgram(Path.of(text));
        });
  }

  /// The sockets that were opened.
  public List<ListeningSocket> sockets() {
    return List.copyOf(sockets.values());
  }

  /// Where a program goes; empty where it has no place.
  public Optional<AttachPoint> point(BpfObject object, BpfProgram program) {
    var target = byProgram.get(program.name());
    if (target != null) {
      return Optional.of(point(target, new Opened(object, program, target)));
    }
    return unplaced.containsKey(program.name())
        ? Optional.empty()
        : program.spec().flatMap(ProgramSpec::attachPoint);
  }

  /// What is there when a program is attached.
  private final class Opened implements Place.Surroundings {
    private final BpfObject object;
    private final BpfProgram program;
    private final Target target;

    Opened(BpfObject object, BpfProgram program, Target target) {
      this.object = object;
      this.program = program;
      this.target = target;
    }

    @Override
    public Handle map(String name) {
      return object.map(name);
    }

    @Override
    public Handle program(String reference) {
      return openProgram(reference);
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      return kernel() instanceof LinuxKernel linux
          ? sockets.computeIfAbsent(target, _ -> linux.listen(address))
          : planned().listening(address);
    }

    @Override
    public Handle sharing(InetSocketAddress address) {
      return kernel() instanceof LinuxKernel linux
          ? sockets.computeIfAbsent(target, _ -> linux.listenShared(address))
          : planned().listening(address);
    }

    /// What stands for a socket in a kernel that has none.
    private PlannedSurroundings planned() {
      return new PlannedSurroundings(spec, spec.program(program.name()), target.kind());
    }

    @Override
    public Optional<AttachType> attachType() {
      return program.spec().flatMap(ProgramSpec::attachType);
    }
  }

  @Override
  public void close() {
    programs.values().forEach(BpfProgram::close);
    new ArrayList<>(sockets.values()).forEach(ListeningSocket::close);
  }
}
