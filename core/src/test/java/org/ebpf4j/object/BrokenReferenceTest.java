package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.AbstractThrowableAssert;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// References between instructions, functions and maps that lead nowhere.
final class BrokenReferenceTest {
  private final ElfEditor calls = new ElfEditor(TestObjects.bytes("core_calls"));

  private static AbstractThrowableAssert<?, ? extends Throwable> reading(ElfEditor file) {
    return assertThatThrownBy(() -> ObjectSpec.read("t.o", file.bytes()));
  }

  private void rejects(String message) {
    reading(calls).isInstanceOf(MalformedObjectException.class).hasMessage(message);
  }

  private int slot(String section, int slot) {
    return calls.offset(section) + 8 * slot;
  }

  @ParameterizedTest
  @CsvSource({
    "core_undefined_function, somewhere_else, 1, 0x8",
    "core_undefined_map, missing_map, 1, 0x8"
  })
  void rejectsAReferenceToWhatIsNotDefined(String object, String symbol, int slot, String offset) {
    var file = new ElfEditor(TestObjects.bytes(object));
    var thrown =
        catchThrowableOfType(RelocationException.class, () -> ObjectSpec.read("t.o", file.bytes()));
    assertThat(thrown.symbol()).isEqualTo(symbol);
    assertThat(thrown)
        .hasMessage(
            "t.o, section socket, instruction "
                + slot
                + " (offset "
                + offset
                + ") refers to '"
                + symbol
                + "', which the object does not define; a map or function of that name is missing, or it is a symbol of"
                + " the kernel, which this release does not resolve");
  }

  @Test
  void rejectsAReferenceIntoASectionThatNoMapIsMadeOf() {
    reading(new ElfEditor(TestObjects.bytes("core_undefined_section")))
        .isInstanceOf(RelocationException.class)
        .hasMessage(
            "t.o, section socket, instruction 0 (offset 0x0) refers to 'stray' in section elsewhere, which is neither a"
                + " map nor in .data, .rodata or .bss");
  }

  @Test
  void rejectsAReferenceToAMapThatMovedAway() {
    calls.put64(calls.symbol("sums") + 8, 8);
    assertThat(ObjectSpec.read("t.o", calls.bytes()).maps())
        .extracting(MapSpec::name)
        .contains("sums");
    var legacy = new ElfEditor(TestObjects.bytes("core_legacy20"));
    legacy.put32(legacy.offset("socket") + 8 + 4, 4);
    reading(legacy)
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("in section maps, which is neither a map nor in .data");
  }

