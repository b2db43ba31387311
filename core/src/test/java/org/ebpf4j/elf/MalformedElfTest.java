package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each way in which an ELF file can be wrong, with the message that a person gets.
final class MalformedElfTest {
  private static final long BEYOND = 0xffff_ffff_ffff_fff0L;

  private final ElfEditor file = new ElfEditor(TestObjects.bytes("core_legacy20"));

  private static void rejects(byte[] bytes, String message) {
    assertThatThrownBy(() -> readAll(bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(message);
  }

  private void rejects(String message) {
    rejects(file.bytes(), message);
  }

  private static void readAll(byte[] bytes) {
    var elf = ElfFile.read("t.o", bytes);
    elf.sections().forEach(elf::relocations);
  }

  @Test
  void rejectsAnEmptyFile() {
    rejects(new byte[0], "t.o, offset 0x0: not an ELF file: it does not begin with 7f 45 4c 46");
  }

  @Test
  void rejectsAFileThatIsNoElf() {
    rejects(
        "#!/bin/sh\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
        "t.o, offset 0x0: not an ELF file: it does not begin with 7f 45 4c 46");
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 16, 63})
  void rejectsAFileThatEndsInItsHeader(int size) {
    rejects(
        java.util.Arrays.copyOf(file.bytes(), size),
        "t.o, offset 0x"
            + Integer.toHexString(size)
            + ": the file ends inside the ELF header, which takes 64 bytes");
  }

  @Test
  void rejects32BitFiles() {
    file.put8(4, 1);
    rejects("t.o, offset 0x4: ELF class 1, where 64-bit (2) was expected");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3})
  void rejectsAnUnknownByteOrder(int order) {
    file.put8(5, order);
    rejects("t.o, offset 0x5: byte order " + order + ", where 1 (little) or 2 (big) was expected");
  }

