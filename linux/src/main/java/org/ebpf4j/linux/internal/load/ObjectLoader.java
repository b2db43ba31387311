package org.ebpf4j.linux.internal.load;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.Verdict.Stage;
import org.ebpf4j.btf.BtfSanitizer;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Token;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.linux.internal.sys.BtfCommands;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.ProgramLoad;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.load.ProgramTarget;
import org.ebpf4j.load.TargetProgram;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.relocation.TargetTypes;
import org.ebpf4j.spi.Closing;
import org.jspecify.annotations.Nullable;

/// Brings one object into the kernel: fits its programs to it, creates its maps, loads its types,
/// then its programs, with the maps' descriptors written into their instructions.
///
/// For one load only.
final class ObjectLoader {
  private final Steps steps;
  private final LoadRequest request;
  private final ObjectSpec spec;
  private final HostFacts kernel = new HostFacts();
  private final List<FittedProgram> fitted = new ArrayList<>();
  private final Map<String, LoadFailure> failures = new LinkedHashMap<>();

  /// How far it has come; it only goes on.
  private Stage stage = Stage.OPEN;

  ObjectLoader(Steps steps, ObjectSpec spec, LoadRequest request) {
    this.steps = steps;
    this.spec = spec;
    this.request = request;
  }

  LoadOutcome load() {
    try (kernel) {
      check();
      stage = Stage.RELOCATE;
      var object = fit();
      var loaded = create(object);
      return new LoadOutcome(fitted, Optional.of(loaded), failures, Optional.empty());
    } catch (BpfException e) {
      return new LoadOutcome(
          fitted, Optional.empty(), failures, Optional.of(new LoadFailure(stage, e)));
    }
  }

  private FittedObject fit() {
    var types = request.types().map(file -> (TargetTypes) new FileTypes(file));
    var object = FittedObject.of(spec, kernel, new FitOptions(request.config(), types, targets()));
    var byName = new HashMap<String, FittedProgram>();
    object.programs().forEach(program -> byName.put(program.program().name(), program));
    for (var program : object.spec().programs()) {
      var failure = object.failures().get(program.name());
      var each = byName.get(program.name());
      if (failure != null) {
        fail(program, Stage.RELOCATE, failure);
      } else if (each != null) {
        fitted.add(each);
        report(each);
      }
    }
    fitted.forEach(this::checkPlace);
    return object;
  }

  private Map<String, TargetProgram> targets() {
    return new HashMap<>(request.targets());
  }

  private void report(FittedProgram each) {
    for (var note : each.notes()) {
      steps.report(
          Step.Action.RELOCATE,
          "program " + each.program().name(),
          "instruction " + note.slot() + ": " + note.text());
    }
  }

  /// A program whose section says nothing of its type, or names what is not there, cannot be
  /// loaded; its instructions are known by now all the same.
  private void checkPlace(FittedProgram each) {
    var program = each.program();
    if (program.type().isEmpty()) {
      attempt(program, Stage.LOAD, () -> SectionName.parse(program.section()));
    } else if (each.target() instanceof ProgramTarget.Missing(var reason)) {
      fail(program, Stage.LOAD, reason);
    }
  }

  private LoadedObject create(FittedObject object) {
    stage = Stage.MAPS;
    var token = Token.open(request.token().map(Path::toString).orElse(null));
    try {
      var tokenFd = token.map(Fd::number).orElse(0);
      // The maps and programs keep the types; this descriptor is for loading only.
      try (var types = loadTypes(object, tokenFd)) {
        var context =
            new MapContext(types.fd(), object.structOps(), object::config, fitted, tokenFd);
        var maps = new ObjectMaps(steps, kernel, request, context);
        maps.obtain(object.spec());
        stage = Stage.LOAD;
        return loadPrograms(object, maps, context);
      }
    } finally {
      token.ifPresent(Fd::close);
    }
  }

  private LoadedObject loadPrograms(FittedObject object, ObjectMaps maps, MapContext context) {
    var programs = new ArrayList<LoadedProgram>();
    try {
      for (var each : fitted) {
        var program = each.program();
        if (!failures.containsKey(program.name())) {
          attempt(program, Stage.LOAD, () -> programs.add(load(object, each, maps, context)));
        }
      }
      fillProgramArrays(object.spec(), maps, programs);
      return new LoadedObject(object.spec(), maps.all(), programs, object.structOps(), maps.pins());
    } catch (RuntimeException | Error e) {
      Closing.after(e, programs);
      maps.undo(e);
      throw e;
    }
  }

  /// Does what is to be done for one program; what fails fails the object, or, where the caller
  /// wants the others all the same, is kept.
  private void attempt(ProgramSpec program, Stage at, Runnable step) {
    try {
      step.run();
    } catch (BpfException e) {
      fail(program, at, e);
    }
  }

  private void fail(ProgramSpec program, Stage at, BpfException reason) {
    if (!request.keepGoing()) {
      stage = at;
      throw reason;
    }
    failures.put(program.name(), new LoadFailure(at, reason));
  }

