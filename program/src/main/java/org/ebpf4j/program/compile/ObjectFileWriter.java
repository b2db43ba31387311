package org.ebpf4j.program.compile;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.CoreRelocation;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.ElfWriter;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// Writes a compiled object as an object file, which libbpf and what is built on it load: programs
/// by their sections, subprograms in `.text`, maps in `.maps`, data sections, types and lines.
public final class ObjectFileWriter {
  private static final int EXTERN = 2;
  private static final String TEXT = ".text";
  private static final String MAPS = ".maps";
  private static final int SLOT = 8;

  private final ObjectSpec object;
  private final ElfWriter elf;
  private final BtfBuilder btf;
  private final Map<String, Code> sections = new LinkedHashMap<>();
  private final Map<String, Integer> mapSymbols = new HashMap<>();
  private final List<Integer> externSymbols = new ArrayList<>();

  /// A section of instructions while it is filled.
  private static final class Code {
    final List<Long> slots = new ArrayList<>();
    final List<Function> functions = new ArrayList<>();
    final List<Reference> references = new ArrayList<>();
    final List<FunctionInfo> infos = new ArrayList<>();
    final List<LineInfo> lines = new ArrayList<>();
    final List<CoreRelocation> core = new ArrayList<>();
  }

  /// A function in its section; `owner` tells those of one program from those of another.
  private record Function(ProgramSpec owner, String name, int start, int slots) {}

  /// An instruction that refers to a map, or to a function of a program.
  private record Reference(
      int slot, int type, String map, ProgramSpec owner, int callee, int extern) {
    Reference(int slot, int type, String map, ProgramSpec owner, int callee) {
      this(slot, type, map, owner, callee, -1);
    }

    boolean isAddress() {
      return map.isEmpty() && type == Relocation.LOAD_64;
    }
  }

  private ObjectFileWriter(ObjectSpec object) {
    this.object = object;
    this.elf = new ElfWriter(object.order());
    this.btf =
        BtfBuilder.copyOf(
            object.types().orElseThrow(() -> new BpfException("an object without types")));
  }

  /// The bytes of an object file.
  ///
  /// @throws BpfException for what is not written into object files, such as maps that hold others
  ///   from the start
  public static byte[] write(ObjectSpec object) {
    return new ObjectFileWriter(object).write();
  }

  private byte[] write() {
    for (var program : object.programs()) {
      add(program);
    }
    dataSections();
    maps();
    externs();
    var license = (object.license() + "\0").getBytes(StandardCharsets.UTF_8);
    var data = ElfFile.SHF_ALLOC | ElfFile.SHF_WRITE;
    elf.addSection("license", ElfFile.SHT_PROGBITS, data, 1, 0, license);
    code();
    records();
    return elf.toBytes();
  }

  private void add(ProgramSpec program) {
    var parts = program.subprograms();
    for (int i = 0; i < parts.size(); i++) {
      var from = parts.get(i).slot();
      var to = i + 1 < parts.size() ? parts.get(i + 1).slot() : program.instructions().size();
      var section = sections.computeIfAbsent(i == 0 ? program.section() : TEXT, _ -> new Code());
      add(program, parts.get(i).name(), from, to, section);
    }
  }

  private void add(ProgramSpec program, String name, int from, int to, Code section) {
    var by = section.slots.size() - from;
    section.functions.add(new Function(program, name, from + by, to - from));
    var slots = program.instructions().toSlots();
    for (int slot = from; slot < to; slot++) {
      section.slots.add(slots[slot]);
    }
    program
        .instructions()
        .forEach((slot, instruction) -> {
          if (slot >= from && slot < to) {
            reference(program, slot, instruction, by, section);
          }
        });
    program.mapReferences().stream()
        .filter(r -> r.slot() >= from && r.slot() < to)
        .forEach(r -> {
          var at = r.slot() + by;
          section.slots.set(
              at, Slot.withImm(Slot.withSrc(section.slots.get(at), 0), r.value() ? r.offset() : 0));
          section.slots.set(at + 1, Slot.withImm(section.slots.get(at + 1), 0));
          section.references.add(new Reference(at, Relocation.LOAD_64, r.map(), program, 0));
        });
    program.externReferences().stream()
        .filter(r -> r.slot() >= from && r.slot() < to)
        .forEach(r -> {
          var at = r.slot() + by;
          var call = Slot.withSrc(section.slots.get(at), Opcode.PSEUDO_CALL);
          section.slots.set(at, Slot.withImm(call, -1));
          section.references.add(new Reference(at, Relocation.CALL_32, "", program, 0, r.extern()));
        });
    program.functions().stream()
        .filter(f -> f.slot() == from)
        .forEach(f -> section.infos.add(new FunctionInfo(from + by, f.type())));
    program.lines().stream()
        .filter(l -> l.slot() >= from && l.slot() < to)
        .forEach(l -> section.lines.add(l.at(l.slot() + by)));
    program.coreRelocations().stream()
        .filter(c -> c.slot() >= from && c.slot() < to)
        .forEach(c ->
            section.core.add(
                object.relocations().get(c.relocation()).relocation().at(c.slot() + by)));
  }

