package org.ebpf4j.linker;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.testkit.TestObjects;

/// Links test objects, and says what is in an object in words that can be compared.
final class Linking {
  private Linking() {}

  static ObjectLinker.Input input(String name) {
    return input(name, TestObjects.bytes(name));
  }

  static ObjectLinker.Input input(String name, byte[] bytes) {
    return new ObjectLinker.Input(name + ".bpf.o", Bytes.of(bytes));
  }

  /// What the test objects of those names become.
  static byte[] link(String... names) {
    var inputs = new ArrayList<ObjectLinker.Input>();
    for (var name : names) {
      inputs.add(input(name));
    }
    return ObjectLinker.link("linked.bpf.o", inputs);
  }

  static ElfFile read(byte[] bytes) {
    return ElfFile.read("linked.bpf.o", bytes);
  }

  private static boolean isData(Section section) {
    return section.type() == ElfFile.SHT_PROGBITS || section.type() == ElfFile.SHT_NOBITS;
  }

  /// The sections with code and data, in their order: all that the headers say of them.
  static List<String> sections(ElfFile file) {
    return file.sections().stream()
        .filter(Linking::isData)
        .filter(s -> !s.name().startsWith(".BTF"))
        .map(s ->
            "%s type %d flags %d alignment %d size %d"
                .formatted(s.name(), s.type(), s.flags(), s.alignment(), s.size()))
        .toList();
  }

  /// The bytes of a section.
  static byte[] bytes(ElfFile file, String section) {
    return file.section(section).orElseThrow().data().copy();
  }

  private static String describe(ElfFile file, Symbol symbol) {
    return "%s at %d size %d binding %d type %d visibility %d in %s"
        .formatted(
            symbol.name(),
            symbol.value(),
            symbol.size(),
            symbol.binding(),
            symbol.type(),
            symbol.visibility(),
            symbol.section() < file.sections().size()
                ? file.sections().get(symbol.section()).name()
                : symbol.section());
  }

  /// The local symbols, in no order, and the others, in theirs.
  static List<String> symbols(ElfFile file) {
    var local = new TreeSet<String>();
    var others = new ArrayList<String>();
    for (var symbol : file.symbols()) {
      (symbol.binding() == Symbol.LOCAL ? local : others).add(describe(file, symbol));
    }
    var all = new ArrayList<>(local);
    all.addAll(others);
    return all;
  }

  /// All relocations, by section.
  static List<String> relocations(ElfFile file) {
    var all = new ArrayList<String>();
    for (var section : file.sections()) {
      for (var relocation : file.relocations(section)) {
        all.add(
            "%s+%d type %d: %s"
                .formatted(
                    section.name(),
                    relocation.offset(),
                    relocation.type(),
                    describe(file, file.symbols().get(relocation.symbol()))));
      }
    }
    return all;
  }

  /// The symbol of that name.
  static Symbol symbol(ElfFile file, String name) {
    return file.symbols().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }
}
