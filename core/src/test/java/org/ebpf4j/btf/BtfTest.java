package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The types that clang-19 wrote for `core_types.bpf.c`; the ids are its.
final class BtfTest {
  private static final int EVERYTHING = 28;

  private final Btf types = read("core_types");

  private static Btf read(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    return Btf.read(elf.section(".BTF").orElseThrow().data());
  }

  @Test
  void knowsEveryKindThatTheFormatHas() {
    Set<Class<?>> seen = new HashSet<>();
    for (int id = 0; id < types.typeCount(); id++) {
      seen.add(types.type(id).getClass());
    }
    assertThat(types.typeCount()).isEqualTo(66);
    assertThat(seen).containsExactlyInAnyOrder(BtfType.class.getPermittedSubclasses());
  }

  @Test
  void typeZeroIsVoid() {
    assertThat(types.type(0)).isEqualTo(new BtfType.Void());
  }

  @Test
  void readsNumbers() {
    assertThat(types.type(1)).isEqualTo(new BtfType.Int("int", 4, 1, 0, 32));
    assertThat(types.type(8)).isEqualTo(new BtfType.Int("unsigned int", 4, 0, 0, 32));
    assertThat(types.type(33)).isEqualTo(new BtfType.Int("_Bool", 1, 4, 0, 8));
    assertThat(types.type(56)).isEqualTo(new BtfType.Floating("double", 8));
  }

  @Test
  void readsEnumerationsOfBothWidthsAndSigns() {
    assertThat(types.type(35))
        .isEqualTo(
            new BtfType.Enum(
                "color",
                4,
                false,
                false,
                List.of(new Enumerator("RED", 0), new Enumerator("GREEN", 7))));
    assertThat(types.type(36))
        .isEqualTo(
            new BtfType.Enum(
                "signs",
                4,
                true,
                false,
                List.of(new Enumerator("BELOW", -2), new Enumerator("ABOVE", 3))));
    assertThat(types.type(37))
        .isEqualTo(
            new BtfType.Enum(
                "wide",
                8,
                false,
                true,
                List.of(new Enumerator("SMALL", 1), new Enumerator("LARGE", 0x1_0000_0002L))));
    assertThat(types.type(38))
        .isEqualTo(
            new BtfType.Enum(
                "wide_signs",
                8,
                true,
                true,
                List.of(new Enumerator("FAR_BELOW", -0x1_0000_0002L))));
  }

  @Test
  void readsStructsWithBitFields() {
    assertThat(types.type(EVERYTHING))
        .isInstanceOfSatisfying(
            BtfType.Struct.class,
            struct -> {
              assertThat(struct.name()).isEqualTo("everything");
              assertThat(struct.size()).isEqualTo(152);
              assertThat(struct.union()).isFalse();
              assertThat(struct.members())
                  .hasSize(17)
                  .startsWith(new Member("total", 30, 0, 0), new Member("yes", 33, 64, 0))
                  .contains(new Member("low", 8, 416, 3), new Member("high", 1, 419, 7))
                  .endsWith(new Member("many", 55, 768, 0), new Member("real", 56, 1152, 0));
            });
  }

  @Test
  void readsUnionsArraysAndForwardDeclarations() {
    assertThat(types.type(39))
        .isEqualTo(
            new BtfType.Struct(
                "either",
                12,
                true,
                List.of(new Member("number", 1, 0, 0), new Member("letters", 40, 0, 0))));
    assertThat(types.type(40)).isEqualTo(new BtfType.Array(34, 10, 12));
    assertThat(types.type(42)).isEqualTo(new BtfType.Forward("unseen", false));
    assertThat(types.type(44)).isEqualTo(new BtfType.Forward("unseen_union", true));
  }

  @Test
  void readsPointersNamesAndQualifiers() {
    assertThat(types.type(45)).isEqualTo(new BtfType.Pointer(EVERYTHING));
    assertThat(types.type(30)).isEqualTo(new BtfType.Const(31));
    assertThat(types.type(31)).isEqualTo(new BtfType.Volatile(32));
    assertThat(types.type(32)).isEqualTo(new BtfType.Typedef("counter", 15));
    assertThat(types.type(48)).isEqualTo(new BtfType.Restrict(49));
    assertThat(types.type(51)).isEqualTo(new BtfType.TypeTag("user", 1));
  }

