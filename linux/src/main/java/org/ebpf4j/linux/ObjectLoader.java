package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfSanitizer;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.MapCreation.KernelOperations;
import org.ebpf4j.linux.internal.host.Token;
import org.ebpf4j.linux.internal.probe.KernelFeature;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.object.ContextTags;
import org.ebpf4j.object.KernelStructOps;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.CoreResolution;
import org.jspecify.annotations.Nullable;

/// Brings one object into the kernel: fits its programs to it, creates its maps, loads its types,
/// then its programs, with the maps' descriptors written into their instructions.
///
/// For one load only.
final class ObjectLoader {
  /// A load of a map that is not created becomes calls of a helper with this number and more, which
  /// no kernel has: a program that does not reach it loads. libbpf's number.
  private static final int MISSING_MAP = 2_001_000_000;

  private static final int KIND_STRUCT = 4;

  /// How far a load has come.
  enum Stage {
    OPEN,
    RELOCATE,
    MAPS,
    LOAD
  }

  /// A program whose instructions are those of the running kernel; only descriptors of maps are
  /// missing.
  ///
  /// @param configSlots the instructions that refer to map `.kconfig`
  /// @param poisoned what is missing, by instruction: it became a call that no kernel takes
  record Relocated(
      ProgramSpec program,
      Instructions instructions,
      List<Integer> configSlots,
      Map<Integer, String> poisoned) {}

  private final LinuxKernel kernel;
  private final LoadOptions options;
  private final KernelContext context;
  private final Map<String, KernelOperations> structOps = new LinkedHashMap<>();
  private final Map<String, BpfException> failures = new LinkedHashMap<>();
  private final List<Relocated> relocated = new ArrayList<>();
  private ObjectSpec spec;
  private ExternResolution externs;
  private Stage stage = Stage.OPEN;

  ObjectLoader(LinuxKernel kernel, ObjectSpec spec, LoadOptions options) {
    this.kernel = kernel;
    this.spec = spec;
    this.options = options;
    this.context = new KernelContext(options.types());
    this.externs = new ExternResolution(spec, context, options);
  }

  /// How far it came.
  Stage stage() {
    return stage;
  }

  /// The programs that were fitted to the kernel.
  List<Relocated> relocated() {
    return List.copyOf(relocated);
  }

