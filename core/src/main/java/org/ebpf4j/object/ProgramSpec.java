package org.ebpf4j.object;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Instructions;

/// A program that is to be loaded: its instructions, with the functions it calls behind it and
/// calls between them in place, and what its section says of it.
///
/// @param name the name of the function
/// @param section the section it was in; empty for a file of bare instructions
/// @param type its type; empty where the section's name says nothing, and one has to be given
/// @param attachType its expected attach type, if any
/// @param attachPoint where it is attached, where the section's name spells that out
/// @param flags `BPF_F_*` of `PROG_LOAD`
/// @param autoload whether it is loaded with its object without being asked for
/// @param instructions the instructions
/// @param subprograms the functions in the instructions, in their order
/// @param mapReferences which instructions refer to which maps
/// @param functions the BTF functions, one for each of `subprograms`; none where the object has no
///   such records
/// @param lines the lines of C, by instruction
/// @param coreRelocations the instructions that wait for CO-RE relocation
/// @param externReferences which instructions refer to what the kernel is to supply
/// @param jumpTables which instructions load the addresses of jump tables
/// @param exceptionCallback the function that the kernel calls for an exception; it is among the
///   subprograms
public record ProgramSpec(
    String name,
    String section,
    Optional<ProgramType> type,
    Optional<AttachType> attachType,
    Optional<AttachPoint> attachPoint,
    int flags,
    boolean autoload,
    Instructions instructions,
    List<Subprogram> subprograms,
    List<MapReference> mapReferences,
    List<FunctionInfo> functions,
    List<LineInfo> lines,
    List<CoreSite> coreRelocations,
    List<ExternReference> externReferences,
    List<JumpTable> jumpTables,
    Optional<String> exceptionCallback) {
  /// The program may sleep (`BPF_F_SLEEPABLE`).
  public static final int SLEEPABLE = 1 << 4;

  /// An XDP program knows packets in several buffers (`BPF_F_XDP_HAS_FRAGS`).
  public static final int XDP_HAS_FRAGS = 1 << 5;

  public ProgramSpec {
    subprograms = List.copyOf(subprograms);
    mapReferences = List.copyOf(mapReferences);
    functions = List.copyOf(functions);
    lines = List.copyOf(lines);
    coreRelocations = List.copyOf(coreRelocations);
    externReferences = List.copyOf(externReferences);
    jumpTables = List.copyOf(jumpTables);
  }

  /// Bare instructions of some type.
  public static ProgramSpec of(String name, ProgramType type, Instructions instructions) {
    var draft = new Draft(name, "", instructions);
    draft.type = Optional.of(type);
    draft.subprograms = List.of(new Subprogram(name, 0));
    return draft.spec();
  }

  /// The same program as another type; what its section said of attaching is forgotten with the old
  /// one. One that had no type is loaded with its object from now on.
  public ProgramSpec withType(ProgramType other) {
    return with(d -> {
      d.autoload |= d.type.isEmpty();
      d.type = Optional.of(other);
      d.attachType = Optional.empty();
      d.attachPoint = Optional.empty();
    });
  }

  /// The same program with another expected attach type.
  public ProgramSpec withAttachType(AttachType other) {
    return with(d -> d.attachType = Optional.of(other));
  }

  /// The same program, loaded with its object or not.
  public ProgramSpec withAutoload(boolean wanted) {
    return with(d -> d.autoload = wanted);
  }

  /// The same program with other flags of `PROG_LOAD` (`BPF_F_*`).
  public ProgramSpec withFlags(int other) {
    return with(d -> d.flags = other);
  }

  /// The same program with other records of its BTF functions, one for each of its subprograms.
  public ProgramSpec withFunctions(List<FunctionInfo> others) {
    return with(d -> d.functions = others);
  }

  ProgramSpec with(Consumer<Draft> change) {
    var draft = new Draft(name, this);
    change.accept(draft);
    return draft.spec();
  }

  /// The same program under another name; its function keeps its own.
  ProgramSpec named(String other) {
    return new Draft(other, this).spec();
  }

  /// The line of C that an instruction came from: that of the last record at or before it.
  public Optional<LineInfo> line(int slot) {
    LineInfo found = null;
    for (var line : lines) {
      if (line.slot() > slot) {
        break;
      }
      found = line;
    }
    return Optional.ofNullable(found);
  }

  /// A program while it is put together.
  static final class Draft {
    final String name;
    final String section;
    final Instructions instructions;
    Optional<ProgramType> type = Optional.empty();
    Optional<AttachType> attachType = Optional.empty();
    Optional<AttachPoint> attachPoint = Optional.empty();
    int flags;
    boolean autoload = true;
    List<Subprogram> subprograms = List.of();
    List<MapReference> mapReferences = List.of();
    List<FunctionInfo> functions = List.of();
    List<LineInfo> lines = List.of();
    List<CoreSite> coreRelocations = List.of();
    List<ExternReference> externReferences = List.of();
    List<JumpTable> jumpTables = List.of();
    Optional<String> exceptionCallback = Optional.empty();

    Draft(String name, String section, Instructions instructions) {
      this.name = name;
      this.section = section;
      this.instructions = instructions;
    }

    Draft(String name, ProgramSpec from) {
      this(name, from.section, from.instructions);
      type = from.type;
      attachType = from.attachType;
      attachPoint = from.attachPoint;
      flags = from.flags;
      autoload = from.autoload;
      subprograms = from.subprograms;
      mapReferences = from.mapReferences;
      functions = from.functions;
      lines = from.lines;
      coreRelocations = from.coreRelocations;
      externReferences = from.externReferences;
      jumpTables = from.jumpTables;
      exceptionCallback = from.exceptionCallback;
    }

    ProgramSpec spec() {
      return new ProgramSpec(
          name,
          section,
          type,
          attachType,
          attachPoint,
          flags,
          autoload,
          instructions,
          subprograms,
          mapReferences,
          functions,
          lines,
          coreRelocations,
          externReferences,
          jumpTables,
          exceptionCallback);
    }
  }
}