  @ParameterizedTest
  @CsvSource({
    "62,' (x86-64)'",
    "183,' (AArch64)'",
    "243,' (RISC-V)'",
    "40,' (ARM)'",
    "3,' (x86)'",
    "8,''"
  })
  void rejectsObjectsForAnotherMachineAndNamesIt(int machine, String name) {
    file.put16(18, machine);
    rejects(
        "t.o, offset 0x12: made for machine "
            + machine
            + name
            + ", not for BPF (247); compile with clang -target bpf");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2, 3})
  void rejectsWhatIsNoRelocatableObject(int type) {
    file.put16(16, type);
    rejects("t.o, offset 0x10: ELF type " + type + ", where a relocatable object (1) was expected");
  }

  @Test
  void rejectsAFileWithoutSectionHeaders() {
    file.put64(40, 0);
    rejects("t.o, offset 0x28: no section header table");
  }

  @Test
  void rejectsSectionHeadersOfAnotherSize() {
    file.put16(58, 40);
    rejects("t.o, offset 0x3a: section headers of 40 bytes, where 64 were expected");
  }

  @Test
  void rejectsTruncatedSectionHeaderTable() {
    var table = file.sectionTable();
    var size = file.size();
    file.truncate(size - 1);
    rejects(
        "t.o, offset 0x%x: the section header table of %d bytes at 0x%x does not fit into %d bytes"
            .formatted(table, size - table, table, size - 1));
  }

  @ParameterizedTest
  @ValueSource(longs = {0x7fff_ffff_ffff_ffffL, BEYOND, -1, 0xffff_ffffL, 1L << 62})
  void rejectsASectionHeaderTableBeyondTheFile(long offset) {
    var length = file.sectionCount() * ElfEditor.HEADER;
    file.put64(40, offset);
    assertThatThrownBy(() -> readAll(file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(
            "the section header table of "
                + length
                + " bytes at 0x"
                + Long.toHexString(offset)
                + " does not fit into "
                + file.size()
                + " bytes");
  }

  @ParameterizedTest
  @ValueSource(longs = {0xffff_ffffL, 0x1_0000_0001L, 1L << 58, -1, Long.MIN_VALUE})
  void rejectsAHugeNumberOfSections(long count) {
    var at = file.header(0) + 32;
    file.put64(at, count).put16(60, 0);
    rejects(
        "t.o, offset 0x%x: impossible number of sections %s"
            .formatted(at, Long.toUnsignedString(count)));
  }

  @Test
  void rejectsASectionOfNamesThatIsNotThere() {
    var count = file.sectionCount();
    file.put16(62, count);
    rejects(
        "t.o, offset 0x3e: section %d should hold the section names; there are %d"
            .formatted(count, count));
  }

  @Test
  void rejectsASectionOfNamesWithoutBytes() {
    file.put32(file.header(file.u16(62)) + 4, ElfFile.SHT_NOBITS);
    rejects("t.o, offset 0x3e: the section that should hold the section names holds no bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x7fff_ffff, -1, 4096})
  void rejectsASectionNameBeyondTheNames(int name) {
    var names = file.offset(".strtab");
    var size = file.size(".strtab");
    file.put32(file.header("maps"), name);
    rejects(
        "t.o, section .shstrtab, offset 0x%x: a string starts here, past the end of the string table (%d bytes)"
            .formatted(names + Integer.toUnsignedLong(name), size));
  }

  @Test
  void rejectsANameThatTheTableCutsOff() {
    var last = file.offset(".strtab") + file.size(".strtab") - 1;
    file.put8(last, 'x').put32(file.header("maps"), file.size(".strtab") - 1);
    assertThatThrownBy(() -> readAll(file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageEndingWith(": a string that starts here has no end");
  }

  @ParameterizedTest
  @CsvSource({
    "64, 0xffffffffffffffff",
    "64, 0x7fffffffffffffff",
    "0xffffffffffffffff, 2",
    "0x7fffffffffffffff, 0x7fffffffffffffff",
    "0xfffffffffffffff0, 0x20",
    "0xffffffff, 1",
    "1, 0x100000000",
    "100000, 0"
  })
  void rejectsASectionBeyondTheFile(String offset, String size) {
    var header = file.header("maps");
    var start = Long.parseUnsignedLong(offset.replace("0x", ""), offset.startsWith("0x") ? 16 : 10);
    var length = Long.parseUnsignedLong(size.replace("0x", ""), size.startsWith("0x") ? 16 : 10);
    file.put64(header + 24, start).put64(header + 32, length);
    rejects(
        "t.o, section maps, offset 0x%x: the header says %s bytes at 0x%x, but the file has %d; it is truncated or damaged"
            .formatted(header + 24, Long.toUnsignedString(length), start, file.size()));
  }

  @Test
  void rejectsSectionsThatOverlap() {
    var header = file.header("maps");
    file.put64(header + 24, 0).put64(header + 32, file.size());
    assertThatThrownBy(() -> readAll(file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(
            "offset 0x%x: sections overlap: up to 'maps' they have ".formatted(header + 24))
        .hasMessageEndingWith(" bytes, the file " + file.size());
  }

  @Test
  void rejectsASecondSymbolTable() {
    file.put32(file.header("maps") + 4, ElfFile.SHT_SYMTAB)
        .put64(file.header("maps") + 32, 24)
        .put32(file.header("maps") + 40, file.index(".strtab"))
        .put32(file.offset("maps"), 0);
    rejects(
        "t.o, section .symtab, offset 0x%x: a second symbol table"
            .formatted(file.offset(".symtab")));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 1000, Integer.MIN_VALUE})
  void rejectsASymbolTableWithoutStrings(int link) {
    file.put32(file.header(".symtab") + 40, link);
    rejects(
        "t.o, section .symtab, offset 0x%x: its strings should be in section %d, which is not there"
            .formatted(file.offset(".symtab"), link));
  }

  @Test
  void rejectsHalfASymbol() {
    var size = file.size(".symtab") - 1;
    file.put64(file.header(".symtab") + 32, size);
    rejects(
        "t.o, section .symtab, offset 0x%x: the symbol table is no whole number of symbols of 24 bytes"
            .formatted(file.offset(".symtab") + size));
  }

  @Test
  void rejectsASymbolInAMissingSection() {
    var at = file.symbol("second");
    file.put16(at + 6, file.sectionCount());
    rejects(
        "t.o, section .symtab, offset 0x%x: symbol 'second' is in section %d, which is not there"
            .formatted(at + 6, file.sectionCount()));
  }

  @Test
  void takesSymbolsOfReservedSections() {
    file.put16(file.symbol("second") + 6, 0xfff2);
    var symbols = ElfFile.read("t.o", file.bytes()).symbols();
    assertThat(
            symbols.stream()
                .filter(s -> s.name().equals("second"))
                .findFirst()
                .orElseThrow()
                .section())
        .isEqualTo(0xfff2);
  }

  @Test
  void rejectsASymbolNameBeyondTheNames() {
    file.put32(file.symbol("second"), 0xffff);
    assertThatThrownBy(() -> readAll(file.bytes()))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(
            "section .strtab, offset 0x%x: a string starts here, past the end"
                .formatted(file.offset(".strtab") + 0xffff));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MAX_VALUE, 100})
  void rejectsARelocationAgainstAMissingSymbol(int symbol) {
    var at = file.offset(".relsocket") + 8;
    file.put32(at + 4, symbol);
    rejects(
        "t.o, section .relsocket, offset 0x%x: relocation against symbol %s; there are %d"
            .formatted(at, Integer.toUnsignedString(symbol), file.size(".symtab") / 24));
  }

  @Test
  void rejectsHalfARelocation() {
    file.put64(file.header(".relsocket") + 32, 17);
    rejects(
        "t.o, section .relsocket, offset 0x%x: no whole number of relocations of 16 bytes"
            .formatted(file.offset(".relsocket") + 17));
  }

  @Test
  void rejectsRelocationsWithAddends() {
    file.put32(file.header(".relsocket") + 4, ElfFile.SHT_RELA);
    rejects(
        "t.o, section .relsocket, offset 0x%x: relocations with addends (SHT_RELA), which BPF objects do not have"
            .formatted(file.offset(".relsocket")));
  }

  @Test
  void rejectsTheFileCutOffAnywhere() {
    var whole = TestObjects.bytes("core_calls");
    for (int size = 0; size < whole.length; size += 7) {
      var cut = java.util.Arrays.copyOf(whole, size);
      var thrown = catchThrowableOfType(MalformedObjectException.class, () -> readAll(cut));
      assertThat(thrown).as("cut to %d bytes", size).isNotNull();
      assertThat(thrown.file()).isEqualTo("t.o");
      assertThat(thrown.offset()).as("cut to %d bytes", size).isBetween(0L, (long) size);
    }
  }
}
