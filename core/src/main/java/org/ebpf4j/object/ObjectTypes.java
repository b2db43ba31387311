package org.ebpf4j.object;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;

/// Completes the BTF of an object with what only the rest of the file tells, so that a kernel takes
/// it: sizes of data sections and places of their variables, which the compiler leaves open;
/// variables and functions with restricted visibility, which become static; and variables and
/// functions of the kernel, which become ones of the object.
final class ObjectTypes {
  private static final String KCONFIG = ".kconfig";
  private static final String KSYMS = ".ksyms";
  private static final String DUMMY = "dummy_ksym";
  private static final int STATIC = 0;
  private static final int GLOBAL = 1;
  private static final int EXTERN = 2;
  private static final int EXTERN_SIZE = 4;

  private final Btf types;
  private final ElfFile elf;
  private final Map<String, Symbol> variables;
  private final BtfBuilder result;

  private ObjectTypes(Btf types, ElfFile elf) {
    this.types = types;
    this.elf = elf;
    this.variables = variables(elf);
    this.result = BtfBuilder.copyOf(types);
  }

  /// The types of an object as a kernel takes them. Ids and places of strings are those of `types`;
  /// where the object calls functions of the kernel, one variable is added. The places of the
  /// variables of `.kconfig` are those in its map.
  ///
  /// @throws MalformedObjectException where a data section or a variable is not in the file
  /// @throws RelocationException where an undefined symbol has no type, or no section that says
  ///   what it is
  static Btf forKernel(Btf types, ElfFile elf) {
    var object = new ObjectTypes(types, elf);
    object.externs();
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.kind(id) == Kind.DATA_SECTION
          && types.type(id) instanceof DataSection section
          && !isExtern(section)) {
        object.place(id, section);
      }
    }
    object.hideFunctions();
    return object.result.build();
  }

  private static boolean isExtern(DataSection section) {
    return section.name().equals(KCONFIG) || section.name().equals(KSYMS);
  }

  private static SectionVariable at(SectionVariable variable, long offset) {
    return new SectionVariable(variable.variable(), offset, variable.size());
  }

  private void set(int id, String name, long size, List<SectionVariable> variables) {
    var sorted = new ArrayList<>(variables);
    sorted.sort((a, b) -> Long.compare(a.offset(), b.offset()));
    result.set(id, new DataSection(name, size, sorted));
  }

  /// Sets what the compiler left open of a data section.
  private void place(int id, DataSection section) {
    var open = section.size() == 0;
    var size = open ? sectionSize(section.name()) : section.size();
    var placed = new ArrayList<SectionVariable>();
    for (var entry : section.variables()) {
      if (!(types.type(entry.variable()) instanceof BtfType.Variable variable)) {
        throw malformed(section.name(), "the types say that there is something but variables");
      }
      if (variable.linkage() == STATIC || variable.linkage() == EXTERN) {
        placed.add(entry);
        continue;
      }
      var symbol = variableSymbol(section.name(), variable.name());
      placed.add(open ? at(entry, symbol.value()) : entry);
      if (restricted(symbol)) {
        result.set(
            entry.variable(), new BtfType.Variable(variable.name(), variable.type(), STATIC));
      }
    }
    set(id, section.name(), size, placed);
  }

  private long sectionSize(String name) {
    var size = elf.section(name).map(Section::size).orElse(0L);
    if (size <= 0 || size > 0xffff_ffffL) {
      throw malformed(name, "the types name this section, but it is not there or empty");
    }
    return size;
  }

  private Symbol variableSymbol(String section, String name) {
    var symbol = variables.get(name);
    if (symbol == null) {
      throw malformed(section, "the types name a variable '" + name + "', which is no symbol");
    }
    return symbol;
  }

  /// The first symbol of each variable that other files could see.
  private static Map<String, Symbol> variables(ElfFile elf) {
    var variables = new HashMap<String, Symbol>();
    for (var symbol : elf.symbols()) {
      if (symbol.type() == Symbol.OBJECT && isShared(symbol)) {
        variables.putIfAbsent(symbol.name(), symbol);
      }
    }
    return variables;
  }

  private static boolean isShared(Symbol symbol) {
    return symbol.binding() == Symbol.GLOBAL || symbol.binding() == Symbol.WEAK;
  }

  private static boolean restricted(Symbol symbol) {
    return symbol.visibility() == Symbol.HIDDEN || symbol.visibility() == Symbol.INTERNAL;
  }

  private MalformedObjectException malformed(String section, String problem) {
    return new MalformedObjectException(elf.file(), section, 0, problem);
  }

  /// Global functions with restricted visibility are verified with their callers, as static ones
  /// are.
  private void hideFunctions() {
    var text = elf.section(".text").map(Section::index).orElse(-1);
    var hidden = new HashMap<String, Integer>();
    for (var symbol : elf.symbols()) {
      if (symbol.section() == text
          && symbol.type() == Symbol.FUNCTION
          && symbol.binding() != Symbol.LOCAL
          && restricted(symbol)) {
        hidden.merge(symbol.name(), 1, Integer::sum);
      }
    }
    hidden.forEach((name, count) -> {
      var left = count;
      for (var id : types.ids(name)) {
        if (left > 0
            && types.type(id) instanceof BtfType.Function function
            && function.linkage() == GLOBAL) {
          result.set(id, new BtfType.Function(name, function.prototype(), STATIC));
          left--;
        }
      }
    });
  }

  /// Makes what the object takes from the kernel look like its own.
  private void externs() {
    var kconfig = new HashMap<String, Integer>();
    var sections = new HashMap<String, Integer>();
    var names = new HashSet<String>();
    var dummy = addDummy();
    var sectionOf = externSections();
    for (var symbol : elf.symbols()) {
      if (isExtern(symbol) && names.add(symbol.name())) {
        var id = externType(symbol.name());
        var section = externSection(symbol.name(), id, sectionOf.getOrDefault(id, 0));
        sections.put(types.name(section), section);
        if (types.name(section).equals(KCONFIG)) {
          kconfig.put(symbol.name(), id);
        }
      }
    }
    for (var section : sections.values()) {
      if (types.type(section) instanceof DataSection data) {
        data.variables().stream()
            .map(v -> types.name(v.variable()))
            .filter(name -> !names.contains(name))
            .findFirst()
            .ifPresent(name -> {
              throw new RelocationException(
                  name, "section " + data.name() + " has '" + name + "', which is no symbol");
            });
        if (data.name().equals(KSYMS)) {
          kernelSymbols(section, data, dummy);
        } else {
          kernelConfiguration(section, data, kconfig);
        }
      }
    }
  }

  private static boolean isExtern(Symbol symbol) {
    return symbol.section() == 0
        && isShared(symbol)
        && symbol.type() == 0
        && !symbol.name().isEmpty();
  }

  private int externType(String name) {
    for (var id : types.ids(name)) {
      var linkage =
          switch (types.type(id)) {
            case BtfType.Variable variable -> variable.linkage();
            case BtfType.Function function -> function.linkage();
            default -> -1;
          };
      if (linkage == EXTERN) {
        return id;
      }
      if (linkage >= 0) {
        throw new RelocationException(
            name, "'" + name + "' is undefined, but the types say that it is defined here");
      }
    }
    throw new RelocationException(name, "'" + name + "' is undefined and has no type");
  }

  /// The first section of each variable and function that is in one.
  private Map<Integer, Integer> externSections() {
    var sections = new HashMap<Integer, Integer>();
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.kind(id) == Kind.DATA_SECTION && types.type(id) instanceof DataSection section) {
        for (var variable : section.variables()) {
          sections.putIfAbsent(variable.variable(), id);
        }
      }
    }
    return sections;
  }

  private int externSection(String symbol, int type, int section) {
    if (section == 0) {
      throw UndefinedSymbol.of(elf, types, symbol, types.kind(type) == Kind.FUNCTION);
    }
    var function = types.kind(type) == Kind.FUNCTION;
    var name = types.name(section);
    if (name.equals(KSYMS) || (name.equals(KCONFIG) && !function)) {
      return section;
    }
    throw new RelocationException(
        symbol,
        (function ? "function '" : "variable '")
            + symbol
            + "' is undefined, in section "
            + name
            + ", which tells no place for it");
  }

  /// Adds the variable that stands for each function in the section of the kernel's symbols, where
  /// a kernel allows no functions; its id, or 0 where no such section has functions.
  private int addDummy() {
    var functions =
        types.dataSection(KSYMS).stream()
            .flatMap(s -> s.variables().stream())
            .anyMatch(v -> types.kind(v.variable()) == Kind.FUNCTION);
    return functions ? result.add(new BtfType.Variable(DUMMY, intType(), GLOBAL)) : 0;
  }

  private int intType() {
    for (int id = 1; id < types.typeCount(); id++) {
      if (types.kind(id) == Kind.INT
          && types.type(id) instanceof BtfType.Int number
          && number.bits() == 32) {
        return id;
      }
    }
    return 0;
  }

  private void kernelSymbols(int id, DataSection section, int dummy) {
    var placed = new ArrayList<SectionVariable>();
    var number = intType();
    for (var entry : section.variables()) {
      var variable = entry.variable();
      switch (types.type(variable)) {
        case BtfType.Function function -> {
          nameParameters(function.prototype());
          result.set(variable, new BtfType.Function(function.name(), function.prototype(), GLOBAL));
          variable = dummy;
        }
        case BtfType.Variable v ->
            result.set(variable, new BtfType.Variable(v.name(), number, GLOBAL));
        default -> throw malformed(KSYMS, "the types put there what is no variable or function");
      }
      placed.add(new SectionVariable(variable, (long) EXTERN_SIZE * placed.size(), EXTERN_SIZE));
    }
    set(id, section.name(), (long) EXTERN_SIZE * placed.size(), placed);
  }

  /// A kernel wants the parameters of a function that is not static to have names.
  private void nameParameters(int id) {
    if (types.type(id) instanceof BtfType.Prototype prototype) {
      var named =
          prototype.parameters().stream()
              .map(p ->
                  p.type() != 0 && p.name().isEmpty() ? new BtfType.Parameter(DUMMY, p.type()) : p)
              .toList();
      result.set(id, new BtfType.Prototype(prototype.result(), named));
    }
  }

  /// Places the variables of the kernel's configuration: those with the largest alignment first,
  /// among them the smallest first, and among those by name.
  private void kernelConfiguration(int id, DataSection section, Map<String, Integer> variables) {
    record Place(String name, int alignment, long size) {}
    var order =
        variables.entrySet().stream()
            .map(e -> {
              var type = types.sizeOrType(e.getValue());
              return new Place(e.getKey(), types.alignment(type), types.size(type));
            })
            .sorted(
                Comparator.comparingInt(Place::alignment)
                    .reversed()
                    .thenComparingLong(Place::size)
                    .thenComparing(Place::name, ObjectTypes::compareBytes))
            .toList();
    var offsets = new HashMap<String, Long>();
    var end = 0L;
    for (var place : order) {
      if (place.size() == 0) {
        throw new RelocationException(
            place.name(), "'" + place.name() + "' in " + KCONFIG + " has no size");
      }
      var offset = Math.ceilDiv(end, place.alignment()) * place.alignment();
      offsets.put(place.name(), offset);
      end = offset + place.size();
    }
    var placed = new ArrayList<SectionVariable>();
    for (var entry : section.variables()) {
      if (!(types.type(entry.variable()) instanceof BtfType.Variable variable)) {
        throw malformed(KCONFIG, "the types put there what is no variable");
      }
      result.set(entry.variable(), new BtfType.Variable(variable.name(), variable.type(), GLOBAL));
      placed.add(at(entry, offsets.getOrDefault(variable.name(), 0L)));
    }
    if (end > 0xffff_ffffL) {
      throw malformed(KCONFIG, "the variables take more than 4 GiB");
    }
    set(id, section.name(), end, placed);
  }

  private static int compareBytes(String one, String other) {
    return Arrays.compareUnsigned(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }
}
