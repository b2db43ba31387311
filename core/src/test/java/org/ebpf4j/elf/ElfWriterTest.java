package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ElfWriterTest {
  private static ByteOrder order(boolean big) {
    return big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  @Test
  void anEmptyFileHasOnlyTables() {
    var file = ElfFile.read("empty.o", new ElfWriter(ByteOrder.LITTLE_ENDIAN).toBytes());
    assertThat(file.sections())
        .extracting(Section::name, Section::type)
        .containsExactly(
            tuple("", 0),
            tuple(".symtab", ElfFile.SHT_SYMTAB),
            tuple(".strtab", ElfFile.SHT_STRTAB));
    assertThat(file.symbols()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatIsWrittenIsRead(boolean big) {
    var writer = new ElfWriter(order(big));
    var text = writer.addSection("tc", ElfFile.SHT_PROGBITS, 6, 8, 0, new byte[32]);
    var zeroes = writer.addZeroes(".bss", 3, 64, 0, 1L << 20);
    var global = writer.addSymbol("first", 8, 16, Symbol.GLOBAL, Symbol.FUNCTION, 2, text);
    var local = writer.addSymbol("", 0, 0, Symbol.LOCAL, Symbol.SECTION, 0, zeroes);
    var undefined = writer.addSymbol("away", 0, 0, Symbol.WEAK, 0, 0, ElfWriter.UNDEFINED);
    writer.addRelocation(text, 24, Relocation.CALL_32, undefined);
    writer.addRelocation(text, 0, Relocation.LOAD_64, local);
    writer.addRelocation(zeroes, 8, Relocation.DATA_64, global);

    var file = ElfFile.read("written.o", writer.toBytes());

    assertThat(file.order()).isEqualTo(order(big));
    assertThat(file.sections())
        .extracting(Section::name, Section::type, Section::flags, Section::alignment, Section::size)
        .containsExactly(
            tuple("", 0, 0L, 0L, 0L),
            tuple("tc", ElfFile.SHT_PROGBITS, 6L, 8L, 32L),
            tuple(".bss", ElfFile.SHT_NOBITS, 3L, 64L, 1L << 20),
            tuple(".reltc", ElfFile.SHT_REL, 0L, 8L, 32L),
            tuple(".rel.bss", ElfFile.SHT_REL, 0L, 8L, 16L),
            tuple(".symtab", ElfFile.SHT_SYMTAB, 0L, 8L, 96L),
            tuple(".strtab", ElfFile.SHT_STRTAB, ElfFile.SHF_STRINGS, 1L, 52L));
    assertThat(file.symbols())
        .containsExactly(
            new Symbol(0, "", 0, 0, 0, 0, 0, 0),
            new Symbol(1, "", 0, 0, Symbol.LOCAL, Symbol.SECTION, 0, zeroes),
            new Symbol(2, "first", 8, 16, Symbol.GLOBAL, Symbol.FUNCTION, 2, text),
            new Symbol(3, "away", 0, 0, Symbol.WEAK, 0, 0, 0));
    assertThat(file.section(".symtab").orElseThrow().info()).isEqualTo(2);
    assertThat(file.relocations(file.sections().get(text)))
        .extracting(Relocation::offset, Relocation::type, Relocation::symbol)
        .containsExactly(tuple(24L, Relocation.CALL_32, 3), tuple(0L, Relocation.LOAD_64, 1));
    assertThat(file.relocations(file.sections().get(zeroes)))
        .extracting(Relocation::offset, Relocation::type, Relocation::symbol)
        .containsExactly(tuple(8L, Relocation.DATA_64, 2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_calls", "core_big_endian"})
  void anObjectReadAndWrittenIsTheSame(String name) {
    var original = ElfFile.read("original.o", TestObjects.bytes(name));
    var writer = new ElfWriter(original.order());
    var places = new HashMap<Integer, Integer>();
    for (var section : original.sections()) {
      if (section.type() == ElfFile.SHT_PROGBITS || section.type() == ElfFile.SHT_NOBITS) {
        places.put(section.index(), copy(section, writer));
      }
    }
    var symbols = new HashMap<Integer, Integer>();
    for (var symbol : original.symbols().subList(1, original.symbols().size())) {
      if (symbol.section() == 0 || places.containsKey(symbol.section())) {
        symbols.put(
            symbol.index(),
            writer.addSymbol(
                symbol.name(),
                symbol.value(),
                symbol.size(),
                symbol.binding(),
                symbol.type(),
                symbol.visibility(),
                places.getOrDefault(symbol.section(), 0)));
      }
    }
    places.forEach((from, to) ->
        original
            .relocations(original.sections().get(from))
            .forEach(r -> {
              var symbol = symbols.get(r.symbol());
              if (symbol != null) {
                writer.addRelocation(to, r.offset(), r.type(), symbol);
              }
            }));

    var written = ElfFile.read("written.o", writer.toBytes());

    for (var place : places.entrySet()) {
      var before = original.sections().get(place.getKey());
      var after = written.sections().get(place.getValue());
      assertThat(after.name()).isEqualTo(before.name());
      assertThat(after.data().copy()).isEqualTo(before.data().copy());
      assertThat(targets(written, after)).isEqualTo(targets(original, before));
    }
  }

  private static int copy(Section section, ElfWriter writer) {
    return section.type() == ElfFile.SHT_NOBITS
        ? writer.addZeroes(
            section.name(),
            section.flags(),
            section.alignment(),
            section.entrySize(),
            section.size())
        : writer.addSection(
            section.name(),
            section.type(),
            section.flags(),
            section.alignment(),
            section.entrySize(),
            section.data().copy());
  }

  /// What is patched, and by which symbol.
  private static List<String> targets(ElfFile file, Section section) {
    var targets = new ArrayList<String>();
    for (var relocation : file.relocations(section)) {
      var symbol = file.symbols().get(relocation.symbol());
      var place = file.sections().get(symbol.section()).name();
      if (!place.startsWith(".debug")) {
        targets.add(
            relocation.offset() + " " + relocation.type() + " " + place + " " + symbol.name());
      }
    }
    return targets;
  }

  @Test
  void aRelocationWantsItsSectionAndItsSymbol() {
    var writer = new ElfWriter(ByteOrder.LITTLE_ENDIAN);
    var symbol = writer.addSymbol("x", 0, 0, Symbol.GLOBAL, 0, 0, ElfWriter.UNDEFINED);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.addRelocation(1, 0, Relocation.CALL_32, symbol));
    var section = writer.addSection("tc", ElfFile.SHT_PROGBITS, 6, 8, 0, new byte[8]);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer.addRelocation(section, 0, Relocation.CALL_32, symbol + 1));
  }
}
