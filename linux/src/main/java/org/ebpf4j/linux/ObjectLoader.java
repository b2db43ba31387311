package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfSanitizer;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.host.Token;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.spi.Closing;
import org.jspecify.annotations.Nullable;

/// Brings one object into the kernel: fits its programs to it, creates its maps, loads its types,
/// then its programs, with the maps' descriptors written into their instructions.
///
/// For one load only.
final class ObjectLoader {
  /// How far a load has come.
  enum Stage {
    OPEN,
    RELOCATE,
    MAPS,
    LOAD
  }

  private final Steps steps;
  private final LoadOptions options;
  private final KernelContext context;
  private final Map<String, BpfException> failures = new LinkedHashMap<>();
  private final ObjectFitting fitting;
  private ObjectSpec spec;
  private Stage stage = Stage.OPEN;

  ObjectLoader(Steps steps, ObjectSpec spec, LoadOptions options) {
    this.steps = steps;
    this.spec = spec;
    this.options = options;
    this.context = new KernelContext(options.types());
    this.fitting = new ObjectFitting(steps, context, options, this::attempt);
  }

  /// How far it came.
  Stage stage() {
    return stage;
  }

  /// The programs that were fitted to the kernel.
  List<Fitted> fitted() {
    return fitting.programs();
  }

  LinuxObject load() {
    try (context) {
      check();
      stage = Stage.RELOCATE;
      spec = fitting.fit(spec);
      stage = Stage.LOAD;
      checkTypes();
      stage = Stage.MAPS;
      var token = Token.open(options.token().map(Path::toString).orElse(null));
      try {
        return create(token.map(Fd::number).orElse(0));
      } finally {
        token.ifPresent(Fd::close);
      }
    }
  }

  private LinuxObject create(int tokenFd) {
    var opened = new ArrayList<AutoCloseable>();
    // The maps and programs keep the types; this descriptor is for loading only.
    try (var types = loadTypes(tokenFd)) {
      var creation =
          new MapCreation(
              steps,
              options,
              new MapCreation.Context(
                  types.fd(),
                  fitting.structOps(),
                  fitting.externs()::config,
                  fitting.programs(),
                  tokenFd,
                  spec.types()));
      var maps = creation.createAll(spec);
      opened.addAll(maps);
      stage = Stage.LOAD;
      try {
        var programs = new ArrayList<LinuxProgram>();
        for (var each : fitting.programs()) {
          if (failures.containsKey(each.program().name())) {
            continue;
          }
          attempt(
              each.program(),
              () -> {
                var loaded = load(each, types.fd(), tokenFd, maps);
                opened.add(loaded);
                programs.add(loaded);
              });
        }
        fillProgramArrays(creation, maps, programs);
        return new LinuxObject(steps, spec, maps, programs, failures, fitting.structOps());
      } catch (RuntimeException | Error e) {
        Closing.after(e, opened);
        creation.undo(e);
        throw e;
      }
    }
  }

  /// Does what is to be done for one program; what fails fails the object, or, where the caller
  /// wants the others all the same, is kept.
  private void attempt(ProgramSpec program, Runnable step) {
    try {
      step.run();
    } catch (BpfException e) {
      if (!options.keepGoing()) {
        throw e;
      }
      failures.put(program.name(), e);
    }
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
    for (var name : options.maps().keySet()) {
      spec.map(name);
    }
    for (var name : options.targets().keySet()) {
      spec.program(name);
    }
  }

