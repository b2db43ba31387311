package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Types by their names, kinds without decoding, split BTF, and the layout area.
final class BtfNamesTest {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  private static Btf names() {
    return new BtfBytes()
        .type("task", BtfBytes.STRUCT, 0, 4)
        .type("task___old", BtfBytes.STRUCT, 0, 8)
        .type("", BtfBytes.STRUCT, 0, 1)
        .type("task", BtfBytes.TYPEDEF, 0, 1)
        .type("task___old___er", BtfBytes.STRUCT, 0, 8)
        .type("task____x", BtfBytes.STRUCT, 0, 8)
        .type("tas", BtfBytes.STRUCT, 0, 8)
        .read();
  }

  @ParameterizedTest
  @CsvSource({
    "a, a",
    "a___b, a",
    "a___b___c, a___b",
    "a____b, a____b",
    "___b, ___b",
    "a___, a___",
    "a_____b, a_____b",
    "a___b_, a",
    "a__b, a__b",
    "x_y___z, x_y",
    "a___b____c, a"
  })
  void aFlavourStandsBehindTheLastThreeUnderscores(String name, String essential) {
    assertThat(Btf.essentialName(name)).isEqualTo(essential);
    assertThat(Btf.sameEssentialName(name, essential + "___other"))
        .isEqualTo(Btf.essentialName(essential + "___other").equals(essential));
    assertThat(Btf.sameEssentialName(name, essential + "x")).isFalse();
    var btf = new BtfBytes().type(name, BtfBytes.STRUCT, 0, 4).read();
    assertThat(btf.essentialIds(essential)).containsExactly(1);
    assertThat(btf.ids(name)).containsExactly(1);
  }

  @Test
  void findsTypesByTheirExactNames() {
    assertThat(names().ids("task")).containsExactly(1, 4);
    assertThat(names().ids("task___old")).containsExactly(2);
    assertThat(names().ids("task___old___er")).containsExactly(5);
    assertThat(names().ids("ta")).isEmpty();
    assertThat(names().ids("tasks")).isEmpty();
    assertThat(names().ids("")).isEmpty();
  }

  @Test
  void findsTypesByTheirNamesWithoutFlavour() {
    assertThat(names().essentialIds("task")).containsExactly(1, 2, 4);
    assertThat(names().essentialIds("task___old")).containsExactly(5);
    assertThat(names().essentialIds("task____x")).containsExactly(6);
    assertThat(names().essentialIds("old")).isEmpty();
    assertThat(names().essentialIds("")).isEmpty();
  }

  @Test
  void findsNothingWhereThereAreNoTypes() {
    var btf = new BtfBytes().read();
    assertThat(btf.ids("int")).isEmpty();
    assertThat(btf.typeCount()).isEqualTo(1);
  }

  @Test
  void manyTypesOfOneNameAreAllFound() {
    var bytes = new BtfBytes();
    for (int i = 0; i < 100; i++) {
      bytes.type("same___" + i, BtfBytes.STRUCT, 0, i);
    }
    assertThat(bytes.read().essentialIds("same"))
        .hasSize(100)
        .isSorted()
        .startsWith(1)
        .endsWith(100);
  }

  @Test
  void namesThatAreMadeToCostTimeAreRejected() {
    var bytes = new BtfBytes();
    var name = bytes.string("x".repeat(60_000));
    for (int i = 0; i < 5_000; i++) {
      bytes.rawType(name, BtfBytes.STRUCT << 24, 0);
    }
    assertThatThrownBy(bytes::read)
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("name more text than such a file can have");
  }

  @Test
  void tellsOfTypesWithoutDecodingThem() {
    var elf = ElfFile.read("t", TestObjects.bytes("core_types"));
    var btf = Btf.read(elf.section(".BTF").orElseThrow().data());
    assertThat(btf.kind(0)).isEqualTo(Kind.VOID);
    assertThat(btf.name(0)).isEmpty();
    assertThat(btf.kind(28)).isEqualTo(Kind.STRUCT);
    assertThat(btf.name(28)).isEqualTo("everything");
    assertThat(btf.elementCount(28)).isEqualTo(17);
    assertThat(btf.sizeOrType(28)).isEqualTo(152);
    assertThat(btf.flag(28)).as("has bit fields").isTrue();
    assertThat(btf.rawSize(28)).isEqualTo(12 + 17 * 12);
    assertThat(btf.kind(3)).isEqualTo(Kind.FUNCTION);
    assertThat(btf.elementCount(3)).as("linkage").isEqualTo(1);
    assertThat(btf.sizeOrType(3)).as("prototype").isEqualTo(2);
    assertThat(btf.ids("everything")).containsExactly(28);
  }

  @Test
  void splitBtfContinuesTheIdsAndStringsOfItsBase() {
    var base = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).type("s", BtfBytes.STRUCT, 0, 4);
    var vmlinux = base.read();
    var builder = BtfBuilder.emptySplit(vmlinux);
    var pointer = builder.add(new BtfType.Pointer(1));
    var name = builder.add(new BtfType.Typedef("int", pointer));
    var own = builder.add(new BtfType.Typedef("s___mine", 2));
    var module = builder.build();