  /// What can be known to fail before anything is created.
  private void check() {
    if (spec.order() != ByteOrder.nativeOrder()) {
      throw new BpfException(
          spec.name()
              + " was compiled for "
              + spec.order()
              + " machines, and this one is "
              + ByteOrder.nativeOrder()
              + "; compile it with -target bpf"
              + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "el" : "eb"));
    }
    for (var name : request.maps().keySet()) {
      spec.map(name);
    }
    for (var name : request.targets().keySet()) {
      spec.program(name);
    }
  }

  /// The object's types in the kernel, or nothing where there are none or the kernel does not take
  /// them: then programs load without them.
  private record Types(@Nullable Fd descriptor) implements AutoCloseable {
    int fd() {
      return descriptor == null ? 0 : descriptor.number();
    }

    @Override
    public void close() {
      if (descriptor != null) {
        descriptor.close();
      }
    }
  }

  private Types loadTypes(FittedObject object, int tokenFd) {
    var spec = object.spec();
    if (spec.types().isEmpty() || !kernel.has(KernelFeature.BTF)) {
      return new Types(null);
    }
    var bytes = BtfSanitizer.sanitize(spec.types().get(), kernel.btf()).bytes();
    var result = BtfCommands.load(bytes, tokenFd, 0, 0).result();
    if (!result.ok()) {
      if (!object.structOps().isEmpty()) {
        throw KernelException.of("the types of " + spec.name(), "BTF_LOAD", result.errno());
      }
      steps.report(
          Step.Action.LOAD_TYPES,
          spec.name(),
          bytes.length + " bytes of BTF: " + Errno.describe(result.errno()) + "; going on without");
      return new Types(null);
    }
    var types = new Types(result.fd());
    try {
      steps.report(
          Step.Action.LOAD_TYPES, spec.name(), bytes.length + " bytes of BTF: " + result.fd());
      return types;
    } catch (RuntimeException | Error e) {
      types.close();
      throw e;
    }
  }

  private LoadedProgram load(
      FittedObject object, FittedProgram each, ObjectMaps maps, MapContext context) {
    var program = each.program();
    var slots = each.instructions().toSlots();
    for (MapReference reference : program.mapReferences()) {
      if (MapFitting.isCreated(spec.map(reference.map()), kernel)) {
        patch(program, slots, reference, descriptor(maps, program, reference.map()));
      }
    }
    for (var slot : each.configSlots()) {
      var offset = Slot.imm(slots[slot + 1]);
      patch(
          program,
          slots,
          new MapReference(slot, ".kconfig", true, offset),
          descriptor(maps, program, ".kconfig"));
    }
    each.moduleSlots()
        .forEach((slot, module) ->
            slots[slot + 1] = Slot.withImm(slots[slot + 1], kernel.moduleFd(module)));
    // The program keeps its jump tables; these descriptors are for loading only.
    try (var tables = JumpTables.create(each, context.tokenFd())) {
      tables.patch(slots);
      var environment =
          new ProgramLoader.Environment(
              context.typesFd(), context.tokenFd(), target(each), modules(object), maps.all());
      return new ProgramLoader(steps, kernel, object, each, request.logLevel(), request.log())
          .load(Instructions.of(slots), environment);
    }
  }

  private static int descriptor(ObjectMaps maps, ProgramSpec program, String name) {
    return maps.find(name)
        .map(map -> map.fd().number())
        .orElseThrow(() ->
            new BpfException(
                "program '"
                    + program.name()
                    + "' refers to map '"
                    + name
                    + "', which was not created"));
  }

  private void patch(ProgramSpec program, long[] slots, MapReference reference, int fd) {
    slots[reference.slot()] = Slot.withImm(slots[reference.slot()], fd);
    steps.report(
        Step.Action.PATCH,
        "program " + program.name(),
        "instruction "
            + reference.slot()
            + " (byte "
            + reference.slot() * 8
            + ") gets fd "
            + fd
            + " for "
            + reference.describe());
  }

  private ProgramLoad.Target target(FittedProgram each) {
    return switch (each.target()) {
      case ProgramTarget.None() -> ProgramLoad.Target.NONE;
      case ProgramTarget.OfKernel(var type, var module) ->
          new ProgramLoad.Target(type, kernel.moduleFd(module));
      case ProgramTarget.OfProgram(var type) ->
          new ProgramLoad.Target(
              type, Objects.requireNonNull(request.targets().get(each.program().name())).fd());
      case ProgramTarget.Member(var type, var module, _) ->
          new ProgramLoad.Target(type, kernel.moduleFd(module));
      case ProgramTarget.Missing(var reason) -> throw reason;
    };
  }

  /// The descriptors of the modules that calls name by their place. Place 0 stands for the kernel.
  private List<Integer> modules(FittedObject object) {
    var descriptors = new ArrayList<Integer>();
    if (!object.modules().isEmpty()) {
      descriptors.add(0);
    }
    object.modules().forEach(module -> descriptors.add(kernel.moduleFd(module)));
    return descriptors;
  }

  /// The programs that an array of programs holds from the start.
  private void fillProgramArrays(ObjectSpec object, ObjectMaps maps, List<LoadedProgram> programs) {
    for (var map : object.maps()) {
      if (map.type() != MapType.PROG_ARRAY.number()
          || map.slots().isEmpty()
          || request.maps().containsKey(map.name())
          || !MapFitting.isCreated(map, kernel)) {
        continue;
      }
      var array = maps.find(map.name()).orElseThrow();
      map.slots()
          .forEach((index, name) -> {
            var held = programs.stream().filter(p -> p.name().equals(name)).findFirst();
            if (held.isPresent()) {
              maps.fillSlot(array, index, held.get().fd(), "program '" + name + "'");
            } else if (!failures.containsKey(name) && !isOff(object, name)) {
              throw new NotFoundException(
                  "program for slot " + index + " of map '" + map.name() + "'",
                  name,
                  programs.stream().map(LoadedProgram::name).toList(),
                  "",
                  "load that program, too, or leave out those that call it");
            }
          });
    }
  }

  private static boolean isOff(ObjectSpec object, String program) {
    return object.programs().stream().anyMatch(p -> p.name().equals(program) && !p.autoload());
  }
}
