package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.ByteOrder;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

final class ElfFileTest {
  private final ElfFile calls = ElfFile.read("calls.o", TestObjects.bytes("core_calls"));

  @Test
  void readsTheSectionsOfAnObject() {
    assertThat(calls.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertThat(calls.sections().stream().limit(17))
        .extracting(Section::index, Section::name, Section::type, Section::size)
        .containsExactly(
            tuple(0, "", 0, 0L),
            tuple(1, ".strtab", ElfFile.SHT_STRTAB, 0x1a9L),
            tuple(2, ".text", ElfFile.SHT_PROGBITS, 0x150L),
            tuple(3, ".rel.text", ElfFile.SHT_REL, 0x50L),
            tuple(4, "socket", ElfFile.SHT_PROGBITS, 0xc8L),
            tuple(5, ".relsocket", ElfFile.SHT_REL, 0x60L),
            tuple(6, "?socket", ElfFile.SHT_PROGBITS, 0x60L),
            tuple(7, ".rel?socket", ElfFile.SHT_REL, 0x20L),
            tuple(8, "tc", ElfFile.SHT_PROGBITS, 0x70L),
            tuple(9, ".reltc", ElfFile.SHT_REL, 0x10L),
            tuple(10, ".data", ElfFile.SHT_PROGBITS, 4L),
            tuple(11, ".rodata", ElfFile.SHT_PROGBITS, 4L),
            tuple(12, ".data.own", ElfFile.SHT_PROGBITS, 4L),
            tuple(13, ".bss", ElfFile.SHT_NOBITS, 16L),
            tuple(14, ".maps", ElfFile.SHT_PROGBITS, 0x20L),
            tuple(15, "version", ElfFile.SHT_PROGBITS, 4L),
            tuple(16, "license", ElfFile.SHT_PROGBITS, 13L));
  }

  @Test
  void readsFlagsAndLinks() {
    var text = calls.section(".text").orElseThrow();
    assertThat(text.flags()).isEqualTo(ElfFile.SHF_ALLOC | ElfFile.SHF_EXECINSTR);
    assertThat(text.executable()).isTrue();
    assertThat(calls.section(".data").orElseThrow().executable()).isFalse();
    var relocations = calls.section(".rel.text").orElseThrow();
    assertThat(calls.sections().get(relocations.link()).name()).isEqualTo(".symtab");
    assertThat(relocations.info()).isEqualTo(text.index());
    assertThat(relocations.entrySize()).isEqualTo(16);
  }

  @Test
  void aSectionOfZeroesHasASizeButNoBytes() {
    var bss = calls.section(".bss").orElseThrow();
    assertThat(bss.size()).isEqualTo(16);
    assertThat(bss.data().size()).isZero();
  }

  @Test
  void readsTheBytesOfASection() {
    assertThat(calls.section("license").orElseThrow().data().string(0)).isEqualTo("Dual MIT/GPL");
    assertThat(calls.section("version").orElseThrow().data().copy())
        .containsExactly(0, 0x0c, 0x06, 0);
  }

  @Test
  void readsSymbols() {
    assertThat(calls.symbols()).hasSize(33);
    assertThat(calls.symbols())
        .filteredOn(s -> s.name().equals("deepest") || s.name().equals("zeroes"))
        .containsExactly(
            new Symbol(4, "deepest", 0xd8, 56, Symbol.LOCAL, Symbol.FUNCTION, 0, 2),
            new Symbol(5, "zeroes", 0, 16, Symbol.LOCAL, 1, 0, 13));
    assertThat(calls.symbols().get(2))
        .isEqualTo(new Symbol(2, "", 0, 0, Symbol.LOCAL, Symbol.SECTION, 0, 2));
    assertThat(calls.symbols().get(1).section()).as("SHN_ABS").isEqualTo(0xfff1);
  }

  @Test
  void readsRelocationsInTheOrderOfTheFile() {
    var section = calls.section("?socket").orElseThrow();
    assertThat(calls.relocations(section))
        .extracting(Relocation::offset, Relocation::type, r -> name(r.symbol()))
        .containsExactly(
            tuple(0x20L, Relocation.LOAD_64, "sums"), tuple(0x30L, Relocation.LOAD_64, ""));
    var editor = new ElfEditor(TestObjects.bytes("core_calls"));
    assertThat(calls.relocations(section).getLast().fileOffset())
        .isEqualTo(editor.offset(".rel?socket") + 16);
    assertThat(calls.relocations(calls.section("socket").orElseThrow()))
        .extracting(Relocation::type)
        .containsOnly(Relocation.CALL_32);
  }

  private String name(int symbol) {
    return calls.symbols().get(symbol).name();
  }

  @Test
  void aSectionWithoutRelocationsHasNone() {
    assertThat(calls.relocations(calls.section("license").orElseThrow())).isEmpty();
    assertThat(calls.relocations(calls.sections().getFirst())).isEmpty();
  }

  @Test
  void readsBigEndianObjects() {
    var big = ElfFile.read("big.o", TestObjects.bytes("core_big_endian"));
    assertThat(big.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    var data = big.section(".data").orElseThrow().data();
    assertThat(data.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(data.s32(0)).isEqualTo(0x01020304);
    var program = big.section("socket").orElseThrow();
    assertThat(big.relocations(program))
        .extracting(Relocation::type, r -> big.symbols().get(r.symbol()).name())
        .contains(tuple(Relocation.LOAD_64, "counts"));
  }

  @Test
  void readsObjectsThatNameNoMachine() {
    var editor = new ElfEditor(TestObjects.bytes("core_legacy20")).put16(18, 0);
    assertThat(ElfFile.read("none.o", editor.bytes()).section("maps")).isPresent();
  }

  @Test
  void readsTheNumberOfSectionsFromTheFirstHeaderWhereTheFileHeaderHasNoRoomForIt() {
    var editor = new ElfEditor(TestObjects.bytes("core_legacy20"));
    var count = editor.sectionCount();
    editor.put64(editor.header(0) + 32, count).put16(60, 0);
    assertThat(ElfFile.read("many.o", editor.bytes()).sections()).hasSize(count);
  }

  @Test
  void hasNoSectionWithoutAName() {
    assertThat(calls.section("")).isEmpty();
    assertThat(calls.section("no such section")).isEmpty();
  }
}
