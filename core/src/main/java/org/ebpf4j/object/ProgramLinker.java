package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.jspecify.annotations.Nullable;

/// Makes programs of the code sections: cuts them into functions, puts behind each program the
/// functions it calls, and says which instructions refer to which maps.
///
/// Functions are appended as libbpf does: each when it is first met, together with what it calls,
/// before going on.
final class ProgramLinker {
  /// As many as the kernel's verifier takes (`BPF_MAX_SUBPROGS` in `include/linux/bpf_verifier.h`).
  private static final int MAX_FUNCTIONS = 256;

  /// As many as the kernel takes (`BPF_COMPLEXITY_LIMIT_INSNS` in `include/linux/bpf.h`).
  private static final int MAX_INSTRUCTIONS = 1_000_000;

  /// A section of code, and its relocations by the slot that each applies to. Equal to itself
  /// alone: functions are keys of a map, and a section can be long.
  private static final class Code {
    private final Section section;
    private final Instructions instructions;
    private final Map<Integer, Relocation> relocations;

    Code(Section section, Instructions instructions, Map<Integer, Relocation> relocations) {
      this.section = section;
      this.instructions = instructions;
      this.relocations = relocations;
    }
  }

  /// A function in its section.
  private record Function(String name, Code code, int start, int size, boolean local) {
    Section section() {
      return code.section;
    }

    int end() {
      return start + size;
    }
  }

  private final ElfFile elf;
  private final BtfExt ext;
  private final References references;
  private final Map<Integer, List<Function>> functions = new LinkedHashMap<>();

  ProgramLinker(
      ElfFile elf, BtfExt ext, List<MapReader.SymbolMap> maps, Map<Integer, MapSpec> dataMaps) {
    this.elf = elf;
    this.ext = ext;
    this.references = new References(elf, maps, dataMaps);
  }

  List<ProgramSpec> link() {
    for (var section : elf.sections()) {
      if (section.executable()
          && section.type() == ElfFile.SHT_PROGBITS
          && section.data().size() > 0) {
        readSection(section);
      }
    }
    var onlyText =
        functions.keySet().stream().allMatch(i -> elf.sections().get(i).name().equals(".text"));
    var programs = new ArrayList<ProgramSpec>();
    for (var list : functions.values()) {
      for (var function : list) {
        var isText = function.section().name().equals(".text");
        if (!function.local() && (onlyText || !isText)) {
          programs.add(new Layout(function).program());
        }
      }
    }
    return programs;
  }

  private void readSection(Section section) {
    var data = section.data();
    if (data.size() % 8 != 0) {
      throw data.malformed(
          data.size() - data.size() % 8,
          "the section ends inside an instruction: " + data.size() + " bytes");
    }
    var bySlot = new HashMap<Integer, Relocation>();
    for (var relocation : elf.relocations(section)) {
      if (relocation.offset() < 0
          || relocation.offset() >= data.size()
          || relocation.offset() % 8 != 0) {
        throw data.malformed(
            0,
            "a relocation at 0x"
                + Long.toHexString(relocation.offset())
                + ", which is no instruction");
      }
      bySlot.put((int) (relocation.offset() / 8), relocation);
    }
    var code = new Code(section, Instructions.read(data.copy(), elf.order()), bySlot);
    functions.put(section.index(), cut(code));
  }

  private List<Function> cut(Code code) {
    var section = code.section;
    var symbols =
        elf.symbols().stream()
            .filter(s -> s.section() == section.index() && s.type() == Symbol.FUNCTION)
            .sorted(Comparator.comparingLong(Symbol::value))
            .toList();
    var data = section.data();
    var list = new ArrayList<Function>();
    for (int i = 0; i < symbols.size(); i++) {
      var symbol = symbols.get(i);
      var next = i + 1 < symbols.size() ? symbols.get(i + 1).value() : data.size();
      var size = symbol.size() == 0 ? next - symbol.value() : symbol.size();
      data.check(symbol.value(), size, "function '" + symbol.name() + "'");
      if (symbol.value() % 8 != 0 || size % 8 != 0 || size == 0) {
        throw data.malformed(
            symbol.value(),
            "function '" + symbol.name() + "' of " + size + " bytes is no run of instructions");
      }
      list.add(
          new Function(
              symbol.name(),
              code,
              (int) (symbol.value() / 8),
              (int) (size / 8),
              symbol.binding() == Symbol.LOCAL));
    }
    if (list.isEmpty()) {
      throw data.malformed(0, "code that no function symbol names");
    }
    return list;
  }

  /// The function that starts `target` bytes into `section`, which `slot` of `from` refers to.
  private Function functionAt(Section from, int slot, Section section, long target) {
    for (var function : functions.getOrDefault(section.index(), List.of())) {
      if (function.start() * 8L == target) {
        return function;
      }
    }
    throw from.data()
        .malformed(
            slot * 8L,
            "a reference to byte "
                + target
                + " of section "
                + section.name()
                + ", where no function starts");
  }

  /// One program while it grows: functions one behind the other, and what refers to what.
  private final class Layout {
    private final Function entry;
    private final ArrayList<Long> slots = new ArrayList<>();
    private final Map<Function, Integer> positions = new LinkedHashMap<>();
    private final List<MapReference> mapReferences = new ArrayList<>();

    Layout(Function entry) {
      this.entry = entry;
    }

