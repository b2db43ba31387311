package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.ebpf4j.linker.Linking.input;

import java.util.List;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.error.IncompatibleObjectsException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Each thing that linking wants of a file, broken.
final class MalformedInputTest {
  private static final int NAME = 0;
  private static final int TYPE = 4;
  private static final int FLAGS = 8;
  private static final int SIZE = 32;
  private static final int INFO = 44;
  private static final int ALIGNMENT = 48;
  private static final int ENTRY_SIZE = 56;

  private final ElfEditor file = new ElfEditor(TestObjects.bytes("link_second"));

  private void fails(String section, String problem) {
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() ->
            ObjectLinker.link("out.o", List.of(input("link_first"), input("bad", file.bytes()))))
        .withMessageContaining(problem)
        .satisfies(e -> {
          assertThat(e.file()).isEqualTo("bad.bpf.o");
          assertThat(e.section()).isEqualTo(section);
        });
  }

  @Test
  void machine() {
    file.put16(18, 0);
    fails("", "made for no machine");
  }

  @Test
  void sectionWithoutAName() {
    file.put32(file.header("tc") + NAME, 0);
    fails("", "has no name");
  }

  @Test
  void sectionOfAnotherType() {
    file.put32(file.header("license") + TYPE, 7);
    fails("license", "of type 7, which is not linked");
  }

  @Test
  void alignmentThatIsNoPowerOfTwo() {
    file.put64(file.header(".data") + ALIGNMENT, 12);
    fails(".data", "aligned to 12 bytes, which is no power of two");
  }

  @Test
  void alignmentBeyondReason() {
    file.put64(file.header(".data") + ALIGNMENT, 1L << 40);
    fails(".data", "aligned to 1099511627776 bytes");
  }

  @Test
  void zeroesBeyondReason() {
    file.put64(file.header(".rodata") + ALIGNMENT, 8).put64(file.header(".data") + SIZE, -1);
    file.put32(file.header(".data") + TYPE, 8);
    assertThatExceptionOfType(IncompatibleObjectsException.class)
        .isThrownBy(() ->
            ObjectLinker.link("out.o", List.of(input("link_first"), input("bad", file.bytes()))))
        .withMessage("section '.data' of link_first.bpf.o and bad.bpf.o has types 1 and 8");
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> ObjectLinker.link("out.o", List.of(input("bad", file.bytes()))))
        .withMessageContaining("variables of 18446744073709551615 bytes")
        .withMessageContaining(", of which at most 2146435071 fit in out.o")
        .satisfies(e -> assertThat(e.advice()).startsWith("make the variables smaller"));
  }

  /// Room that another file has taken is not there for the next one.
  @Test
  void zeroesOfFilesThatAreTooManyTogether() {
    var calls = new ElfEditor(TestObjects.bytes("core_calls"));
    calls.put64(calls.header(".bss") + SIZE, 1L << 30);
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() ->
            ObjectLinker.link(
                "out.o", List.of(input("a", calls.bytes()), input("b", calls.bytes()))))
        .withMessage(
            "b.bpf.o, section .bss, offset 0x0: variables of 1073741824 bytes, of which at most"
                + " 1072693247 fit in out.o after those of other files");
  }

  @Test
  void halfAnInstruction() {
    file.put64(file.header("tc") + SIZE, 12);
    fails("tc", "no whole number of instructions");
  }

  @Test
  void noSymbolTable() {
    file.put32(file.header(".symtab") + TYPE, 1);
    fails(".rel.text", "relocations by symbols of section");
  }

  @Test
  void symbolsOfAnotherSize() {
    file.put64(file.header(".symtab") + ENTRY_SIZE, 16);
    fails(".symtab", "a symbol table with entries of 16 bytes");
  }

  @Test
  void nullSymbolThatIsNot() {
    file.put32(file.offset(".symtab") + 8, 1);
    fails(".symtab", "is the first and should be empty");
  }

  @Test
  void bindingThatIsUnknown() {
    file.put8(file.symbol("add") + 4, 0xa2);
    fails(".symtab", "symbol 'add' is bound in way 10");
  }

  @Test
  void visibilityThatIsUnknown() {
    file.put8(file.symbol("add") + 5, 1);
    fails(".symtab", "symbol 'add' has visibility 1");
  }

  @Test
  void externWithAType() {
    file.put16(file.symbol("add") + 6, 0);
    fails(".symtab", "symbol 'add' is no extern, but in no section");
  }

  @Test
  void symbolOfTheMiddleOfASection() {
    file.put64(file.offset(".symtab") + ElfEditor.SYMBOL * 2 + 8, 8);
    fails(".symtab", "stands for a section, but not for its start");
  }

  @Test
  void symbolInASectionWithoutData() {
    file.put16(file.symbol("add") + 6, file.index(".symtab"));
    fails(".symtab", "symbol 'add' in a section without data");
  }

  @Test
  void relocationsOfAnotherSize() {
    file.put64(file.header(".reltc") + ENTRY_SIZE, 24);
    fails(".reltc", "relocations of 24 bytes");
  }

  @Test
  void relocationsOfAnotherSection() {
    file.put32(file.header(".reltc") + INFO, file.index("socket"));
    fails(".reltc", "which its name does not say");
  }

  @Test
  void relocationOfAnUnknownType() {
    file.put32(file.offset(".reltc") + 8, 99);
    fails(".reltc", "a relocation of unknown type 99");
  }

  @Test
  void relocationAgainstNothing() {
    file.put32(file.offset(".reltc") + 12, 0);
    fails(".reltc", "relocation against symbol 0");
    file.put32(file.offset(".reltc") + 12, 0x10000);
    fails(".reltc", "relocation against symbol 65536");
  }

  @Test
  void relocationOutsideOfTheSection() {
    file.put64(file.offset(".reltc"), file.size("tc"));
    fails(".reltc", "what is no instruction or value of section 'tc'");
  }

  @Test
  void relocationBetweenInstructions() {
    file.put64(file.offset(".reltc"), 4);
    fails(".reltc", "what is no instruction or value of section 'tc'");
  }

  @Test
  void relocationAgainstWhatIsLeftOut() {
    // The index of a symbol in section license, which the first file has already.
    var license = (file.symbol("_license") - file.offset(".symtab")) / ElfEditor.SYMBOL;
    file.put32(file.offset(".reltc") + 12, license);
    assertThatExceptionOfType(RelocationException.class)
        .isThrownBy(() ->
            ObjectLinker.link("out.o", List.of(input("link_first"), input("bad", file.bytes()))))
        .withMessageContaining("bad.bpf.o, section tc")
        .withMessageContaining("refers to '_license', whose section is not linked");
  }

  @Test
  void flagsThatDiffer() {
    file.put64(file.header(".data") + FLAGS, 2);
    assertThatExceptionOfType(IncompatibleObjectsException.class)
        .isThrownBy(() ->
            ObjectLinker.link("out.o", List.of(input("link_first"), input("bad", file.bytes()))))
        .withMessage("section '.data' of link_first.bpf.o and bad.bpf.o has flags 3 and 2");
  }

  @Test
  void variableWithoutASymbol() {
    file.put8(file.symbol("in_second") + 4, 0x12);
    fails(".data", "variable 'in_second' of BTF has no symbol in section '.data'");
  }

  @Test
  void recordsThatAreNoBtf() {
    file.put16(file.offset(".BTF.ext"), 0x1234);
    fails(".BTF.ext", "not BTF: magic 0x1234");
  }

  @Test
  void recordsOfAnUnknownVersion() {
    file.put8(file.offset(".BTF.ext") + 2, 9);
    fails(".BTF.ext", "version or flags that are unknown");
  }

  @Test
  void recordsOfNoSize() {
    var area = file.offset(".BTF.ext") + 32;
    file.put32(area, 6);
    fails(".BTF.ext", "records of 6 bytes");
  }

  @Test
  void noRecords() {
    var area = file.offset(".BTF.ext") + 32;
    file.put32(area + 8, 0);
    fails(".BTF.ext", "a section without records");
  }

  @Test
  void recordsOfAnUnknownType() {
    var area = file.offset(".BTF.ext") + 32;
    file.put32(area + 16, 0x7fff);
    fails(".BTF.ext", "a record with BTF type 32767");
  }

  @Test
  void recordsOfAnUnknownSection() {
    var area = file.offset(".BTF.ext") + 32;
    file.put32(area + 4, 0);
    fails(".BTF.ext", "records of section '', which is not there");
  }
}
