package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;
import org.jspecify.annotations.Nullable;

/// Finds what an object declares and the kernel is to supply: undefined symbols whose BTF stands in
/// `.kconfig` or `.ksyms`. The order is libbpf's.
final class ExternReader {
  private static final int KIND_DATA_SECTION = 15;
  private static final int LINKAGE_EXTERN = 2;

  /// What was found.
  ///
  /// @param externs all of them
  /// @param bySymbol which of them a symbol stands for
  /// @param configSize the bytes of map `.kconfig`; 0 where the object wants none
  record Externs(List<Extern> externs, Map<Integer, Integer> bySymbol, int configSize) {}

  private record Found(int symbol, Extern extern, long alignment) {}

  private final ElfFile elf;
  private final Btf types;

  ExternReader(ElfFile elf, Btf types) {
    this.elf = elf;
    this.types = types;
  }

  static Externs read(ElfFile elf, Optional<Btf> types) {
    return types
        .map(t -> new ExternReader(elf, t).read())
        .orElse(new Externs(List.of(), Map.of(), 0));
  }

  private Externs read() {
    var undefined =
        elf.symbols().stream()
            .filter(s ->
                s.section() == 0
                    && s.type() == Symbol.NONE
                    && (s.binding() == Symbol.GLOBAL || s.binding() == Symbol.WEAK)
                    && !s.name().isEmpty())
            .toList();
    if (undefined.isEmpty()) {
      return new Externs(List.of(), Map.of(), 0);
    }
    var sections = sections();
    var found = new ArrayList<Found>();
    for (var symbol : undefined) {
      var extern = extern(symbol, sections);
      if (extern != null) {
        found.add(extern);
      }
    }
    found.sort(
        Comparator.<Found>comparingInt(f -> f.extern() instanceof Extern.Config ? 0 : 1)
            .thenComparingLong(f -> -f.alignment())
            .thenComparingInt(f -> f.extern() instanceof Extern.Config c ? c.size() : 0)
            .thenComparing(f -> f.extern().name()));
    var externs = new ArrayList<Extern>();
    var bySymbol = new HashMap<Integer, Integer>();
    long end = 0;
    for (var each : found) {
      bySymbol.put(each.symbol(), externs.size());
      if (each.extern() instanceof Extern.Config c) {
        var offset = Math.ceilDiv(end, each.alignment()) * each.alignment();
        end = offset + c.size();
        if (end > Integer.MAX_VALUE) {
          throw MalformedObjectException.tooLarge(
              elf.file(), ".kconfig", end, Integer.MAX_VALUE, "a map");
        }
        externs.add(
            new Extern.Config(c.name(), c.weak(), c.form(), c.signed(), c.size(), (int) offset));
      } else {
        externs.add(each.extern());
      }
    }
    return new Externs(List.copyOf(externs), Map.copyOf(bySymbol), (int) end);
  }

  private MalformedObjectException section(String name, String problem) {
    return new MalformedObjectException(elf.file(), name, 0, problem);
  }

  /// The name of the data section that each variable or function stands in, by its id.
  private Map<Integer, String> sections() {
    var sections = new HashMap<Integer, String>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      if (types.kind(id) == KIND_DATA_SECTION
          && types.type(id) instanceof BtfType.DataSection section) {
        for (var variable : section.variables()) {
          sections.putIfAbsent(variable.variable(), section.name());
        }
      }
    }
    return sections;
  }

  /// What a symbol stands for; nothing where BTF says nothing of it: then whoever refers to it
  /// fails.
  private @Nullable Found extern(Symbol symbol, Map<Integer, String> sections) {
    var id = declaration(symbol.name());
    if (id == 0) {
      return null;
    }
    var weak = symbol.binding() == Symbol.WEAK;
    return switch (sections.getOrDefault(id, "")) {
      case ".kconfig" ->
          types.type(id) instanceof BtfType.Variable variable
              ? config(symbol, variable, weak)
              : null;
      case ".ksyms" ->
          new Found(
              symbol.index(),
              switch (types.type(id)) {
                case BtfType.Variable variable ->
                    new Extern.Variable(variable.name(), weak, types.resolve(variable.type()));
                case BtfType.Function function ->
                    new Extern.Function(function.name(), weak, types.resolve(function.prototype()));
                default -> throw section(".ksyms", "'" + symbol.name() + "' is no declaration");
              },
              0);
      default -> null;
    };
  }

  /// The id of the declaration of that name, or 0.
  private int declaration(String name) {
    for (var id : types.ids(name)) {
      switch (types.type(id)) {
        case BtfType.Variable variable -> {
          return variable.linkage() == LINKAGE_EXTERN ? id : 0;
        }
        case BtfType.Function function -> {
          return function.linkage() == LINKAGE_EXTERN ? id : 0;
        }
        default -> {
          // Another kind of type of the same name.
        }
      }
    }
    return 0;
  }

  private Found config(Symbol symbol, BtfType.Variable variable, boolean weak) {
    var size = types.size(variable.type());
    var form = form(variable.type(), 0);
    if (form == null || size <= 0 || size > Integer.MAX_VALUE) {
      throw section(
          ".kconfig",
          "variable '"
              + variable.name()
              + "' is neither bool, char, an integer, enum libbpf_tristate nor an array of char");
    }
    var signed =
        types.type(types.resolve(variable.type())) instanceof BtfType.Int number
            && (number.encoding() & 1) != 0;
    // Numbers and arrays of char are aligned to the size of one of them.
    var alignment = form == Extern.Form.STRING ? 1 : Math.min(8, size);
    return new Found(
        symbol.index(),
        new Extern.Config(variable.name(), weak, form, signed, (int) size, 0),
        alignment);
  }

  private Extern.@Nullable Form form(int type, int depth) {
    return switch (types.type(types.resolve(type))) {
      case BtfType.Int number -> {
        if ((number.encoding() & 4) != 0) {
          yield number.size() == 1 ? Extern.Form.BOOL : null;
        }
        if (number.size() == 1) {
          yield Extern.Form.CHAR;
        }
        yield number.size() <= 8 && Integer.bitCount(number.size()) == 1 ? Extern.Form.INT : null;
      }
      case BtfType.Enum values ->
          values.name().equals("libbpf_tristate") && (values.wide() || values.size() == 4)
              ? Extern.Form.TRISTATE
              : null;
      case BtfType.Array array ->
          depth == 0 && array.count() > 0 && form(array.element(), 1) == Extern.Form.CHAR
              ? Extern.Form.STRING
              : null;
      default -> null;
    };
  }
}