    assertThat(module.base()).contains(vmlinux);
    assertThat(vmlinux.base()).isEmpty();
    assertThat(module.firstId()).isEqualTo(3);
    assertThat(module.typeCount()).isEqualTo(6);
    assertThat(module.type(1)).isEqualTo(vmlinux.type(1));
    assertThat(module.name(name)).isEqualTo("int");
    assertThat(module.nameOffset(name)).as("the base has it").isEqualTo(vmlinux.nameOffset(1));
    assertThat(module.nameOffset(own)).isEqualTo(7);
    assertThat(module.type(own)).isEqualTo(new BtfType.Typedef("s___mine", 2));
    assertThat(module.size(own)).isEqualTo(4);
    assertThat(module.ids("int")).containsExactly(1, name);
    assertThat(module.essentialIds("s")).containsExactly(2, own);
    assertThat(vmlinux.essentialIds("s")).containsExactly(2);
    assertThatThrownBy(() -> module.type(6)).hasMessageContaining("ids end at 5");
    assertThatThrownBy(() -> module.type(-1)).hasMessageContaining("BTF type id -1");
  }

  @Test
  void splitBtfIsNotReadWithoutItsBase() {
    var base = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).read();
    var builder = BtfBuilder.emptySplit(base);
    builder.add(new BtfType.Typedef("name", 1));
    var bytes = builder.toBytes();
    assertThatThrownBy(() -> Btf.read("m", bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("first string is not empty");
  }

  @Test
  void splitBtfMayGoWithoutStringsOfItsOwn() {
    var base = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).read();
    var builder = BtfBuilder.emptySplit(base);
    builder.add(new BtfType.Pointer(1));
    assertThat(builder.build().type(2)).isEqualTo(new BtfType.Pointer(1));
  }

  @Test
  void theByteOrderIsThatOfTheMagicNumber() {
    var builder = BtfBuilder.empty(ByteOrder.BIG_ENDIAN);
    builder.add(new BtfType.Int("int", 4, 1, 0, 32));
    var btf = Btf.read("b", builder.toBytes());
    assertThat(btf.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
    assertThat(btf.type(1)).isEqualTo(new BtfType.Int("int", 4, 1, 0, 32));
  }

  @Test
  void aLayoutAreaTellsTheSizeOfKindsThatAreNotKnown() {
    var sizes = new int[2 * 21];
    sizes[2 * 20] = 4;
    sizes[2 * 20 + 1] = 8;
    var bytes =
        new BtfBytes()
            .type("later", 20, 2, 0, 1, 2, 3, 4, 5)
            .type("int", BtfBytes.INT, 0, 4, 32)
            .bytesWithLayout(sizes);
    var btf = BtfBytes.read(bytes);
    assertThat(btf.typeCount()).isEqualTo(3);
    assertThat(btf.kind(1)).isEqualTo(20);
    assertThat(btf.name(1)).isEqualTo("later");
    assertThat(btf.ids("later")).containsExactly(1);
    assertThat(btf.type(2)).isEqualTo(new BtfType.Int("int", 4, 0, 0, 32));
    assertThatThrownBy(() -> btf.type(1)).hasMessageContaining("BTF type 1 is of unknown kind 20");
    assertThat(BtfBuilder.copyOf(btf).toBytes()).isEqualTo(bytes);
  }

  @Test
  void aSplitBtfHasTheLayoutOfItsBase() {
    var sizes = new int[2 * 21];
    sizes[2 * 20] = 8;
    var base = BtfBytes.read(new BtfBytes().bytesWithLayout(sizes));
    var split = new BtfBytes().rawType(0, 20 << 24, 0, 1, 2).bytes();
    var data = FileBytes.of("m", split, ByteOrder.LITTLE_ENDIAN);
    assertThat(Btf.readSplit(data, base).kind(1)).isEqualTo(20);
  }

  @ParameterizedTest
  @CsvSource({
    "2,0,kind 20 has sizes that are no multiples of 4",
    "0,6,kind 20 has sizes that are no multiples of 4",
    "252,252,BTF type 1 of 516 bytes at 0x0 does not fit into 12 bytes"
  })
  void rejectsLayoutsThatCannotBe(int fixed, int element, String message) {
    var sizes = new int[2 * 21];
    sizes[2 * 20] = fixed;
    sizes[2 * 20 + 1] = element;
    var bytes = new BtfBytes().type("later", 20, 1, 0).bytesWithLayout(sizes);
    assertThatThrownBy(() -> BtfBytes.read(bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rejectsALayoutThatLacksTheKind() {
    var bytes = new BtfBytes().type("later", 20, 1, 0).bytesWithLayout(new int[2 * 20]);
    assertThatThrownBy(() -> BtfBytes.read(bytes))
        .hasMessageContaining("BTF type 1 is of unknown kind 20");
  }

  @ParameterizedTest
  @CsvSource({"24,2", "24,0", "28,3", "28,80"})
  void rejectsALayoutAreaInAWrongPlace(int field, int value) {
    var bytes = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).bytesWithLayout(new int[2 * 19]);
    java.nio.ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(field, value);
    assertThatThrownBy(() -> BtfBytes.read(bytes))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("layout area");
  }

  @Test
  void readsTheTypesOfTheKernel() throws Exception {
    Assumptions.assumeTrue(Files.isReadable(KERNEL), "this kernel has no BTF");
    var bytes = Files.readAllBytes(KERNEL);
    var btf = Btf.read("vmlinux", bytes);
    assertThat(btf.essentialIds("task_struct")).isNotEmpty();
    for (var id : btf.ids("task_struct")) {
      assertThat(btf.name(id)).isEqualTo("task_struct");
    }
    assertThat(btf.ids("no_such_type_anywhere")).isEmpty();
    for (int id = 1; id < btf.typeCount(); id += 97) {
      var name = new String(btf.name(id).getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      if (!name.isEmpty()) {
        assertThat(btf.ids(name)).contains(id);
        assertThat(btf.essentialIds(Btf.essentialName(name))).contains(id);
      }
    }
  }
}
