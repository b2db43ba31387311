package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.FunctionInfo;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.insn.Instructions;
import org.jspecify.annotations.Nullable;

/// The code of an object, cut into functions: which instructions each has, which relocations apply
/// to them, and what `.BTF.ext` says of it.
final class CodeFunctions {
  /// A section of code, and its relocations by the slot that each applies to. Equal to itself
  /// alone: functions are keys of a map, and a section can be long.
  static final class Code {
    private final Section section;
    private final Instructions instructions;
    private final Map<Integer, Relocation> relocations;

    Code(Section section, Instructions instructions, Map<Integer, Relocation> relocations) {
      this.section = section;
      this.instructions = instructions;
      this.relocations = relocations;
    }

    Instructions instructions() {
      return instructions;
    }

    Map<Integer, Relocation> relocations() {
      return relocations;
    }
  }

  /// A function in its section, and what `.BTF.ext` says of it. Equal to itself alone.
  static final class Function {
    private final Symbol symbol;
    private final Code code;
    private final int start;
    private final int size;
    private final List<FunctionInfo> records = new ArrayList<>();
    private final List<LineInfo> lines = new ArrayList<>();

    private final List<CoreSite> sites = new ArrayList<>();

    Function(Symbol symbol, Code code, int start, int size) {
      this.symbol = symbol;
      this.code = code;
      this.start = start;
      this.size = size;
    }

    String name() {
      return symbol.name();
    }

    /// Which function of BTF it is.
    List<FunctionInfo> records() {
      return records;
    }

    /// The lines of C that its instructions came from.
    List<LineInfo> lines() {
      return lines;
    }

    /// Its instructions that wait for the kernel's types; slots count from the start of the
    /// function.
    List<CoreSite> sites() {
      return sites;
    }

    Code code() {
      return code;
    }

    int start() {
      return start;
    }

    int size() {
      return size;
    }

    boolean local() {
      return symbol.binding() == Symbol.LOCAL;
    }

    boolean hidden() {
      return symbol.hidden();
    }

    Section section() {
      return code.section;
    }

    int end() {
      return start + size;
    }

    boolean contains(int slot) {
      return slot >= start && slot < end();
    }
  }

  private final ElfFile elf;
  private final Map<Integer, List<Function>> bySection = new LinkedHashMap<>();
  private final List<OwnedRelocation> relocations = new ArrayList<>();

  private CodeFunctions(ElfFile elf) {
    this.elf = elf;
  }

  static CodeFunctions read(ElfFile elf, BtfExt ext) {
    var functions = new CodeFunctions(elf);
    for (var section : elf.sections()) {
      if (section.executable()
          && section.type() == ElfFile.SHT_PROGBITS
          && section.data().size() > 0) {
        functions.readSection(section);
      }
    }
    functions.readRecords(ext);
    return functions;
  }

  /// All of them, section after section, in the order of their places.
  List<Function> all() {
    return bySection.values().stream().flatMap(List::stream).toList();
  }

  /// The relocations that depend on the kernel's types, in the order of the file.
  List<OwnedRelocation> relocations() {
    return relocations;
  }

  /// Hands the records of `.BTF.ext` to the functions that they are of. Those of code that no
  /// symbol names any more (a weak function that another replaced) are of no use.
  private void readRecords(BtfExt ext) {
    ext.functions()
        .forEach((name, records) -> {
          var section = section(name);
          for (var record : records) {
            var function = functionWith(section, record.slot());
            if (function != null && function.start() == record.slot()) {
              function.records.add(record);
            }
          }
        });
    ext.lines()
        .forEach((name, records) -> {
          var section = section(name);
          for (var record : records) {
            var function = functionWith(section, record.slot());
            if (function != null) {
              function.lines.add(record);
            }
          }
        });
    ext.relocations()
        .forEach((name, records) -> {
          var section = section(name);
          for (var record : records) {
            var function = functionWith(section, record.slot());
            if (function != null) {
              function.sites.add(
                  new CoreSite(record.slot() - function.start(), relocations.size()));
              relocations.add(
                  new OwnedRelocation(record, name, function.name(), !name.equals(".text")));
            }
          }
        });
  }

  private List<Function> section(String name) {
    return elf.section(name).map(s -> bySection.get(s.index())).orElse(List.of());
  }

  /// The function that has that slot of its section; the list is in the order of the slots.
  private static @Nullable Function functionWith(@Nullable List<Function> section, int slot) {
    if (section == null) {
      return null;
    }
    int low = 0;
    int high = section.size() - 1;
    while (low <= high) {
      var middle = (low + high) >>> 1;
      var function = section.get(middle);
      if (function.contains(slot)) {
        return function;
      }
      if (function.start() > slot) {
        high = middle - 1;
      } else {
        low = middle + 1;
      }
    }
    return null;
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
    bySection.put(section.index(), cut(code));
  }

  private List<Function> cut(Code code) {
    var section = code.section;
    var symbols = symbols(section, Symbol.FUNCTION);
    if (symbols.isEmpty()) {
      // Compilers before LLVM 6 did not say that they are functions.
      symbols =
          symbols(section, Symbol.NONE).stream()
              .filter(s -> s.binding() != Symbol.LOCAL && !s.name().isEmpty())
              .toList();
    }
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
      list.add(new Function(symbol, code, (int) (symbol.value() / 8), (int) (size / 8)));
    }
    return list;
  }

  /// The symbols of one type in a section, in the order of what they stand for.
  private List<Symbol> symbols(Section section, int type) {
    return elf.symbols().stream()
        .filter(s -> s.section() == section.index() && s.type() == type)
        .sorted((a, b) -> Long.compare(a.value(), b.value()))
        .toList();
  }

  /// The function that starts `target` bytes into `section`, which `slot` of `from` refers to.
  Function functionAt(Section from, int slot, Section section, long target) {
    for (var function : bySection.getOrDefault(section.index(), List.of())) {
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
}