  @Test
  void rejectsAReferenceToAnAbsoluteSymbol() {
    calls.put16(calls.symbol("outer") + 6, 0xfff1);
    reading(calls)
        .isInstanceOf(RelocationException.class)
        .hasMessageStartingWith(
            "t.o, section socket, instruction 2 (offset 0x10) refers to 'outer', which the object does not define");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 0x1b, Integer.MAX_VALUE, Integer.MIN_VALUE, -100})
  void rejectsACallToAPlaceWhereNoFunctionStarts(int immediate) {
    calls.put32(slot("socket", 5) + 4, immediate);
    rejects(
        "t.o, section socket, offset 0x%x: a reference to byte %d of section .text, where no function starts"
            .formatted(slot("socket", 5), 8 * (immediate + 1L)));
  }

  @Test
  void rejectsACallWithinASectionToAPlaceWhereNoFunctionStarts() {
    calls.put32(slot("tc", 8) + 4, -8);
    rejects(
        "t.o, section tc, offset 0x%x: a reference to byte 8 of section tc, where no function starts"
            .formatted(slot("tc", 8)));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x118, 0x111, -8, Integer.MAX_VALUE})
  void rejectsACallbackThatIsNoFunction(int immediate) {
    calls.put32(slot("?socket", 6) + 4, immediate);
    reading(calls)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(
            "section ?socket, offset 0x%x: a reference to ".formatted(slot("?socket", 6)));
  }

  @ParameterizedTest
  @CsvSource({"17", "-1", "2147483647", "-2147483648"})
  void leavesAVariableBeyondItsSectionToTheKernel(int place) {
    calls.put32(slot(".text", 22) + 4, place);
    assertThat(ObjectSpec.read("t.o", calls.bytes()).program("nested").mapReferences())
        .anyMatch(r -> r.map().equals(".bss") && r.offset() == place);
  }

  @Test
  void takesAReferenceToTheEndOfASection() {
    calls.put32(slot(".text", 22) + 4, 16);
    assertThat(ObjectSpec.read("t.o", calls.bytes()).program("nested").mapReferences())
        .extracting(MapReference::describe)
        .contains("map[.bss]+16");
  }

  @Test
  void rejectsARelocationOfAnInstructionThatRefersToNothing() {
    calls.put64(calls.offset(".rel?socket"), 0);
    rejects(
        "t.o, section ?socket, offset 0x%x: relocation against 'sums' in an instruction that cannot refer to anything"
            .formatted(slot("?socket", 0)));
  }

  @ParameterizedTest
  @ValueSource(longs = {0x60, 0x21, -8, Long.MAX_VALUE, Long.MIN_VALUE, 0x1_0000_0020L})
  void rejectsARelocationOutsideTheInstructions(long offset) {
    calls.put64(calls.offset(".rel?socket"), offset);
    rejects(
        "t.o, section ?socket, offset 0x%x: a relocation at 0x%x, which is no instruction"
            .formatted(slot("?socket", 0), offset));
  }

  @Test
  void rejectsHalfAnInstruction() {
    calls.put64(calls.header("tc") + 32, 0x6c);
    rejects(
        "t.o, section tc, offset 0x%x: the section ends inside an instruction: 108 bytes"
            .formatted(slot("tc", 13)));
  }

  @Test
  void rejectsHalfAWideInstructionAtTheEndOfItsFunction() {
    calls.put8(slot("tc", 13), 0x18);
    rejects(
        "t.o, section tc, offset 0x%x: a 64-bit immediate load without its second half"
            .formatted(slot("tc", 13)));
  }

  @ParameterizedTest
  @CsvSource({"4, 64", "48, 60", "48, 4"})
  void rejectsAFunctionThatIsNoRunOfInstructions(long place, long size) {
    calls.put64(calls.symbol("beside") + 8, place).put64(calls.symbol("beside") + 16, size);
    rejects(
        "t.o, section tc, offset 0x%x: function 'beside' of %d bytes is no run of instructions"
            .formatted(calls.offset("tc") + place, size));
  }

  @ParameterizedTest
  @CsvSource({
    "48, 72",
    "48, -8",
    "-8, 64",
    "120, 8",
    "48, 9223372036854775800",
    "9223372036854775800, 64"
  })
  void rejectsAFunctionBeyondItsSection(long place, long size) {
    calls.put64(calls.symbol("beside") + 8, place).put64(calls.symbol("beside") + 16, size);
    reading(calls)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(
            "function 'beside' of "
                + Long.toUnsignedString(size)
                + " bytes at 0x"
                + Long.toHexString(place));
  }

  @Test
  void aFunctionWithoutASizeReachesToTheNext() {
    calls.put64(calls.symbol("neighbour") + 16, 0).put64(calls.symbol("beside") + 16, 0);
    assertThat(ObjectSpec.read("t.o", calls.bytes()))
        .isEqualTo(ObjectSpec.read("t.o", TestObjects.bytes("core_calls")));
  }

  @Test
  void takesGlobalSymbolsForFunctionsWhereNoneSaysThatItIsOne() {
    calls.put8(calls.symbol("beside") + 4, 0x10).put8(calls.symbol("neighbour") + 4, 0x10);
    var expected = ObjectSpec.read("t.o", TestObjects.bytes("core_calls"));
    assertThat(ObjectSpec.read("t.o", calls.bytes()).program("beside").instructions())
        .isEqualTo(expected.program("beside").instructions());
  }

  @Test
  void codeWithoutFunctionsHasNoPrograms() {
    calls.put8(calls.symbol("beside") + 4, 0).put8(calls.symbol("neighbour") + 4, 0);
    assertThat(ObjectSpec.read("t.o", calls.bytes()).programs())
        .noneMatch(p -> p.section().equals("tc"));
  }

  @Test
  void aFunctionMayCallItself() {
    var file = new ElfEditor(TestObjects.bytes("core_calls"));
    // In `deepest`, instead of reading the sum again.
    file.put64(file.offset(".text") + 8 * 32, 0xfffffffa_00001085L);
    var program = ObjectSpec.read("t.o", file.bytes()).program("reversed");
    assertThat(program.subprograms()).hasSize(5);
  }
}