  LinuxObject load() {
    try (context) {
      check();
      stage = Stage.RELOCATE;
      fitStructOps();
      externs = new ExternResolution(spec, context, options);
      externs.resolve();
      replaceContextTags();
      relocate();
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
              kernel,
              options,
              new MapCreation.Context(types.fd(), structOps, externs::config, tokenFd));
      var maps = creation.createAll(spec);
      opened.addAll(maps);
      stage = Stage.LOAD;
      try {
        var programs = new ArrayList<LinuxProgram>();
        for (var each : relocated) {
          attempt(
              each.program(),
              () -> {
                var loaded = load(each, types.fd(), tokenFd, maps);
                opened.add(loaded);
                programs.add(loaded);
              });
        }
        fillProgramArrays(creation, maps, programs);
        return new LinuxObject(kernel, spec, maps, programs, failures, structOps);
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
    for (var each : List.copyOf(relocated)) {
      var program = each.program();
      if (program.type().isEmpty()) {
        attempt(program, () -> SectionName.parse(program.section()));
      }
    }
  }

  // ---- fitting ----

  /// Looks up the kernel's structs of functions. They decide which of their programs are loaded:
  /// those of a map that is created, as far as the kernel's struct has the function.
  private void fitStructOps() {
    var used = new HashMap<String, Boolean>();
    for (var map : spec.maps()) {
      if (map.structOps().isEmpty()) {
        continue;
      }
      map.structOps()
          .get()
          .programs()
          .values()
          .forEach(name -> used.merge(name, false, (a, b) -> a));
      if (map.create()) {
        var operations = operations(map);
        structOps.put(map.name(), operations);
        operations.layout().members().forEach(member -> used.put(member.program(), true));
      }
    }
    if (!used.isEmpty()) {
      spec =
          spec.withEachProgram(program ->
              program.type().filter(t -> t == ProgramType.STRUCT_OPS).isPresent()
                      && !used.getOrDefault(program.name(), program.autoload())
                  ? program.withAutoload(false)
                  : program);
    }
  }

  private KernelOperations operations(MapSpec map) {
    var types = spec.types().orElseThrow();
    var ops = map.structOps().orElseThrow();
    var name = Btf.essentialName(types.name(ops.type()));
    var found =
        context
            .find(KernelStructOps.VALUE_PREFIX + name, KIND_STRUCT)
            .orElseThrow(() ->
                new BpfException(
                    "map '"
                        + map.name()
                        + "': this kernel calls no programs through struct "
                        + name
                        + ": its types have no struct "
                        + KernelStructOps.VALUE_PREFIX
                        + name));
    return new KernelOperations(
        KernelStructOps.of(map.name(), types, ops, found.types(), name, found.id()),
        found.moduleFd());
  }

  private void replaceContextTags() {
    if (ContextTags.areIn(spec) && !KernelFeatures.ofProcess().has(KernelFeature.CONTEXT_TAG)) {
      spec = ContextTags.replace(spec, registers(), ProgramSpec::autoload);
    }
  }

  /// The struct that `bpf_user_pt_regs_t` is on this machine.
  private static String registers() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64", "loongarch64" -> "user_pt_regs";
      case "riscv64", "s390x" -> "user_regs_struct";
      default -> "pt_regs";
    };
  }

  private void relocate() {
    var core = resolveCore();
    for (var program : spec.programs()) {
      if (program.autoload() && !failures.containsKey(program.name())) {
        attempt(program, () -> relocated.add(relocate(program, core)));
      }
    }
  }

  /// What a CO-RE relocation came to, or why it could not be resolved.
  private record Answer(@Nullable CoreResolution resolution, @Nullable BpfException failure) {}

  /// Resolves the relocations of all programs that are loaded and of all subprograms, in the order
  /// of the file; by their index.
  private Map<Integer, Answer> resolveCore() {
    var answers = new HashMap<Integer, Answer>();
    if (spec.relocations().isEmpty() || spec.types().isEmpty()) {
      return answers;
    }
    var loaded =
        spec.programs().stream()
            .filter(ProgramSpec::autoload)
            .map(ProgramSpec::name)
            .collect(Collectors.toSet());
    var wanted = wantedRelocations();
    if (wanted.isEmpty()) {
      return answers;
    }
    var relocator = new CoreRelocator(spec.types().get(), spec.order(), context);
    for (int i = 0; i < spec.relocations().size(); i++) {
      var each = spec.relocations().get(i);
      if (each.entry() && !loaded.contains(each.function())) {
        continue;
      }
      try {
        answers.put(
            i,
            new Answer(
                relocator.resolve(
                    each.relocation(),
                    () ->
                        "function '"
                            + each.function()
                            + "', section "
                            + each.section()
                            + ", instruction "
                            + each.relocation().slot()),
                null));
      } catch (BpfException e) {
        answers.put(i, new Answer(null, e));
      }
    }
    return answers;
  }

  private Set<Integer> wantedRelocations() {
    return spec.programs().stream()
        .filter(ProgramSpec::autoload)
        .flatMap(p -> p.coreRelocations().stream())
        .map(site -> site.relocation())
        .collect(Collectors.toSet());
  }

  private Relocated relocate(ProgramSpec program, Map<Integer, Answer> core) {
    var slots = program.instructions().toSlots();
    var poisoned = new HashMap<Integer, String>();
    for (var site : program.coreRelocations()) {
      var answer = core.get(site.relocation());
      if (answer == null) {
        continue;
      }
      if (answer.failure() != null) {
        throw answer.failure();
      }
      var resolution = java.util.Objects.requireNonNull(answer.resolution());
      var replaced =
          resolution.apply(
              slots,
              site.slot(),
              () -> "program '" + program.name() + "', instruction " + site.slot());
      if (replaced) {
        poisoned.put(site.slot(), resolution.describe());
      }
      kernel.report(
          Step.Action.RELOCATE,
          "program " + program.name(),
          "instruction " + site.slot() + ": " + resolution.describe());
    }
    for (var reference : program.mapReferences()) {
      var map = spec.map(reference.map());
      if (!MapCreation.isCreated(map)) {
        var call = Slot.of(Opcode.CALL, 0, 0, 0, MISSING_MAP + spec.maps().indexOf(map));
        slots[reference.slot()] = call;
        slots[reference.slot() + 1] = call;
        poisoned.put(reference.slot(), "map '" + map.name() + "' is not created");
      } else if (reference.value() && map.type() == MapType.ARENA.number()) {
        var at = reference.slot() + 1;
        slots[at] =
            Slot.withImm(slots[at], (int) (Slot.imm(slots[at]) + MapCreation.arenaOffset(map)));
      }
    }
    var config = externs.apply(program, slots);
    if (!KernelFeatures.ofProcess().has(KernelFeature.PROBE_READ_KERNEL)) {
      replaceProbeReads(slots);
    }
    return new Relocated(program, Instructions.of(slots), config, poisoned);
  }

  /// The helpers that read memory of the kernel or of a process became two each in 5.5; an older
  /// kernel has one for both.
  private static void replaceProbeReads(long[] slots) {
    for (int i = 0; i < slots.length; i++) {
      if (Slot.isWide(slots[i])) {
        i++;
      } else if (Slot.opcode(slots[i]) == Opcode.CALL && Slot.src(slots[i]) == 0) {
        slots[i] =
            switch (Slot.imm(slots[i])) {
              case 112, 113 -> Slot.withImm(slots[i], 4);
              case 114, 115 -> Slot.withImm(slots[i], 45);
              default -> slots[i];
            };
      }
    }
  }

  // ---- creating ----

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
      if (!structOps.isEmpty()) {
        throw org.ebpf4j.error.KernelException.of(
            "the types of " + spec.name(), "BTF_LOAD", result.errno());
      }
      kernel.report(
          Step.Action.LOAD_TYPES,
          spec.name(),
          bytes.length + " bytes of BTF: " + Errno.describe(result.errno()) + "; going on without");
      return new Types(null);
    }
    var types = new Types(result.fd());
    try {
      kernel.report(
          Step.Action.LOAD_TYPES, spec.name(), bytes.length + " bytes of BTF: " + result.fd());
      return types;
    } catch (RuntimeException | Error e) {
      types.close();
      throw e;
    }
  }

  private LinuxProgram load(Relocated each, int typesFd, int tokenFd, List<LinuxMap> maps) {
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
      return new ProgramLoader(kernel, spec, each, options, maps)
          .load(
              Instructions.of(slots),
              new ProgramLoader.Environment(typesFd, tokenFd, target(program), externs.fdArray()));
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
    kernel.report(
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
    var other = options.targets().get(program.name());
    var section = SectionName.find(program.section()).filter(SectionName::kernelType);
    if (section.isEmpty()) {
      return ProgramLoader.Target.NONE;
    }
    return new KernelTarget(context).find(program, section.get(), other);
  }

  private ProgramLoader.Target structOpsTarget(ProgramSpec program) {
    ProgramLoader.Target found = null;
    for (var entry : structOps.entrySet()) {
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