  private static void reference(
      ProgramSpec program, int slot, Instruction instruction, int by, Code section) {
    var at = slot + by;
    switch (instruction) {
      case Instruction.Call.Subprogram(var offset) -> {
        section.slots.set(at, Slot.withImm(section.slots.get(at), -1));
        section.references.add(
            new Reference(at, Relocation.CALL_32, "", program, slot + 1 + offset));
      }
      case Instruction.LoadImmediate64 load when load.pseudo() == Opcode.PSEUDO_FUNC -> {
        section.slots.set(at, Slot.withImm(Slot.withSrc(section.slots.get(at), 0), 0));
        section.slots.set(at + 1, Slot.withImm(section.slots.get(at + 1), 0));
        section.references.add(
            new Reference(at, Relocation.LOAD_64, "", program, slot + 1 + load.low()));
      }
      default -> {
        // Refers to no function.
      }
    }
  }

  private void dataSections() {
    for (var map : object.maps()) {
      if (map.isData()) {
        var content = map.content().map(c -> c.copy(0, map.valueSize())).orElseThrow();
        var flags = ElfFile.SHF_ALLOC | (map.frozen() ? 0 : ElfFile.SHF_WRITE);
        var section = elf.addSection(map.name(), ElfFile.SHT_PROGBITS, flags, 8, 0, content);
        mapSymbols.put(
            map.name(), elf.addSymbol("", 0, 0, Symbol.LOCAL, Symbol.SECTION, 0, section));
        variables(map.name(), section);
      }
    }
  }

  private void variables(String name, int section) {
    for (var variable : object.variables()) {
      if (variable.map().equals(name)) {
        elf.addSymbol(
            variable.name(),
            variable.offset(),
            variable.size(),
            Symbol.GLOBAL,
            Symbol.OBJECT,
            0,
            section);
      }
    }
  }

  private void maps() {
    var types = new MapTypes(btf);
    var variables = new ArrayList<BtfType.SectionVariable>();
    var defined = new LinkedHashMap<String, BtfType.SectionVariable>();
    int end = 0;
    for (var map : object.maps()) {
      if (!map.isData()) {
        var definition = types.define(map);
        var variable = new BtfType.SectionVariable(definition.variable(), end, definition.size());
        variables.add(variable);
        defined.put(map.name(), variable);
        end += definition.size();
      }
    }
    if (end == 0) {
      return;
    }
    btf.add(new BtfType.DataSection(MAPS, end, variables));
    var flags = ElfFile.SHF_ALLOC | ElfFile.SHF_WRITE;
    var section = elf.addSection(MAPS, ElfFile.SHT_PROGBITS, flags, 8, 0, new byte[end]);
    defined.forEach((name, variable) ->
        mapSymbols.put(
            name,
            elf.addSymbol(
                name,
                variable.offset(),
                variable.size(),
                Symbol.GLOBAL,
                Symbol.OBJECT,
                0,
                section)));
  }

