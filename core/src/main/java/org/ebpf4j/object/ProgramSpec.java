package org.ebpf4j.object;

import java.util.List;
import java.util.Optional;
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
    List<Integer> coreRelocations) {
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
  }

  /// Bare instructions of some type.
  public static ProgramSpec of(String name, ProgramType type, Instructions instructions) {
    return new ProgramSpec(
        name,
        "",
        Optional.of(type),
        Optional.empty(),
        Optional.empty(),
        0,
        true,
        instructions,
        List.of(new Subprogram(name, 0)),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /// The same program as another type; what its section said of attaching is forgotten with the old
  /// one.
  public ProgramSpec withType(ProgramType other) {
    return new ProgramSpec(
        name,
        section,
        Optional.of(other),
        Optional.empty(),
        Optional.empty(),
        flags,
        autoload,
        instructions,
        subprograms,
        mapReferences,
        functions,
        lines,
        coreRelocations);
  }

  /// The same program with another expected attach type.
  public ProgramSpec withAttachType(AttachType other) {
    return new ProgramSpec(
        name,
        section,
        type,
        Optional.of(other),
        attachPoint,
        flags,
        autoload,
        instructions,
        subprograms,
        mapReferences,
        functions,
        lines,
        coreRelocations);
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
}