  @Test
  void readsFunctionsVariablesAndTags() {
    assertThat(types.type(2))
        .isEqualTo(new BtfType.Prototype(1, List.of(new Parameter("number", 1))));
    assertThat(types.type(47))
        .isEqualTo(new BtfType.Prototype(1, List.of(new Parameter("", 45), new Parameter("", 48))));
    assertThat(types.type(3)).isEqualTo(new BtfType.Function("twice", 2, 1));
    assertThat(types.type(25)).isEqualTo(new BtfType.Variable("limit", 22, 1));
    assertThat(types.type(27)).isEqualTo(new BtfType.Variable("hidden", 26, 0));
    assertThat(types.type(29)).isEqualTo(new BtfType.DeclarationTag("whole", EVERYTHING, -1));
    assertThat(types.type(4)).isEqualTo(new BtfType.DeclarationTag("argument", 3, 0));
  }

  @Test
  void findsDataSectionsByName() {
    assertThat(types.dataSection(".bss"))
        .contains(
            new DataSection(
                ".bss",
                0,
                List.of(new SectionVariable(27, 0, 4), new SectionVariable(57, 0, 152))));
    assertThat(types.dataSection(".data")).isEmpty();
  }

  @Test
  void followsNamesAndQualifiersToTheTypeBehind() {
    assertThat(types.resolve(30)).as("const volatile counter").isEqualTo(15);
    assertThat(types.resolve(48)).as("restrict pointer").isEqualTo(49);
    assertThat(types.resolve(51)).as("type tag").isEqualTo(1);
    assertThat(types.resolve(15)).isEqualTo(15);
    assertThat(types.resolve(0)).isZero();
  }

  @Test
  void tellsSizes() {
    assertThat(List.of(1, 15, 33, 36, 38, 39, 45, 56))
        .extracting(types::size)
        .containsExactly(4L, 8L, 1L, 4L, 8L, 12L, 8L, 8L);
    assertThat(types.size(EVERYTHING)).isEqualTo(152);
    assertThat(types.size(30)).as("const volatile counter").isEqualTo(8);
    assertThat(types.size(55)).as("counters[2]").isEqualTo(48);
    assertThat(types.size(25)).as("a variable").isEqualTo(2);
  }

  @Test
  void tellsAlignments() {
    assertThat(List.of(1, 15, 33, 36, 38, 39, 45, 56, EVERYTHING, 30, 55))
        .extracting(types::alignment)
        .containsExactly(4, 8, 1, 4, 8, 4, 8, 8, 8, 8, 8);
  }

  @Test
  void packedStructsAlignToBytes() {
    var btf =
        new BtfBytes()
            .type("int", BtfBytes.INT, 0, 4, 32)
            .type("odd_place", BtfBytes.STRUCT, 1, 8, 0, 1, 8)
            .type("odd_size", BtfBytes.STRUCT, 1, 5, 0, 1, 0)
            .type("even", BtfBytes.STRUCT, 1, 8, 0, 1, 32)
            .type("", BtfBytes.ARRAY, 0, 0, 4, 1, 2)
            .type("empty", BtfBytes.STRUCT, 0, 0)
            .read();
    assertThat(List.of(2, 3, 4, 5, 6)).extracting(btf::alignment).containsExactly(1, 1, 4, 4, 1);
  }

  @Test
  void fillsTheSectionsThatClangLeftOpenInTheOrderOfTheirVariables() {
    var layout = new Btf.Layout(160, Map.of("hidden", 152L, "anything", 0L, "elsewhere", 4L));
    var filled = BtfBytes.read(types.bytes(Map.of(".bss", layout)));
    assertThat(filled.dataSection(".bss"))
        .contains(
            new DataSection(
                ".bss",
                160,
                List.of(new SectionVariable(57, 0, 152), new SectionVariable(27, 152, 4))));
    for (int id = 0; id < types.typeCount(); id++) {
      if (!(types.type(id) instanceof DataSection section && section.name().equals(".bss"))) {
        assertThat(filled.type(id)).isEqualTo(types.type(id));
      }
    }
  }

  @Test
  void leavesTheBytesAloneWhereNothingIsToBeFilled() {
    var elf = ElfFile.read("t", TestObjects.bytes("core_types"));
    assertThat(types.bytes(Map.of())).isEqualTo(elf.section(".BTF").orElseThrow().data().copy());
  }

  @Test
  void fillsBigEndianTypesInTheirByteOrder() {
    var big = read("core_big_endian");
    var before = big.dataSection(".data").orElseThrow();
    var bytes =
        big.bytes(Map.of(".data", new Btf.Layout(0x01020304, Map.of("start", 0x0a0b0c0dL))));
    var filled =
        Btf.read(org.ebpf4j.elf.FileBytes.of("b", bytes, java.nio.ByteOrder.BIG_ENDIAN))
            .dataSection(".data")
            .orElseThrow();
    assertThat(filled.size()).isEqualTo(0x01020304);
    assertThat(filled.variables())
        .extracting(SectionVariable::variable, SectionVariable::offset)
        .containsExactly(tuple(before.variables().getFirst().variable(), 0x0a0b0c0dL));
  }
}
