package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.MapCreation.KernelOperations;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.load.ContextTags;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.KernelStructOps;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.CoreResolution;
import org.jspecify.annotations.Nullable;

/// Fits an object to the running kernel, before anything is created: its structs of functions are
/// laid out as the kernel has them, and in the instructions of its programs stands what the kernel
/// supplies. What is missing fails only the programs that want it.
final class ObjectFitting {
  /// A load of a map that is not created becomes calls of a helper with this number and more, which
  /// no kernel has: a program that does not reach it loads. libbpf's number.
  private static final int MISSING_MAP = 2_001_000_000;

  private static final int KIND_STRUCT = 4;

  private final Steps steps;
  private final KernelContext context;
  private final LoadOptions options;
  private final BiConsumer<ProgramSpec, Runnable> attempt;
  private final Map<String, KernelOperations> structOps = new LinkedHashMap<>();
  private final List<Fitted> fitted = new ArrayList<>();
  private @Nullable ExternResolution externs;

  /// @param attempt does what is to be done for one program, and knows what to do where that fails
  ObjectFitting(
      Steps steps,
      KernelContext context,
      LoadOptions options,
      BiConsumer<ProgramSpec, Runnable> attempt) {
    this.steps = steps;
    this.context = context;
    this.options = options;
    this.attempt = attempt;
  }

  /// Does it, once.
  ///
  /// @return the object, where programs that no struct of functions wants are switched off
  ObjectSpec fit(ObjectSpec object) {
    var spec = replaceContextTags(fitStructOps(object));
    externs = new ExternResolution(spec, context, options);
    externs.resolve();
    var core = resolveCore(spec);
    for (var program : spec.programs()) {
      if (program.autoload()) {
        attempt.accept(program, () -> fitted.add(relocate(spec, program, core)));
      }
    }
    return spec;
  }

  /// The programs that are to be loaded, as far as they could be fitted.
  List<Fitted> programs() {
    return List.copyOf(fitted);
  }

  /// What the structs of functions come to in this kernel, by the names of their maps.
  Map<String, KernelOperations> structOps() {
    return structOps;
  }

  /// What the kernel supplies.
  ExternResolution externs() {
    return Objects.requireNonNull(externs);
  }

  /// Looks up the kernel's structs of functions. They decide which of their programs are loaded:
  /// those of a map that is created, as far as the kernel's struct has the function.
  private ObjectSpec fitStructOps(ObjectSpec spec) {
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
        var operations = operations(spec, map);
        structOps.put(map.name(), operations);
        operations.layout().members().forEach(member -> used.put(member.program(), true));
      }
    }
    return used.isEmpty()
        ? spec
        : spec.withEachProgram(program ->
            program.type().filter(t -> t == ProgramType.STRUCT_OPS).isPresent()
                    && !used.getOrDefault(program.name(), program.autoload())
                ? program.withAutoload(false)
                : program);
  }

  private KernelOperations operations(ObjectSpec spec, MapSpec map) {
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

  /// A kernel that does not know the tag of contexts gets functions that take the context's type.
  private static ObjectSpec replaceContextTags(ObjectSpec spec) {
    return ContextTags.areIn(spec) && !KernelFeatures.ofProcess().has(KernelFeature.CONTEXT_TAG)
        ? ContextTags.replace(spec, registers(), ProgramSpec::autoload)
        : spec;
  }

  /// The struct that `bpf_user_pt_regs_t` is on this machine.
  private static String registers() {
    return switch (System.getProperty("os.arch")) {
      case "aarch64", "loongarch64" -> "user_pt_regs";
      case "riscv64", "s390x" -> "user_regs_struct";
      default -> "pt_regs";
    };
  }

  /// What a CO-RE relocation came to, or why it could not be resolved.
  private record Answer(@Nullable CoreResolution resolution, @Nullable BpfException failure) {}

  /// Resolves the relocations of all programs that are loaded and of all subprograms, in the order
  /// of the file; by their index.
  private Map<Integer, Answer> resolveCore(ObjectSpec spec) {
    var answers = new HashMap<Integer, Answer>();
    if (spec.relocations().isEmpty() || spec.types().isEmpty()) {
      return answers;
    }
    var loaded =
        spec.programs().stream()
            .filter(ProgramSpec::autoload)
            .map(program -> program.subprograms().getFirst().name())
            .collect(Collectors.toSet());
    var wanted = wantedRelocations(spec);
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

  private static Set<Integer> wantedRelocations(ObjectSpec spec) {
    return spec.programs().stream()
        .filter(ProgramSpec::autoload)
        .flatMap(p -> p.coreRelocations().stream())
        .map(site -> site.relocation())
        .collect(Collectors.toSet());
  }

  private Fitted relocate(ObjectSpec spec, ProgramSpec program, Map<Integer, Answer> core) {
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
      var resolution = Objects.requireNonNull(answer.resolution());
      var replaced =
          resolution.apply(
              slots,
              site.slot(),
              () -> "program '" + program.name() + "', instruction " + site.slot());
      if (replaced) {
        poisoned.put(site.slot(), resolution.describe() + "\n  try: " + resolution.guard());
      }
      steps.report(
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
        slots[at] = Slot.withImm(slots[at], (int) (Slot.imm(slots[at]) + ArenaMemory.offset(map)));
      }
    }
    var config = externs().apply(program, slots);
    if (!KernelFeatures.ofProcess().has(KernelFeature.PROBE_READ_KERNEL)) {
      replaceProbeReads(slots);
    }
    return new Fitted(program, Instructions.of(slots), config, poisoned);
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
}
