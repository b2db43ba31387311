package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.CodeFunctions.Function;
import org.jspecify.annotations.Nullable;

/// Makes programs of the code sections: cuts them into functions, puts behind each program the
/// functions it calls, and says which instructions refer to which maps.
///
/// Functions are appended as libbpf does: each when it is first met, together with what it calls,
/// before going on.
final class ProgramLinker {
  /// As many as the kernel's verifier takes (`BPF_MAX_SUBPROGS` in `include/linux/bpf_verifier.h`).
  private static final int MAX_FUNCTIONS = 256;

  private static final int KIND_DECLARATION_TAG = 17;
  private static final String EXCEPTION_CALLBACK = "exception_callback:";

  /// As many as the kernel takes (`BPF_COMPLEXITY_LIMIT_INSNS` in `include/linux/bpf.h`).
  private static final int MAX_INSTRUCTIONS = 1_000_000;

  /// The programs, and all relocations of the object that depend on the kernel's types.
  record Linked(List<ProgramSpec> programs, List<OwnedRelocation> relocations) {}

  private final ElfFile elf;
  private final References references;
  private final ExternReader.Externs externs;
  private final Map<String, List<String>> exceptionCallbacks;
  private final CodeFunctions functions;

  ProgramLinker(
      ElfFile elf,
      Optional<Btf> types,
      BtfExt ext,
      List<MapReader.SymbolMap> maps,
      Map<Integer, MapSpec> dataMaps,
      ExternReader.Externs externs) {
    this.elf = elf;
    this.functions = CodeFunctions.read(elf, ext);
    this.references = new References(elf, maps, dataMaps);
    this.externs = externs;
    this.exceptionCallbacks = types.map(ProgramLinker::exceptionCallbacks).orElse(Map.of());
  }