    ProgramSpec program() {
      append(entry);
      var section = SectionName.find(entry.section().name());
      var functionRecords = new ArrayList<FunctionInfo>();
      var lines = new ArrayList<LineInfo>();
      var core = new ArrayList<Integer>();
      var subprograms = new ArrayList<Subprogram>();
      positions.forEach((function, position) -> {
        subprograms.add(new Subprogram(function.name(), position));
        var name = function.section().name();
        for (var record : ext.functions().getOrDefault(name, List.of())) {
          if (record.slot() == function.start()) {
            functionRecords.add(new FunctionInfo(position, record.type()));
          }
        }
        for (var record : ext.lines().getOrDefault(name, List.of())) {
          if (record.slot() >= function.start() && record.slot() < function.end()) {
            lines.add(record.at(record.slot() - function.start() + position));
          }
        }
        for (var slot : ext.relocations().getOrDefault(name, List.of())) {
          if (slot >= function.start() && slot < function.end()) {
            core.add(slot - function.start() + position);
          }
        }
      });
      return new ProgramSpec(
          entry.name(),
          entry.section().name(),
          section.map(SectionName::type),
          section.flatMap(SectionName::attachType),
          section.flatMap(this::attachPoint),
          flags(section),
          section.map(SectionName::autoload).orElse(true),
          Instructions.of(slots.stream().mapToLong(Long::longValue).toArray()),
          subprograms,
          mapReferences,
          functionRecords.size() == subprograms.size() ? functionRecords : List.of(),
          lines,
          core);
    }

    private Optional<AttachPoint> attachPoint(SectionName name) {
      try {
        return name.attachPoint();
      } catch (IllegalArgumentException e) {
        throw entry.section().data().malformed(0, String.valueOf(e.getMessage()));
      }
    }

    private int flags(Optional<SectionName> section) {
      if (section.isEmpty()) {
        return 0;
      }
      return (section.get().sleepable() ? ProgramSpec.SLEEPABLE : 0)
          | (section.get().fragments() && section.get().type() == ProgramType.XDP
              ? ProgramSpec.XDP_HAS_FRAGS
              : 0);
    }

    private void append(Function function) {
      if (positions.size() == MAX_FUNCTIONS) {
        throw function
            .section()
            .data()
            .malformed(
                function.start() * 8L,
                "program '"
                    + entry.name()
                    + "' is made of more than "
                    + MAX_FUNCTIONS
                    + " functions, which no kernel takes");
      }
      var position = slots.size();
      if (position + function.size() > MAX_INSTRUCTIONS) {
        throw function
            .section()
            .data()
            .malformed(
                function.start() * 8L,
                "program '"
                    + entry.name()
                    + "' has more than "
                    + MAX_INSTRUCTIONS
                    + " instructions, which no kernel takes");
      }
      positions.put(function, position);
      var body = function.code().instructions;
      for (int i = function.start(); i < function.end(); i++) {
        slots.add(body.slot(i));
      }
      for (int i = function.start(); i < function.end(); i++) {
        resolve(function, i, position + i - function.start());
        if (Slot.isWide(body.slot(i))) {
          i++;
        }
      }
    }

    /// Resolves what the instruction at `slot` of its section, now at `place` of the program,
    /// refers to.
    private void resolve(Function function, int slot, int place) {
      var section = function.section();
      var instruction = slots.get(place);
      var relocation = function.code().relocations.get(slot);
      if (Slot.isWide(instruction)) {
        if (slot + 1 >= function.end()) {
          throw section
              .data()
              .malformed(slot * 8L, "a 64-bit immediate load without its second half");
        }
        if (relocation != null) {
          resolveLoad(function, slot, place, relocation);
        }
      } else if (Slot.opcode(instruction) == Opcode.CALL) {
        var local = Slot.src(instruction) == Opcode.PSEUDO_CALL;
        if (relocation != null || local) {
          var target = callTarget(section, slot, instruction, relocation);
          var at = placed(target);
          slots.set(
              place,
              Slot.withImm(Slot.withSrc(slots.get(place), Opcode.PSEUDO_CALL), at - place - 1));
        }
      } else if (relocation != null) {
        throw section
            .data()
            .malformed(
                slot * 8L,
                "relocation against '"
                    + elf.symbols().get(relocation.symbol()).name()
                    + "' in an instruction that cannot refer to anything");
      }
    }

    private int placed(Function target) {
      var at = positions.get(target);
      if (at != null) {
        return at;
      }
      append(target);
      return java.util.Objects.requireNonNull(positions.get(target));
    }

    private Function callTarget(
        Section section, int slot, long instruction, @Nullable Relocation relocation) {
      if (relocation == null) {
        return functionAt(section, slot, section, 8 * (slot + Slot.imm(instruction) + 1L));
      }
      var symbol = references.defined(section, slot, relocation);
      var home = elf.sections().get(symbol.section());
      // Against a section the instruction holds the place; against a function it holds -1.
      var target = symbol.value() + 8 * (Slot.imm(instruction) + 1L);
      return functionAt(section, slot, home, target);
    }

    private void resolveLoad(Function function, int slot, int place, Relocation relocation) {
      var section = function.section();
      var symbol = references.defined(section, slot, relocation);
      var home = elf.sections().get(symbol.section());
      var instruction = slots.get(place);
      if (home.executable()) {
        var target = functionAt(section, slot, home, symbol.value() + Slot.imm(instruction));
        var at = placed(target);
        slots.set(
            place,
            Slot.withImm(Slot.withSrc(slots.get(place), Opcode.PSEUDO_FUNC), at - place - 1));
        return;
      }
      var reference = references.map(section, slot, place, symbol, Slot.imm(instruction));
      mapReferences.add(reference);
      var pseudo = reference.value() ? Opcode.PSEUDO_MAP_VALUE : Opcode.PSEUDO_MAP_FD;
      slots.set(place, Slot.withImm(Slot.withSrc(instruction, pseudo), 0));
      slots.set(place + 1, Slot.withImm(slots.get(place + 1), reference.offset()));
    }
  }
}
