package org.ebpf4j.linker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// One of the files to link, checked: sections of known types, symbols that are whole, and BTF
/// whose variables have their symbols.
final class InputObject {
  /// Where clang lists the externs that other files define.
  private static final String PLAIN_EXTERNS = ".extern";

  private static final int LLVM_ADDRSIG = 0x6fff4c03;
  private static final int INSTRUCTION = 8;
  private static final int SYMBOL = 24;
  private static final int RESERVED_SECTIONS = 0xff00;
  private static final int BPF = 247;

  /// Names may share their ends in the file, but not in memory. More is made to fill it.
  private static final long MOST_NAME_BYTES = 1L << 23;

  /// Where BTF has a symbol.
  ///
  /// @param dataSection the id of the section that lists it, or 0
  /// @param type the id of its variable or function
  record TypeOf(int dataSection, int type) {}

  /// A symbol by its section and name.
  private record Place(int section, String name) {}

  private final String name;
  private final ElfFile elf;
  private final FileBytes whole;
  private final @Nullable Btf btf;
  private final Map<ExtRecords.Kind, ExtRecords> records = new EnumMap<>(ExtRecords.Kind.class);
  private final List<InputSection> sections = new ArrayList<>();
  private final Map<String, InputSection> byName = new HashMap<>();
  private final Map<Place, Symbol> variables = new HashMap<>();
  private final Map<String, TypeOf> types = new HashMap<>();
  private final List<@Nullable OutputSymbol> symbols;
  private final Map<Integer, BtfType> named = new HashMap<>();
  private long nameBytes;
  private int[] typeMap = {};

  /// Reads and checks a file.
  ///
  /// @throws MalformedObjectException where it is not one that can be linked
  InputObject(String name, byte[] bytes) {
    this.name = name;
    this.elf = ElfFile.read(name, bytes);
    this.whole = FileBytes.of(name, bytes, elf.order());
    if (whole.u16(18) != BPF) {
      throw whole.malformed(18, "made for no machine, where BPF (247) was expected");
    }
    Section btfSection = null;
    Section extSection = null;
    for (var section : elf.sections().stream().skip(1).toList()) {
      check(section);
      var isBtf = section.type() == ElfFile.SHT_PROGBITS && section.name().equals(".BTF");
      var isExt = section.type() == ElfFile.SHT_PROGBITS && section.name().equals(".BTF.ext");
      btfSection = isBtf ? section : btfSection;
      extSection = isExt ? section : extSection;
      var added = InputSection.of(section, isBtf || isExt || isIgnored(section));
      sections.add(added);
      byName.putIfAbsent(section.name(), added);
    }
    checkSymbols();
    this.symbols = new ArrayList<>();
    elf.symbols().forEach(_ -> symbols.add(null));
    this.btf = btfSection == null ? null : Btf.read(btfSection.data());
    if (extSection != null) {
      for (var kind : ExtRecords.Kind.values()) {
        records.put(kind, ExtRecords.read(extSection.data(), kind));
      }
      if (btf == null) {
        throw extSection.data().malformed(0, "records of .BTF.ext without BTF");
      }
    }
    if (btf != null) {
      readDataSections(btf);
      findTypes(btf);
    }
  }

  private static boolean isDebug(String name) {
    return name.startsWith(".debug_");
  }

  /// What a linked file has anew, or not at all.
  private static boolean isIgnored(Section section) {
    var name = section.name();
    return section.type() == ElfFile.SHT_STRTAB
        || section.type() == LLVM_ADDRSIG
        || (section.type() == ElfFile.SHT_PROGBITS && section.size() == 0 && name.equals(".text"))
        || isDebug(name)
        || (name.startsWith(".rel")
            && (isDebug(name.substring(4))
                || name.equals(".rel.BTF")
                || name.equals(".rel.BTF.ext")));
  }

