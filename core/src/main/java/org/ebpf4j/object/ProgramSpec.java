package org.ebpf4j.object;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;

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
    var draft = new Builder(name, "", instructions);
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

  /// The same for another attach point. Programs of tracing are loaded for theirs, so it has to be
  /// said before they are.
  public ProgramSpec withAttachPoint(AttachPoint other) {
    return with(d -> d.attachPoint = Optional.of(other));
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

  ProgramSpec with(Consumer<Builder> change) {
    var draft = new Builder(name, this);
    change.accept(draft);
    return draft.spec();
  }

  /// The same program under another name; its function keeps its own.
  ProgramSpec named(String other) {
    return new Builder(other, this).spec();
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

  /// Starts a program with what it cannot do without. For compilers and generators; people change
  /// what was read by the `with…` methods.
  ///
  /// @param name the name of its function
  /// @param instructions its instructions, those of subprograms behind its own
  public static Builder builder(String name, Instructions instructions) {
    var builder = new Builder(name, "", instructions);
    builder.subprograms = List.of(new Subprogram(name, 0));
    return builder;
  }

  /// A builder with all that this program has.
  public Builder toBuilder() {
    return new Builder(name, this);
  }

  /// A program while it is put together. Not for several threads.
  public static final class Builder {
    final String name;
    String section;
    Instructions instructions;
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

    Builder(String name, String section, Instructions instructions) {
      this.name = name;
      this.section = section;
      this.instructions = instructions;
    }

    Builder(String name, ProgramSpec from) {
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

    /// The name of the section, from which nothing else is derived; see [SectionName].
    public Builder section(String other) {
      section = other;
      return this;
    }

    /// The type of the program.
    public Builder type(ProgramType other) {
      type = Optional.of(other);
      return this;
    }

    /// The expected attach type.
    public Builder attachType(AttachType other) {
      attachType = Optional.of(other);
      return this;
    }

    /// Where it is attached unless somebody says otherwise.
    public Builder attachPoint(AttachPoint other) {
      attachPoint = Optional.of(other);
      return this;
    }

    /// Type, attach type, place, flags and whether it is loaded unasked, as the name of a section
    /// says them, such as `xdp` or `tp/syscalls/sys_enter_execve`; the section is set, too.
    ///
    /// @throws org.ebpf4j.error.BpfException for a name that says no type
    public Builder ofSection(String name) {
      var parsed = SectionName.parse(name);
      section = name;
      type = Optional.of(parsed.type());
      attachType = parsed.attachType();
      attachPoint = parsed.attachPoint();
      autoload = parsed.autoload();
      flags |= (parsed.sleepable() ? SLEEPABLE : 0) | (parsed.fragments() ? XDP_HAS_FRAGS : 0);
      return this;
    }

    /// The flags of `PROG_LOAD` (`BPF_F_*`).
    public Builder flags(int other) {
      flags = other;
      return this;
    }

    /// Whether it is loaded with its object without being asked for; true unless said otherwise.
    public Builder autoload(boolean wanted) {
      autoload = wanted;
      return this;
    }

    /// The functions in the instructions, in their order, the program's own first.
    public Builder subprograms(List<Subprogram> other) {
      subprograms = other;
      return this;
    }

    /// Which instructions refer to which maps. Each is an `ld_imm64`; what it loads (`pseudo`) is
    /// set from the reference.
    public Builder mapReferences(List<MapReference> other) {
      mapReferences = other;
      return this;
    }

    /// The BTF functions, one for each subprogram; none without types.
    public Builder functions(List<FunctionInfo> other) {
      functions = other;
      return this;
    }

    /// The lines of source, by instruction.
    public Builder lines(List<LineInfo> other) {
      lines = other;
      return this;
    }

    /// The instructions that wait for CO-RE relocation.
    public Builder coreRelocations(List<CoreSite> other) {
      coreRelocations = other;
      return this;
    }

    /// Which instructions refer to what the kernel is to supply.
    public Builder externReferences(List<ExternReference> other) {
      externReferences = other;
      return this;
    }

    /// Which instructions load the addresses of jump tables.
    public Builder jumpTables(List<JumpTable> other) {
      jumpTables = other;
      return this;
    }

    /// The subprogram that the kernel calls for an exception.
    public Builder exceptionCallback(String subprogram) {
      exceptionCallback = Optional.of(subprogram);
      return this;
    }

    /// The program.
    ///
    /// @throws IllegalArgumentException where a record names an instruction or a subprogram that is
    ///   not there, or a reference to a map is at an instruction that is no `ld_imm64`
    public ProgramSpec build() {
      check();
      markReferences();
      return spec();
    }

    private void markReferences() {
      var slots = instructions.toSlots();
      for (var reference : mapReferences) {
        if (!(instructions.at(reference.slot()) instanceof Instruction.LoadImmediate64)) {
          throw new IllegalArgumentException(
              "program '"
                  + name
                  + "': instruction "
                  + reference.slot()
                  + " refers to map '"
                  + reference.map()
                  + "', but is no ld_imm64");
        }
        var pseudo = reference.value() ? Opcode.PSEUDO_MAP_VALUE : Opcode.PSEUDO_MAP_FD;
        slots[reference.slot()] = Slot.withSrc(slots[reference.slot()], pseudo);
      }
      instructions = Instructions.of(slots);
    }

    private void check() {
      var slots = instructions.size();
      subprograms.forEach(s -> checkSlot(s.slot(), slots, "subprogram '" + s.name() + "'"));
      mapReferences.forEach(
          r -> checkSlot(r.slot(), slots, "a reference to map '" + r.map() + "'"));
      functions.forEach(f -> checkSlot(f.slot(), slots, "a function record"));
      lines.forEach(l -> checkSlot(l.slot(), slots, "a line record"));
      coreRelocations.forEach(c -> checkSlot(c.slot(), slots, "a CO-RE relocation"));
      externReferences.forEach(e -> checkSlot(e.slot(), slots, "a reference to an extern"));
      jumpTables.forEach(j -> checkSlot(j.slot(), slots, "a reference to a jump table"));
      exceptionCallback.ifPresent(callback -> {
        if (subprograms.stream().noneMatch(s -> s.name().equals(callback))) {
          throw new IllegalArgumentException(
              "program '" + name + "' has no subprogram '" + callback + "' for exceptions");
        }
      });
    }

    private void checkSlot(int slot, int slots, String what) {
      if (slot < 0 || slot >= slots) {
        throw new IllegalArgumentException(
            "program '" + name + "': " + what + " is at instruction " + slot + "; it has " + slots);
      }
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