  /// Which functions are named as exception callbacks of a function, by a tag on its declaration.
  private static Map<String, List<String>> exceptionCallbacks(Btf types) {
    var callbacks = new HashMap<String, List<String>>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      if (types.kind(id) == KIND_DECLARATION_TAG
          && types.type(id) instanceof BtfType.DeclarationTag tag
          && tag.component() == -1
          && tag.value().startsWith(EXCEPTION_CALLBACK)
          && types.type(tag.target()) instanceof BtfType.Function function) {
        callbacks
            .computeIfAbsent(function.name(), _ -> new ArrayList<>())
            .add(tag.value().substring(EXCEPTION_CALLBACK.length()));
      }
    }
    return callbacks;
  }

  Linked link() {
    var all = functions.all();
    var onlyText = all.stream().allMatch(f -> f.section().name().equals(".text"));
    var programs = new ArrayList<ProgramSpec>();
    for (var function : all) {
      if (!function.local() && (onlyText || !function.section().name().equals(".text"))) {
        programs.add(new Layout(function).program());
      }
    }
    return new Linked(programs, functions.relocations());
  }

  /// One program while it grows: functions one behind the other, and what refers to what.
  private final class Layout {
    private final Function entry;
    private final ArrayList<Long> slots = new ArrayList<>();
    private final Map<Function, Integer> positions = new LinkedHashMap<>();
    private final List<MapReference> mapReferences = new ArrayList<>();
    private final List<ExternReference> externReferences = new ArrayList<>();
    private final List<JumpTable> jumpTables = new ArrayList<>();

    Layout(Function entry) {
      this.entry = entry;
    }

    ProgramSpec program() {
      append(entry);
      var callback = exceptionCallback();
      callback.ifPresent(this::placed);
      var section = SectionName.find(entry.section().name());
      var functionRecords = new ArrayList<FunctionInfo>();
      var lines = new ArrayList<LineInfo>();
      var core = new ArrayList<CoreSite>();
      var subprograms = new ArrayList<Subprogram>();
      positions.forEach((function, position) -> {
        subprograms.add(new Subprogram(function.name(), position));
        for (var record : function.records()) {
          functionRecords.add(new FunctionInfo(position, record.type()));
        }
        for (var record : function.lines()) {
          lines.add(record.at(record.slot() - function.start() + position));
        }
        for (var site : function.sites()) {
          core.add(new CoreSite(site.slot() + position, site.relocation()));
        }
      });
      var draft =
          new ProgramSpec.Builder(
              entry.name(),
              entry.section().name(),
              Instructions.of(slots.stream().mapToLong(Long::longValue).toArray()));
      draft.type = section.map(SectionName::type);
      draft.attachType = section.flatMap(SectionName::attachType);
      draft.attachPoint = section.flatMap(Layout::attachPoint);
      draft.flags = flags(section);
      // What stands in .text is a program only where somebody says of which type.
      draft.autoload =
          section.map(SectionName::autoload).orElse(!entry.section().name().equals(".text"));
      draft.subprograms = subprograms;
      draft.mapReferences = mapReferences;
      draft.externReferences = externReferences;
      draft.jumpTables = jumpTables;
      draft.functions = functionRecords.size() == subprograms.size() ? functionRecords : List.of();
      draft.lines = lines;
      draft.coreRelocations = core;
      draft.exceptionCallback = callback.map(Function::name);
      return draft.spec();
    }

    /// The function that the kernel is to call for an exception. Where two are named, the kernel
    /// says so; one that is not there is left to it, too.
    private Optional<Function> exceptionCallback() {
      var named = exceptionCallbacks.getOrDefault(entry.name(), List.of());
      if (named.size() != 1) {
        return Optional.empty();
      }
      return functions.all().stream()
          .filter(f ->
              f.section().name().equals(".text")
                  && f.name().equals(named.getFirst())
                  && !f.local()
                  && !f.hidden())
          .findFirst();
    }

    /// Where the section says that the program is attached. A place that is written wrongly does
    /// not keep the program from being loaded; attaching it says what is wrong.
    private static Optional<AttachPoint> attachPoint(SectionName name) {
      try {
        return name.attachPoint();
      } catch (IllegalArgumentException _) {
        return Optional.empty();
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
                    + " functions, which no kernel takes",
                "make some of them static __always_inline, or split the program by tail calls");
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
                    + " instructions, which no kernel takes",
                "unroll fewer loops, or split the program by tail calls");
      }
      positions.put(function, position);
      var body = function.code().instructions();
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
      var relocation = function.code().relocations().get(slot);
      if (Slot.isWide(instruction) && slot + 1 >= function.end()) {
        throw section
            .data()
            .malformed(slot * 8L, "a 64-bit immediate load without its second half");
      }
      var extern = relocation == null ? null : externs.bySymbol().get(relocation.symbol());
      if (extern != null && (Slot.isWide(instruction) || Slot.opcode(instruction) == Opcode.CALL)) {
        externReferences.add(new ExternReference(place, extern));
        return;
      }
      if (Slot.isWide(instruction)) {
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
        return functions.functionAt(
            section, slot, section, 8 * (slot + Slot.imm(instruction) + 1L));
      }
      var symbol = references.defined(section, slot, relocation);
      var home = elf.sections().get(symbol.section());
      // Against a section the instruction holds the place; against a function it holds -1.
      var target = symbol.value() + 8 * (Slot.imm(instruction) + 1L);
      return functions.functionAt(section, slot, home, target);
    }

    /// A table of addresses in the section of the function, which move with the function.
    private JumpTable jumpTable(
        Function function, int slot, int place, Symbol symbol, FileBytes data) {
      if (symbol.value() % 8 != 0 || symbol.size() % 8 != 0) {
        throw function
            .section()
            .data()
            .malformed(slot * 8L, "jump table '" + symbol.name() + "' is no run of 8-byte entries");
      }
      data.check(symbol.value(), symbol.size(), "jump table '" + symbol.name() + "'");
      var move = place - slot;
      var targets = new ArrayList<Integer>();
      for (long at = symbol.value(); at < symbol.value() + symbol.size(); at += 8) {
        var target = data.u64(at) / 8 + move;
        if (target < 0 || target > MAX_INSTRUCTIONS) {
          throw data.malformed(
              at, "an entry of jump table '" + symbol.name() + "' leads to no instruction");
        }
        targets.add((int) target);
      }
      return new JumpTable(place, (int) symbol.value(), targets);
    }

    private void resolveLoad(Function function, int slot, int place, Relocation relocation) {
      var section = function.section();
      var symbol = references.defined(section, slot, relocation);
      var home = elf.sections().get(symbol.section());
      var instruction = slots.get(place);
      if (home.executable()) {
        var target =
            functions.functionAt(section, slot, home, symbol.value() + Slot.imm(instruction));
        var at = placed(target);
        slots.set(
            place,
            Slot.withImm(Slot.withSrc(slots.get(place), Opcode.PSEUDO_FUNC), at - place - 1));
        return;
      }
      if (home.name().equals(".jumptables")) {
        jumpTables.add(jumpTable(function, slot, place, symbol, home.data()));
        slots.set(
            place,
            Slot.withOffset(
                Slot.withImm(Slot.withSrc(instruction, Opcode.PSEUDO_MAP_VALUE), 0), 0));
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