  private void check(Section section) {
    var data = section.data();
    if (section.name().isEmpty()) {
      throw data.malformed(0, "section " + section.index() + " has no name");
    }
    if (isDebug(section.name())) {
      return;
    }
    var alignment = section.alignment();
    if (alignment < 0 || (alignment & (alignment - 1)) != 0) {
      throw data.malformed(
          0, "aligned to " + Long.toUnsignedString(alignment) + " bytes, which is no power of two");
    }
    switch (section.type()) {
      case ElfFile.SHT_PROGBITS, ElfFile.SHT_NOBITS -> {
        if (section.executable() && section.size() % INSTRUCTION != 0) {
          throw data.malformed(
              section.size(), "no whole number of instructions, in " + section.size() + " bytes");
        }
      }
      case ElfFile.SHT_SYMTAB -> {
        if (section.entrySize() != SYMBOL
            || section.link() <= 0
            || section.link() >= elf.sections().size()
            || elf.sections().get(section.link()).type() != ElfFile.SHT_STRTAB) {
          throw data.malformed(
              0,
              "a symbol table with entries of "
                  + section.entrySize()
                  + " bytes and strings in section "
                  + section.link());
        }
      }
      case ElfFile.SHT_REL -> RelocationTable.check(elf, section);
      case ElfFile.SHT_STRTAB, LLVM_ADDRSIG -> {}
      default -> throw data.malformed(0, "of type " + section.type() + ", which is not linked");
    }
  }

  private void checkSymbols() {
    var table =
        elf.sections().stream()
            .filter(s -> s.type() == ElfFile.SHT_SYMTAB)
            .findFirst()
            .orElseThrow(() -> whole.malformed(40, "no symbol table"))
            .data();
    for (var symbol : elf.symbols()) {
      var at = (long) symbol.index() * SYMBOL;
      var problem = symbol.index() == 0 ? problemOfNull(table) : problem(symbol);
      if (!problem.isEmpty()) {
        throw table.malformed(at, "symbol '" + symbol.name() + "' " + problem);
      }
      if (symbol.type() == Symbol.OBJECT) {
        variables.putIfAbsent(new Place(symbol.section(), symbol.name()), symbol);
      }
    }
  }

  private static String problemOfNull(FileBytes table) {
    var empty = table.size() >= SYMBOL && Arrays.equals(table.copy(0, SYMBOL), new byte[SYMBOL]);
    return empty ? "" : "is the first and should be empty";
  }

  private String problem(Symbol symbol) {
    if (symbol.binding() > Symbol.WEAK) {
      return "is bound in way " + symbol.binding() + ", neither local nor global nor weak";
    }
    if (symbol.visibility() != 0 && symbol.visibility() != Symbol.HIDDEN) {
      return "has visibility " + symbol.visibility() + ", neither default nor hidden";
    }
    if (symbol.section() == 0) {
      var isExtern =
          symbol.type() == 0
              && symbol.binding() != Symbol.LOCAL
              && symbol.value() == 0
              && symbol.size() == 0;
      return isExtern ? "" : "is no extern, but in no section";
    }
    if (symbol.type() == Symbol.SECTION && symbol.value() != 0) {
      return "stands for a section, but not for its start";
    }
    return "";
  }

  /// Finds the section of each data section of BTF, or makes one for those that only BTF knows.
  private void readDataSections(Btf types) {
    for (int id = 1; id < types.typeCount(); id++) {
      if (type(id) instanceof BtfType.DataSection data
          && !(data.name().equals(PLAIN_EXTERNS) && !byName.containsKey(PLAIN_EXTERNS))) {
        var section =
            byName.computeIfAbsent(
                data.name(),
                missing -> {
                  var added = InputSection.ofBtfOnly(missing);
                  sections.add(added);
                  return added;
                });
        section.setDataSection(id);
        data.variables().forEach(v -> offset(section, v));
      }
    }
  }

  /// Where in its section a variable starts. The compiler leaves that of global ones to the symbol
  /// table.
  long offset(InputSection section, BtfType.SectionVariable entry) {
    if (!(type(entry.variable()) instanceof BtfType.Variable variable) || variable.linkage() != 1) {
      return entry.offset();
    }
    var index = section.elf().map(Section::index).orElse(0);
    var symbol = variables.get(new Place(index, variable.name()));
    if (symbol == null) {
      throw malformed(
          section.name(),
          "variable '"
              + variable.name()
              + "' of BTF has no symbol in section '"
              + section.name()
              + "'");
    }
    return symbol.value();
  }