  /// The functions of the kernel that are called: symbols that are not defined, and their types.
  private void externs() {
    var declared = new ArrayList<BtfType.SectionVariable>();
    for (var extern : object.externs()) {
      if (extern instanceof Extern.Function function) {
        var id = btf.add(new BtfType.Function(function.name(), function.prototype(), EXTERN));
        declared.add(new BtfType.SectionVariable(id, 0, 0));
        var binding = function.weak() ? Symbol.WEAK : Symbol.GLOBAL;
        externSymbols.add(elf.addSymbol(function.name(), 0, 0, binding, Symbol.NONE, 0, 0));
      } else {
        throw new BpfException("'" + extern.name() + "' of the kernel in an object file");
      }
    }
    if (!declared.isEmpty()) {
      btf.add(new BtfType.DataSection(".ksyms", 0, declared));
    }
  }

  /// What functions are known by: their program and where they start in it.
  private record Place(ProgramSpec owner, String name) {}

  private void code() {
    var symbols = new HashMap<Place, Integer>();
    var indices = new HashMap<String, Integer>();
    sections.values().forEach(this::placeAddresses);
    sections.forEach((name, code) -> {
      var bytes = ByteBuffer.allocate(SLOT * code.slots.size()).order(object.order());
      var out = new ByteArrayOutputStream();
      code.slots.forEach(bytes::putLong);
      out.writeBytes(bytes.array());
      var flags = ElfFile.SHF_ALLOC | ElfFile.SHF_EXECINSTR;
      var section = elf.addSection(name, ElfFile.SHT_PROGBITS, flags, 8, 0, out.toByteArray());
      indices.put(name, section);
      var binding = name.equals(TEXT) ? Symbol.LOCAL : Symbol.GLOBAL;
      for (var function : code.functions) {
        symbols.put(
            new Place(function.owner, function.name),
            elf.addSymbol(
                function.name,
                (long) SLOT * function.start,
                (long) SLOT * function.slots,
                binding,
                Symbol.FUNCTION,
                0,
                section));
      }
    });
    var textIndex = indices.get(TEXT);
    var text =
        textIndex == null
            ? null
            : elf.addSymbol("", 0, 0, Symbol.LOCAL, Symbol.SECTION, 0, textIndex);
    sections.forEach((name, code) -> {
      for (var reference : code.references) {
        var symbol =
            reference.extern >= 0
                ? externSymbols.get(reference.extern)
                : reference.isAddress()
                    ? text
                    : reference.map.isEmpty()
                        ? symbols.get(new Place(reference.owner, callee(reference)))
                        : mapSymbols.get(reference.map);
        elf.addRelocation(
            java.util.Objects.requireNonNull(indices.get(name)),
            (long) SLOT * reference.slot,
            reference.type,
            java.util.Objects.requireNonNull(symbol));
      }
    });
  }

  /// Addresses of functions are those of `.text`, and how far behind its start the function is:
  /// libbpf takes no others for functions that are not global.
  private void placeAddresses(Code code) {
    for (var reference : code.references) {
      if (reference.isAddress()) {
        var name = callee(reference);
        var start =
            java.util.Objects.requireNonNull(sections.get(TEXT)).functions.stream()
                .filter(f -> f.owner.equals(reference.owner) && f.name.equals(name))
                .findFirst()
                .orElseThrow()
                .start;
        code.slots.set(reference.slot, Slot.withImm(code.slots.get(reference.slot), SLOT * start));
      }
    }
  }

  private static String callee(Reference reference) {
    return reference.owner.subprograms().stream()
        .filter(s -> s.slot() == reference.callee)
        .findFirst()
        .orElseThrow()
        .name();
  }

  private void records() {
    var functions = new HashMap<String, List<FunctionInfo>>();
    var lines = new HashMap<String, List<LineInfo>>();
    var core = new HashMap<String, List<CoreRelocation>>();
    sections.forEach((name, code) -> {
      if (!code.infos.isEmpty()) {
        functions.put(name, code.infos);
      }
      if (!code.lines.isEmpty()) {
        lines.put(name, code.lines);
      }
      if (!code.core.isEmpty()) {
        core.put(name, code.core);
      }
    });
    var ext = new BtfExt(functions, lines, core).toBytes(btf);
    elf.addSection(".BTF", ElfFile.SHT_PROGBITS, 0, 4, 0, btf.toBytes());
    elf.addSection(".BTF.ext", ElfFile.SHT_PROGBITS, 0, 4, 0, ext);
  }
}
