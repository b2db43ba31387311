package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.ebpf4j.linker.Linking.bytes;
import static org.ebpf4j.linker.Linking.input;
import static org.ebpf4j.linker.Linking.link;
import static org.ebpf4j.linker.Linking.read;
import static org.ebpf4j.linker.Linking.relocations;
import static org.ebpf4j.linker.Linking.sections;
import static org.ebpf4j.linker.Linking.symbol;
import static org.ebpf4j.linker.Linking.symbols;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.elf.ElfEditor;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.IncompatibleObjectsException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ObjectLinkerTest {
  private static final int HIDDEN = 2;

  private static byte[] linkEdited(ElfEditor first, String second) {
    return ObjectLinker.link(
        "linked.bpf.o", List.of(input("edited", first.bytes()), input(second)));
  }

  private static ElfEditor editor(String name) {
    return new ElfEditor(TestObjects.bytes(name));
  }

  /// Sets binding and visibility of a symbol.
  private static ElfEditor bind(String object, String name, int binding, int visibility) {
    var editor = editor(object);
    var at = editor.symbol(name);
    return editor.put8(at + 4, binding << 4 | (editor.u16(at + 4) & 0xf)).put8(at + 5, visibility);
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "link_extern"})
  void linksAsBpftoolDoes(String pair) {
    var expected = read(TestObjects.bytes(pair + "_by_bpftool"));
    var linked = read(link(pair + "_first", pair + "_second"));
    assertThat(sections(linked)).isEqualTo(sections(expected));
    for (var section : expected.sections()) {
      if (section.type() == ElfFile.SHT_PROGBITS && !section.name().startsWith(".BTF")) {
        assertThat(bytes(linked, section.name()))
            .as(section.name())
            .isEqualTo(section.data().copy());
      }
    }
    assertThat(symbols(linked)).isEqualTo(symbols(expected));
    assertThat(relocations(linked)).isEqualTo(relocations(expected));
  }

  @Test
  void localSymbolsStandBeforeTheOthers() {
    var linked = read(link("link_first", "link_second"));
    var table = linked.section(".symtab").orElseThrow();
    assertThat(linked.symbols().subList(0, table.info()))
        .allMatch(s -> s.binding() == Symbol.LOCAL);
    assertThat(linked.symbols().subList(table.info(), linked.symbols().size()))
        .isNotEmpty()
        .noneMatch(s -> s.binding() == Symbol.LOCAL);
  }

  @Test
  void bothByteOrdersAreLinkedAlike() {
    var little = read(link("link_first", "link_second"));
    var big = read(link("link_big_first", "link_big_second"));
    assertThat(big.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(sections(big)).isEqualTo(sections(little));
    assertThat(symbols(big))
        .isEqualTo(symbols(little).stream().map(s -> s.replace("link_", "link_big_")).toList());
    assertThat(relocations(big)).isEqualTo(relocations(little));
    for (var section : little.sections().stream().filter(Section::executable).toList()) {
      var one = ByteBuffer.wrap(section.data().copy()).order(ByteOrder.LITTLE_ENDIAN);
      var other = ByteBuffer.wrap(bytes(big, section.name()));
      for (int at = 0; at < one.capacity(); at += 8) {
        assertThat(other.getInt(at + 4)).isEqualTo(one.getInt(at + 4));
      }
    }
  }

  @Test
  void whatIsLinkedIsAnObjectLikeOthers() {
    var spec = ObjectSpec.read("linked.bpf.o", link("link_first", "link_second"));
    assertThat(spec.license()).isEqualTo("GPL");
    assertThat(spec.programs())
        .extracting(ProgramSpec::name)
        .containsExactly("first", "second", "other");
    assertThat(spec.maps())
        .extracting(map -> map.name())
        .containsExactly("points", "counts", ".rodata", ".data", ".bss");
    assertThat(spec.program("first").subprograms())
        .extracting(s -> s.name())
        .containsExactly("first", "look", "twice", "scale", "chosen", "add", "scale", "length");
    assertThat(spec.program("first").lines())
        .extracting(l -> l.file())
        .contains("./link_first.bpf.c", "./link_second.bpf.c");
  }

  @Test
  void linkingAgainChangesNothing() {
    var linked = link("link_first", "link_second");
    assertThat(ObjectLinker.link("again.bpf.o", List.of(input("linked", linked))))
        .isEqualTo(linked);
  }

  @Test
  void partsCanBeLinkedBeforeTheWhole() {
    var parts = List.of(input("a", link("link_first")), input("b", link("link_second")));
    var whole = read(ObjectLinker.link("whole.bpf.o", parts));
    var atOnce = read(link("link_first", "link_second"));
    assertThat(sections(whole)).isEqualTo(sections(atOnce));
    assertThat(symbols(whole)).isEqualTo(symbols(atOnce));
    assertThat(relocations(whole)).isEqualTo(relocations(atOnce));
  }

  @Test
  void anExternWithoutADefinitionStaysOne() {
    var linked = read(link("link_first"));
    assertThat(symbol(linked, "in_second").section()).isZero();
    assertThat(symbol(linked, "counts").section()).isZero();
    assertThat(symbol(linked, "add").section()).isZero();
  }

  @Test
  void theStrongDefinitionWins() {
    for (var objects :
        List.of(List.of("link_first", "link_second"), List.of("link_second", "link_first"))) {
      var linked = read(link(objects.toArray(String[]::new)));
      var data = ByteBuffer.wrap(bytes(linked, ".data")).order(ByteOrder.LITTLE_ENDIAN);
      var strong = symbol(linked, "weak_here");
      assertThat(strong.binding()).isEqualTo(Symbol.GLOBAL);
      assertThat(data.getInt((int) strong.value())).isEqualTo(10);
      assertThat(symbol(linked, "chosen").binding()).isEqualTo(Symbol.GLOBAL);
    }
  }

  @Test
  void ofTwoWeakDefinitionsTheFirstWins() {
    var linked = read(link("link_second", "link_first"));
    var data = ByteBuffer.wrap(bytes(linked, ".data")).order(ByteOrder.LITTLE_ENDIAN);
    var weak = symbol(linked, "weak_in_both");
    assertThat(weak.binding()).isEqualTo(Symbol.WEAK);
    assertThat(data.getInt((int) weak.value())).isEqualTo(11);
  }

  @Test
  void aStrongDeclarationMakesAWeakDefinitionStrong() {
    var linked = read(linkEdited(bind("link_second", "add", Symbol.WEAK, 0), "link_first"));
    assertThat(symbol(linked, "add").binding()).isEqualTo(Symbol.GLOBAL);
  }

  @Test
  void weakDeclarationsStayWeak() {
    var weak = bind("link_first", "add", Symbol.WEAK, 0);
    var linked = read(ObjectLinker.link("linked.bpf.o", List.of(input("edited", weak.bytes()))));
    assertThat(symbol(linked, "add").binding()).isEqualTo(Symbol.WEAK);
  }

  @Test
  void theStricterVisibilityHolds() {
    var declared =
        read(linkEdited(bind("link_first", "add", Symbol.GLOBAL, HIDDEN), "link_second"));
    assertThat(symbol(declared, "add").visibility()).isEqualTo(HIDDEN);
    assertThat(symbol(declared, "add").type()).isEqualTo(Symbol.FUNCTION);
    var defined = read(linkEdited(bind("link_second", "add", Symbol.GLOBAL, HIDDEN), "link_first"));
    assertThat(symbol(defined, "add").visibility()).isEqualTo(HIDDEN);
    assertThat(symbol(defined, "length").visibility()).isZero();
  }

  @Test
  void aFunctionOfTheKernelThatBothDeclareIsOne() {
    var linked = read(link("link_extern_first", "link_extern_third"));
    assertThat(linked.symbols()).filteredOn(s -> s.name().equals("bpf_rcu_read_lock")).hasSize(1);
    assertThat(symbol(linked, "bpf_rcu_read_lock").binding()).isEqualTo(Symbol.GLOBAL);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          link_license      | license   | section 'license' of A and B holds different things
          link_duplicate    | add       | 'add' is defined by A and by B; one of them must be weak or static
          link_bad_variable | in_second | 'in_second' of A and B has sizes
          link_bad_function | add       | 'add' of A and B has
          link_bad_map      | counts    | map 'counts' of A and B has max_entries
          """)
  void contradictionsNameBothFiles(String other, String subject, String message) {
    for (var names : List.of(List.of("link_second", other), List.of(other, "link_second"))) {
      var said =
          message.replace("A", names.get(0) + ".bpf.o").replace("B", names.get(1) + ".bpf.o");
      assertThatExceptionOfType(IncompatibleObjectsException.class)
          .isThrownBy(() -> link(names.toArray(String[]::new)))
          .withMessageStartingWith(said)
          .satisfies(e -> assertThat(e.subject()).isEqualTo(subject));
    }
  }

  @Test
  void oneByteOrderOnly() {
    assertThatExceptionOfType(IncompatibleObjectsException.class)
        .isThrownBy(() -> link("link_first", "link_big_second"))
        .withMessage("link_first.bpf.o is LITTLE_ENDIAN, link_big_second.bpf.o is BIG_ENDIAN");
  }

  @Test
  void anObjectOnlyFitsOnce() {
    assertThatExceptionOfType(IncompatibleObjectsException.class)
        .isThrownBy(() -> link("link_first", "link_first"))
        .withMessageContaining("'twice' is defined by link_first.bpf.o and by link_first.bpf.o");
  }

  @Test
  void dataCannotReferToSomethingStatic() {
    assertThatExceptionOfType(RelocationException.class)
        .isThrownBy(() -> link("link_second", "link_static_data"))
        .withMessage(
            "link_static_data.bpf.o, section .data: data at offset 0 refers to something static,"
                + " which linking cannot move; let it be global");
  }

  @Test
  void globalSymbolsWantBtf() {
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> link("link_no_btf"))
        .withMessageContaining("link_no_btf.bpf.o")
        .withMessageContaining("compile with -g");
  }

  @Test
  void thereMustBeSomethingToLink() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ObjectLinker.link("linked.bpf.o", List.of()));
  }
}