  /// A variable, function or data section; `void` for every other type.
  BtfType type(int id) {
    var kind = btf().kind(id);
    if (kind != Kind.VARIABLE && kind != Kind.FUNCTION && kind != Kind.DATA_SECTION) {
      return new BtfType.Void();
    }
    var known = named.get(id);
    if (known != null) {
      return known;
    }
    var type = btf().type(id);
    nameBytes += nameOf(type).length();
    if (nameBytes > MOST_NAME_BYTES) {
      throw malformed(
          ".BTF", "the names of variables take more than " + MOST_NAME_BYTES + " bytes together");
    }
    named.put(id, type);
    return type;
  }

  /// Whether a type is a variable or function that other files may share.
  static boolean isShared(BtfType type) {
    return (type instanceof BtfType.Variable v && v.linkage() != 0)
        || (type instanceof BtfType.Function f && f.linkage() != 0);
  }

  static String nameOf(BtfType type) {
    return switch (type) {
      case BtfType.Variable v -> v.name();
      case BtfType.Function f -> f.name();
      case BtfType.DataSection s -> s.name();
      default -> "";
    };
  }

  /// Finds the type of each shared symbol: what a section lists, or else the last of its name.
  private void findTypes(Btf all) {
    for (int id = 1; id < all.typeCount(); id++) {
      var type = type(id);
      if (isShared(type)) {
        var found = types.get(nameOf(type));
        if (found == null || found.dataSection() == 0) {
          types.put(nameOf(type), new TypeOf(0, id));
        }
      } else if (type instanceof BtfType.DataSection section) {
        for (var entry : section.variables()) {
          findListed(id, entry.variable());
        }
      }
    }
  }

  private void findListed(int section, int variable) {
    var type = type(variable);
    if (!isShared(type)) {
      return;
    }
    var found = types.get(nameOf(type));
    if (found != null && found.dataSection() == 0 && found.type() != variable) {
      throw malformed(
          ".BTF",
          "two types of symbol '" + nameOf(type) + "': " + found.type() + " and " + variable);
    }
    if (found == null || found.dataSection() == 0) {
      types.put(nameOf(type), new TypeOf(section, variable));
    }
  }

  MalformedObjectException malformed(String section, String problem) {
    var at = elf.section(section).map(s -> s.data().fileOffset(0)).orElse(0L);
    return new MalformedObjectException(name, section, at, problem);
  }

  String name() {
    return name;
  }

  ElfFile elf() {
    return elf;
  }

  /// The whole file, for messages.
  FileBytes whole() {
    return whole;
  }

  /// Its types, which it must have.
  Btf btf() {
    if (btf == null) {
      throw malformed("", "no BTF, which linking wants; compile with -g");
    }
    return btf;
  }

  boolean hasBtf() {
    return btf != null;
  }

  /// Its records of that kind in `.BTF.ext`.
  ExtRecords records(ExtRecords.Kind kind) {
    return records.getOrDefault(kind, new ExtRecords(0, List.of()));
  }

  /// Its sections in the order of the file, and after them those that only BTF knows.
  List<InputSection> sections() {
    return sections;
  }

  /// The section with that index in the file; empty where it is none, but a reserved index.
  Optional<InputSection> section(int index) {
    return index > 0 && index < RESERVED_SECTIONS
        ? Optional.of(sections.get(index - 1))
        : Optional.empty();
  }

  /// The first section of that name.
  Optional<InputSection> section(String wanted) {
    return Optional.ofNullable(byName.get(wanted));
  }

  /// The type of a symbol that files share.
  TypeOf typeOf(String symbol) {
    btf();
    var type = types.get(symbol);
    if (type == null) {
      throw malformed(".BTF", "BTF has no type for global symbol '" + symbol + "'");
    }
    return type;
  }

  /// The name of the section that lists a symbol, unless it is the one for plain externs.
  Optional<String> listedIn(TypeOf type) {
    return type(type.dataSection()) instanceof BtfType.DataSection section
            && !section.name().equals(PLAIN_EXTERNS)
        ? Optional.of(section.name())
        : Optional.empty();
  }

  /// What became of a symbol; empty where its section was left out.
  Optional<OutputSymbol> symbol(int index) {
    return Optional.ofNullable(symbols.get(index));
  }

  void setSymbol(int index, OutputSymbol symbol) {
    symbols.set(index, symbol);
  }

  /// The id in the linked BTF of each type; 0 for those that are left out.
  int[] typeMap() {
    return typeMap;
  }

  void setTypeMap(int[] ids) {
    typeMap = ids;
  }
}
