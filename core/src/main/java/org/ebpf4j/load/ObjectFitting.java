package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.relocation.CoreRelocator;
import org.ebpf4j.relocation.CoreResolution;
import org.ebpf4j.relocation.TargetTypes;
import org.jspecify.annotations.Nullable;

/// The fitting of one object to one kernel, as [FittedObject#of] says.
final class ObjectFitting {
  /// A load of a map that is not created becomes calls of a helper with this number and more, which
  /// no kernel has: a program that does not reach it loads. libbpf's number.
  private static final int MISSING_MAP = 2_001_000_000;

  private final KernelFacts kernel;
  private final FitOptions options;
  private final Map<String, FittedStructOps> structOps = new LinkedHashMap<>();

  ObjectFitting(KernelFacts kernel, FitOptions options) {
    this.kernel = kernel;
    this.options = options;
  }

  /// Does it, once.
  FittedObject fit(ObjectSpec object) {
    var spec = replaceContextTags(fitStructOps(object));
    var externs = new ExternResolution(spec, kernel, options.config());
    externs.resolve();
    var core = resolveCore(spec);
    var fitted = new ArrayList<FittedProgram>();
    var failures = new LinkedHashMap<String, BpfException>();
    for (var program : spec.programs()) {
      if (program.autoload()) {
        try {
          fitted.add(relocate(spec, program, core, externs));
        } catch (BpfException e) {
          failures.put(program.name(), e);
        }
      }
    }
    return new FittedObject(spec, fitted, failures, structOps, externs);
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

  private FittedStructOps operations(ObjectSpec spec, MapSpec map) {
    var types = spec.types().orElseThrow();
    var ops = map.structOps().orElseThrow();
    var name = Btf.essentialName(types.name(ops.type()));
    var there = TypeSearch.find(kernel, KernelStructOps.VALUE_PREFIX + name, Kind.STRUCT);
    if (there.isEmpty() && kernel.takesAnyStruct()) {
      return new FittedStructOps(KernelStructOps.asIn(types, ops), "");
    }
    var found =
        there.orElseThrow(() ->
            new BpfException(
                "map '"
                    + map.name()
                    + "': this kernel calls no programs through struct "
                    + name
                    + ": its types have no struct "
                    + KernelStructOps.VALUE_PREFIX
                    + name));
    return new FittedStructOps(
        KernelStructOps.of(map.name(), types, ops, found.types(), name, found.id()),
        found.module());
  }

  /// A kernel that does not know the tag of contexts gets functions that take the context's type.
  private ObjectSpec replaceContextTags(ObjectSpec spec) {
    return ContextTags.areIn(spec) && !kernel.has(KernelFeature.CONTEXT_TAG)
        ? ContextTags.replace(spec, kernel.registers(), ProgramSpec::autoload)
        : spec;
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
    var relocator = new CoreRelocator(spec.types().get(), spec.order(), coreTypes());
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

  private TargetTypes coreTypes() {
    return options
        .types()
        .orElseGet(() ->
            new TargetTypes() {
              @Override
              public Btf kernel() {
                return kernel.types();
              }

              @Override
              public List<Btf> modules() {
                return kernel.modules().stream().map(ModuleTypes::types).toList();
              }
            });
  }

  private static Set<Integer> wantedRelocations(ObjectSpec spec) {
    return spec.programs().stream()
        .filter(ProgramSpec::autoload)
        .flatMap(p -> p.coreRelocations().stream())
        .map(site -> site.relocation())
        .collect(Collectors.toSet());
  }

  private FittedProgram relocate(
      ObjectSpec spec, ProgramSpec program, Map<Integer, Answer> core, ExternResolution externs) {
    var notes = new ArrayList<FittedProgram.Note>();
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
      notes.add(new FittedProgram.Note(site.slot(), resolution.describe()));
    }
    for (var reference : program.mapReferences()) {
      var map = spec.map(reference.map());
      if (!MapFitting.isCreated(map, kernel)) {
        var call = Slot.of(Opcode.CALL, 0, 0, 0, MISSING_MAP + spec.maps().indexOf(map));
        slots[reference.slot()] = call;
        slots[reference.slot() + 1] = call;
        poisoned.put(reference.slot(), "map '" + map.name() + "' is not created");
      } else if (reference.value() && map.type() == MapType.ARENA.number()) {
        var at = reference.slot() + 1;
        slots[at] =
            Slot.withImm(
                slots[at], (int) (Slot.imm(slots[at]) + MapFitting.arenaOffset(map, kernel)));
      }
    }
    var supplied = externs.apply(program, slots);
    // Finding out costs a kernel the load of a program.
    var older = withOlderProbeReads(slots);
    if (!Arrays.equals(older, slots) && !kernel.has(KernelFeature.PROBE_READ_KERNEL)) {
      slots = older;
    }
    var target = target(program);
    return new FittedProgram(
        program,
        Instructions.of(slots),
        supplied.config(),
        supplied.modules(),
        poisoned,
        notes,
        target,
        attachType(program, target),
        JumpTableMap.of(program.jumpTables()));
  }

  private ProgramTarget target(ProgramSpec program) {
    try {
      if (program.type().filter(t -> t == ProgramType.STRUCT_OPS).isPresent()) {
        return member(program);
      }
      return new TargetSearch(kernel).find(program, options.targets().get(program.name()));
    } catch (BpfException e) {
      return new ProgramTarget.Missing(e);
    }
  }

  /// Which member of which struct of functions a program is.
  private ProgramTarget member(ProgramSpec program) {
    ProgramTarget found = null;
    for (var entry : structOps.entrySet()) {
      var layout = entry.getValue().layout();
      for (var member : layout.members()) {
        if (!member.program().equals(program.name())) {
          continue;
        }
        var target =
            new ProgramTarget.Member(layout.type(), entry.getValue().module(), member.index());
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

  private int attachType(ProgramSpec program, ProgramTarget target) {
    if (target instanceof ProgramTarget.Member member) {
      return member.index();
    }
    var section = SectionName.find(program.section());
    if (section.filter(SectionName::multiWhereKnown).isPresent()
        && program.attachType().isEmpty()
        && kernel.has(KernelFeature.UPROBE_MULTI)) {
      return AttachType.TRACE_UPROBE_MULTI.number();
    }
    if (section.filter(SectionName::attachTypeOptional).isPresent()
        && !kernel.has(KernelFeature.EXPECTED_ATTACH_TYPE)) {
      return 0;
    }
    return program.attachType().map(AttachType::number).orElse(0);
  }

  /// The helpers that read memory of the kernel or of a process became two each in 5.5; an older
  /// kernel has one for both.
  private static long[] withOlderProbeReads(long[] fitted) {
    var slots = fitted.clone();
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
    return slots;
  }
}