  /// A program whose section says nothing of its type cannot be loaded; its instructions are known
  /// by now all the same.
  private void checkTypes() {
    for (var each : fitting.programs()) {
      var program = each.program();
      if (program.type().isEmpty()) {
        attempt(program, () -> SectionName.parse(program.section()));
      }
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

  private Types loadTypes(int tokenFd) {
    if (spec.types().isEmpty() || !KernelFeatures.ofProcess().has(KernelFeature.BTF)) {
      return new Types(null);
    }
    var bytes = BtfSanitizer.sanitize(spec.types().get(), KernelFeatures.ofProcess().btf()).bytes();
    var result = Bpf.btfLoad(bytes, tokenFd, 0, 0).result();
    if (!result.ok()) {
      if (!fitting.structOps().isEmpty()) {
        throw org.ebpf4j.error.KernelException.of(
            "the types of " + spec.name(), "BTF_LOAD", result.errno());
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

  private LinuxProgram load(Fitted each, int typesFd, int tokenFd, List<LinuxMap> maps) {
    var program = each.program();
    var slots = each.instructions().toSlots();
    for (MapReference reference : program.mapReferences()) {
      if (MapCreation.isCreated(spec.map(reference.map()))) {
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
    // The program keeps its jump tables; these descriptors are for loading only.
    try (var tables = JumpTableMaps.create(program, tokenFd)) {
      tables.patch(slots);
      return new ProgramLoader(steps, spec, each, options, maps)
          .load(
              Instructions.of(slots),
              new ProgramLoader.Environment(
                  typesFd, tokenFd, target(program), fitting.externs().fdArray()));
    }
  }

  private static int descriptor(List<LinuxMap> maps, ProgramSpec program, String name) {
    for (var map : maps) {
      if (map.name().equals(name)) {
        return map.fd();
      }
    }
    throw new BpfException(
        "program '" + program.name() + "' refers to map '" + name + "', which was not created");
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

  /// What the program is made for: a function or type of the kernel, a struct of functions, or a
  /// function of another program.
  private ProgramLoader.Target target(ProgramSpec program) {
    if (program.type().filter(t -> t == ProgramType.STRUCT_OPS).isPresent()) {
      return structOpsTarget(program);
    }
    var other = Optional.ofNullable(options.targets().get(program.name())).map(LinuxProgram::of);
    var section = SectionName.find(program.section()).filter(SectionName::kernelType);
    if (section.isEmpty()) {
      return ProgramLoader.Target.NONE;
    }
    return new KernelTarget(context).find(program, section.get(), other.orElse(null));
  }

  private ProgramLoader.Target structOpsTarget(ProgramSpec program) {
    ProgramLoader.Target found = null;
    for (var entry : fitting.structOps().entrySet()) {
      var layout = entry.getValue().layout();
      for (var member : layout.members()) {
        if (!member.program().equals(program.name())) {
          continue;
        }
        var target =
            new ProgramLoader.Target(layout.type(), entry.getValue().moduleFd(), member.index());
        if (found != null && !found.equals(target)) {
          throw new BpfException(
              "program '"
                  + program.name()
                  + "' stands for two different functions, in map '"
                  + entry.getKey()
                  + "' and in another");
        }
        found = target;
      }
    }
    if (found == null) {
      throw new BpfException(
          "program '"
              + program.name()
              + "' (section "
              + program.section()
              + ") is in no struct of functions of a map that is created");
    }
    return found;
  }

  /// The programs that an array of programs holds from the start.
  private void fillProgramArrays(
      MapCreation creation, List<LinuxMap> maps, List<LinuxProgram> programs) {
    for (var map : spec.maps()) {
      if (map.type() != MapType.PROG_ARRAY.number()
          || map.slots().isEmpty()
          || options.maps().containsKey(map.name())
          || !MapCreation.isCreated(map)) {
        continue;
      }
      var array = maps.stream().filter(m -> m.name().equals(map.name())).findFirst().orElseThrow();
      map.slots()
          .forEach((index, name) -> {
            var held = programs.stream().filter(p -> p.name().equals(name)).findFirst();
            if (held.isPresent()) {
              creation.fillSlot(array, index, held.get().fd(), "program '" + name + "'");
            } else if (!failures.containsKey(name) && !isOff(name)) {
              throw new NotFoundException(
                  "program for slot " + index + " of map '" + map.name() + "'",
                  name,
                  programs.stream().map(LinuxProgram::name).toList());
            }
          });
    }
  }

  private boolean isOff(String program) {
    return spec.programs().stream().anyMatch(p -> p.name().equals(program) && !p.autoload());
  }
}
