package org.ebpf4j.verifier.input;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.ProgramTarget;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;

/// A program with all that a verifier has to know of it. Maps are not created: instructions name
/// them.
///
/// @param name its name
/// @param type its type
/// @param attachType its expected attach type
/// @param flags `BPF_F_*` of `PROG_LOAD`
/// @param license its license, such as `GPL`
/// @param instructions the instructions
/// @param subprograms the functions in them
/// @param maps which instructions (`ld_imm64`) load which maps
/// @param types the types of the object
/// @param functions the BTF functions, one for each subprogram; none without types
/// @param lines the lines of source
/// @param kernelTypes the types of the kernel, where they are known
/// @param moduleTypes the types of modules whose functions are called, by the index in the call
/// @param target what it is made for
/// @param exceptionCallback the subprogram that the kernel calls for an exception
public record CheckedProgram(
    String name,
    ProgramType type,
    Optional<AttachType> attachType,
    int flags,
    String license,
    Instructions instructions,
    List<Subprogram> subprograms,
    Map<Integer, MapUse> maps,
    Optional<Btf> types,
    List<FunctionInfo> functions,
    List<LineInfo> lines,
    Optional<Btf> kernelTypes,
    Map<Integer, Btf> moduleTypes,
    ProgramTarget target,
    Optional<String> exceptionCallback) {
  public CheckedProgram {
    subprograms = List.copyOf(subprograms);
    maps = Map.copyOf(maps);
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    moduleTypes = Map.copyOf(moduleTypes);
  }

  /// An instruction that loads a map, or the address of its first value.
  ///
  /// @param map the map
  /// @param value whether it loads the address of the first value
  /// @param offset bytes from the start of that value
  public record MapUse(MapSpec map, boolean value, int offset) {}

  /// A program of an object as it is, for one that needs nothing of a kernel.
  ///
  /// @throws IllegalArgumentException where the program has no type
  /// @throws NotFoundException where it refers to a map that the object does not have
  public static CheckedProgram of(ObjectSpec object, ProgramSpec program) {
    return of(
        object,
        program,
        program.instructions(),
        program.attachType(),
        Map.of(),
        Optional.empty(),
        new ProgramTarget.None());
  }

  /// A program that was fitted to a kernel.
  ///
  /// @throws IllegalArgumentException where the program has no type
  public static CheckedProgram of(FittedObject object, FittedProgram fitted, KernelFacts kernel) {
    var config = new HashMap<Integer, MapUse>();
    if (!fitted.configSlots().isEmpty()) {
      var map = config(object);
      fitted
          .configSlots()
          .forEach(slot ->
              config.put(
                  slot,
                  new MapUse(
                      map, true, (int) (loaded(fitted.instructions(), slot) >>> Integer.SIZE))));
    }
    return of(
        object.spec(),
        fitted.program(),
        fitted.instructions(),
        fitted.attachType() == 0
            ? fitted.program().attachType()
            : AttachType.of(fitted.attachType()),
        config,
        Optional.of(kernel.types()),
        fitted.target());
  }

  /// A program that a kernel with maps of its own is to take. Functions that the kernel knows by
  /// name get the ids that its types have for them, where they have them.
  ///
  /// @throws IllegalArgumentException where the program has no type
  public static CheckedProgram of(ProgramVerifier.Candidate candidate) {
    var kernel = candidate.kernel();
    var program = of(candidate.object(), candidate.program(), kernel);
    var maps = new HashMap<Integer, MapUse>();
    program
        .maps()
        .forEach((slot, use) ->
            maps.put(
                slot,
                new MapUse(
                    candidate.maps().getOrDefault(use.map().name(), use.map()),
                    use.value(),
                    use.offset())));
    return new CheckedProgram(
        program.name(),
        program.type(),
        program.attachType(),
        program.flags(),
        program.license(),
        candidate.ownTypes() && kernel.functions().isPresent()
            ? named(candidate, program.instructions())
            : program.instructions(),
        program.subprograms(),
        maps,
        program.types(),
        program.functions(),
        program.lines(),
        program.kernelTypes(),
        program.moduleTypes(),
        program.target(),
        program.exceptionCallback());
  }

  /// The instructions, where calls and addresses of functions of the kernel have the ids of its
  /// types.
  private static Instructions named(
      ProgramVerifier.Candidate candidate, Instructions instructions) {
    var types = candidate.kernel().types();
    long[] slots = instructions.toSlots();
    for (var reference : candidate.program().program().externReferences()) {
      var extern = candidate.object().spec().externs().get(reference.extern());
      int at = reference.slot();
      int pseudo = Slot.src(slots[at]);
      if (extern instanceof Extern.Function
          && (pseudo == Opcode.PSEUDO_KFUNC_CALL || pseudo == Opcode.PSEUDO_BTF_ID)
          && Slot.imm(slots[at]) == 0) {
        for (int id : types.ids(Btf.essentialName(extern.name()))) {
          if (types.type(id) instanceof BtfType.Function) {
            slots[at] = Slot.withImm(slots[at], id);
          }
        }
      }
    }
    return Instructions.of(slots);
  }

  /// The map of the kernel's configuration, with what this kernel has in it.
  private static MapSpec config(FittedObject object) {
    var map = object.spec().map(".kconfig");
    byte[] content;
    try {
      content = object.config(map.valueSize());
    } catch (BpfException e) {
      // Not all of it is known, so that no value is.
      return map;
    }
    return map.toBuilder()
        .content(content)
        .frozen(true)
        .flags(map.flags() | MapSpec.RDONLY_PROG)
        .build();
  }

  private static long loaded(Instructions instructions, int slot) {
    return instructions.at(slot) instanceof org.ebpf4j.insn.Instruction.LoadImmediate64 load
        ? load.value()
        : 0;
  }

  private static CheckedProgram of(
      ObjectSpec object,
      ProgramSpec program,
      Instructions instructions,
      Optional<AttachType> attachType,
      Map<Integer, MapUse> more,
      Optional<Btf> kernelTypes,
      ProgramTarget target) {
    var maps = new HashMap<>(more);
    for (var reference : program.mapReferences()) {
      maps.put(
          reference.slot(),
          new MapUse(object.map(reference.map()), reference.value(), reference.offset()));
    }
    return new CheckedProgram(
        program.name(),
        program
            .type()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "program '" + program.name() + "' has no type; give it one")),
        attachType,
        program.flags(),
        object.license(),
        instructions,
        program.subprograms(),
        maps,
        object.types(),
        new ArrayList<>(program.functions()),
        program.lines(),
        kernelTypes,
        Map.of(),
        target,
        program.exceptionCallback());
  }

  /// Whether the program may sleep.
  public boolean sleepable() {
    return (flags & ProgramSpec.SLEEPABLE) != 0;
  }

  /// Whether its license is one that helper functions for GPL programs ask for.
  public boolean gpl() {
    return switch (license) {
      case "GPL",
          "GPL v2",
          "GPL and additional rights",
          "Dual BSD/GPL",
          "Dual MIT/GPL",
          "Dual MPL/GPL" ->
          true;
      default -> false;
    };
  }
}
