package org.ebpf4j.btf.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfBytes;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.Golden;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The committed text was compared with what libbpf's `btf_dump` prints of the same objects, and
/// compiled with checks of all sizes and offsets.
final class CDeclarationsTest {
  private static final BtfType INT = new BtfType.Int("int", 4, 1, 0, 32);

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final int number = builder.add(INT);

  private static Btf read(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    return Btf.read(elf.section(".BTF").orElseThrow().data());
  }

  private static String all(Btf btf) {
    var out = new StringBuilder();
    try {
      new CDeclarations(btf).writeAll(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toString();
  }

  private String all() {
    return all(builder.build());
  }

  private String declaration(int id, String name) {
    return new CDeclarations(builder.build()).declaration(id, name);
  }

  private int struct(String name, long size, Member... members) {
    return builder.add(new Struct(name, size, false, List.of(members)));
  }

  private static Member member(String name, int type, long bitOffset) {
    return new Member(name, type, bitOffset, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "btf_layout", "core_big_endian"})
  void writesAllTypesAsCommitted(String object) throws IOException {
    Golden.check(object + ".c.txt", all(read(object)));
  }

  @Test
  void writesAHeaderThatRelocatesAccesses() throws IOException {
    var out = new StringBuilder();
    struct("point", 4, member("x", number, 0));
    new CDeclarations(builder.build()).writeHeader(out);
    assertThat(out)
        .hasToString(
            """
            #ifndef __VMLINUX_H__
            #define __VMLINUX_H__

            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
            #endif

            struct point {
            \tint x;
            };

            #ifndef BPF_NO_PRESERVE_ACCESS_INDEX
            #pragma clang attribute pop
            #endif

            #endif /* __VMLINUX_H__ */
            """);
  }

  @Test
  void writesOneTypeBehindThoseItNeeds() {
    var types = read("btf_layout");
    assertThat(new CDeclarations(types).definition(types.ids("bits_packed")[0]))
        .isEqualTo(
            """
            struct bits_packed {
            \tchar a;
            \tunsigned int b: 13;
            \tunsigned int c: 20;
            \tlong d: 40;
            \tchar e;
            } __attribute__((packed));

            """);
    assertThat(new CDeclarations(types).definition(types.ids("inside_packed")[0]))
        .startsWith("struct packed_all {")
        .contains("\n\nstruct packed_size {")
        .endsWith("\tstruct packed_size c[3];\n};\n\n");
  }

  @Test
  void writesWhatSeveralTypesNeedOnce() {
    var types = read("btf_layout");
    var both = List.of(types.ids("second")[0], types.ids("third")[0]);
    assertThat(new CDeclarations(types).definitions(both)).containsOnlyOnce("struct second {");
    assertThat(new CDeclarations(types).definition(both.getLast())).contains("struct second {");
  }

  @Test
  void declaresNames() {
    var pointer = builder.add(new BtfType.Pointer(number));
    var array = builder.add(new BtfType.Array(pointer, number, 4));
    var prototype = builder.add(new BtfType.Prototype(array, List.of(new Parameter("", 0))));
    assertThat(declaration(number, "x")).isEqualTo("int x");
    assertThat(declaration(pointer, "x")).isEqualTo("int *x");
    assertThat(declaration(array, "x")).isEqualTo("int *x[4]");
    assertThat(declaration(pointer, "")).isEqualTo("int *");
    assertThat(declaration(0, "")).isEqualTo("void");
    assertThat(declaration(builder.add(new BtfType.Pointer(0)), "x")).isEqualTo("void *x");
    assertThat(declaration(prototype, "x")).isEqualTo("int *(x(void))[4]");
  }

  @Test
  void leavesOutTheQualifiersThatGccGivesArraysAndFunctions() {
    var array = builder.add(new BtfType.Array(builder.add(new BtfType.Const(number)), number, 2));
    var prototype = builder.add(new BtfType.Prototype(0, List.of()));
    assertThat(declaration(builder.add(new BtfType.Const(array)), "x")).isEqualTo("const int x[2]");
    assertThat(
            declaration(
                builder.add(new BtfType.Pointer(builder.add(new BtfType.Volatile(prototype)))),
                "x"))
        .isEqualTo("void (*x)(void)");
  }

  @Test
  void writesTagsAndAttributes() {
    var tag = builder.add(new BtfType.TypeTag("user", number));
    var attribute = builder.add(new BtfType.TypeTag("address_space(1)", number, true));
    var late = builder.add(new BtfType.Const(tag));
    assertThat(declaration(builder.add(new BtfType.Pointer(tag)), "x"))
        .isEqualTo("int __attribute__((btf_type_tag(\"user\"))) *x");
    assertThat(declaration(builder.add(new BtfType.Pointer(attribute)), "x"))
        .isEqualTo("int __attribute__((address_space(1))) *x");
    assertThat(declaration(builder.add(new BtfType.Pointer(late)), "x"))
        .isEqualTo("int __attribute__((btf_type_tag(\"user\"))) const *x");
  }

  @Test
  void givesEachTypeOfOneNameANameOfItsOwn() {
    var first = struct("same", 4, member("a", number, 0));
    var second = builder.add(new Struct("same", 4, true, List.of(member("b", number, 0))));
    builder.add(new BtfType.Typedef("same", first));
    builder.add(new BtfType.Typedef("same", second));
    builder.add(new BtfType.Enum("e", 4, false, false, List.of(new Enumerator("same", 0))));
    assertThat(all())
        .contains("struct same {", "union same___2 {")
        .contains("typedef struct same same;", "typedef union same___2 same___2;")
        .contains("\tsame___3 = 0,");
  }

  @Test
  void keepsTheNamesOfWhatIsOnlyAnnounced() {
    struct("same", 4, member("a", number, 0));
    builder.add(new BtfType.Forward("same", false));
    builder.add(new BtfType.Enum("same", 0, false, false, List.of()));
    assertThat(all()).contains("struct same {", "struct same;", "enum same;");
  }

  @Test
  void writesEnumsWithoutNamesThatNothingUses() {
    builder.add(
        new BtfType.Enum(
            "", 4, true, false, List.of(new Enumerator("A", -1), new Enumerator("B", 2))));
    assertThat(all()).isEqualTo("enum {\n\tA = -1,\n\tB = 2,\n};\n\n");
  }

  @Test
  void writesEnumsOfAllSizes() {
    builder.add(new BtfType.Enum("byte", 1, false, false, List.of(new Enumerator("A", 1))));
    builder.add(new BtfType.Enum("word", 8, false, true, List.of(new Enumerator("B", 1))));
    builder.add(new BtfType.Enum("long", 8, true, true, List.of(new Enumerator("C", -1))));
    builder.add(new BtfType.Enum("u32", 4, false, false, List.of(new Enumerator("D", 1L << 31))));
    assertThat(all())
        .contains("A = 1,\n} __attribute__((mode(byte)));")
        .contains("B = 1ULL,\n} __attribute__((mode(word)));")
        .contains("C = -1LL,\n};")
        .contains("D = 2147483648,\n};");
  }

  @Test
  void writesTypedefsOfTheCompilersOwn() {
    builder.add(new BtfType.Typedef("__gnuc_va_list", 0));
    var list = builder.add(new BtfType.Typedef("__builtin_va_list", number));
    builder.add(new BtfType.Typedef("va_list", list));
    builder.add(new BtfType.Int("__Poly8_t", 1, 0, 0, 8));
    var poly = builder.add(new BtfType.Int("__Poly16_t", 2, 0, 0, 16));
    struct("vector", 2, member("a", poly, 0));
    assertThat(all())
        .isEqualTo(
            """
            typedef __builtin_va_list __gnuc_va_list;

            typedef __builtin_va_list va_list;

            typedef unsigned short __Poly16_t;

            struct vector {
            \t__Poly16_t a;
            };

            """);
  }

  @Test
  void takesPointersToBeAsLargeAsLong() {
    builder.add(new BtfType.Int("long unsigned int", 4, 0, 0, 32));
    var pointer = builder.add(new BtfType.Pointer(0));
    var wide = builder.add(new BtfType.Int("long long", 8, 1, 0, 64));
    struct("s", 16, member("a", pointer, 0), member("b", wide, 64));
    assertThat(all()).contains("void *a;\n\tlong: 32;\n\tlong long b;\n};");
  }

  @Test
  void writesOnlyItsOwnTypesOfSplitBtf() {
    var base = builder.build();
    var split = BtfBuilder.emptySplit(base);
    var id = split.add(new Struct("own", 4, false, List.of(member("a", number, 0))));
    split.add(new BtfType.Typedef("own_t", id));
    assertThat(all(split.build()))
        .isEqualTo("struct own {\n\tint a;\n};\n\ntypedef struct own own_t;\n\n");
  }

  @Test
  void leavesOutTypesOfLaterKernels() {
    var btf =
        BtfBytes.read(
            new BtfBytes()
                .type("int", Kind.INT, 0, 4, 32)
                .type("later", 20, 0, 0)
                .type("t", Kind.TYPEDEF, 0, 1)
                .bytesWithLayout(new int[2 * 21]));
    assertThat(all(btf)).isEqualTo("typedef int t;\n\n");
  }

  /// `from,to`: a gap in bits; `alignment`: of what follows it.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0   | 0   | 4 | false | ''",
        "8   | 32  | 4 | false | ''",
        "8   | 64  | 4 | false | 'long:0x1'",
        "8   | 32  | 1 | false | 'int:0x1'",
        "32  | 128 | 8 | false | 'long:64x1'",
        "32  | 256 | 8 | false | 'long:64x3'",
        "0   | 24  | 1 | false | 'int:24x1'",
        "3   | 5   | 4 | true  | 'char:2x1'",
        "4   | 24  | 4 | true  | 'short:12x1 char:8x1'",
        "10  | 14  | 4 | true  | 'char:4x1'",
        "0   | 72  | 8 | false | 'long:64x1 char:8x1'"
      })
  void fillsGaps(long from, long to, int alignment, boolean betweenBits, String pads) {
    var written =
        new CPadding(64)
            .between(from, to, alignment, betweenBits).stream()
                .map(p -> p.type() + ":" + p.bits() + "x" + p.count())
                .toList();
    assertThat(String.join(" ", written)).isEqualTo(pads);
  }

  private void rejects(String message) {
    var btf = builder.build();
    assertThatThrownBy(() -> all(btf))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining(message);
  }

  @Test
  void rejectsAStructThatContainsItself() {
    struct("s", 4, member("a", number + 1, 0));
    rejects("BTF type 2 contains itself");
  }

  @Test
  void rejectsAStructWithoutANameThatPointsToItself() {
    builder.add(new BtfType.Pointer(number + 2));
    struct("", 8, member("a", number + 1, 0));
    rejects("BTF type 3 contains itself");
  }

  @Test
  void rejectsATypedefOfItself() {
    builder.add(new BtfType.Typedef("t", number + 1));
    rejects("BTF type 2 nests more than 256 deep");
  }

  @Test
  void rejectsAnArrayOfItself() {
    builder.add(new BtfType.Array(number + 1, number, 1));
    rejects("BTF type 2 nests more than 256 deep");
  }

  @ParameterizedTest
  @ValueSource(ints = {257, 100_000})
  void rejectsWhatNestsTooDeep(int depth) {
    var inner = number;
    for (int i = 0; i < depth; i++) {
      inner = builder.add(new BtfType.Pointer(inner));
    }
    builder.add(new BtfType.Typedef("t", inner));
    rejects("nests more than 256 deep");
  }

  @Test
  void rejectsMembersWithoutASize() {
    var forward = builder.add(new BtfType.Forward("f", false));
    struct("s", 4, member("a", forward, 0));
    rejects("BTF type 2 has no size");
  }

  @Test
  void rejectsAnEnumThatIsOnlyAnnouncedAsAMember() {
    var announced = builder.add(new BtfType.Enum("e", 0, false, false, List.of()));
    struct("s", 4, member("a", announced, 0));
    rejects("BTF type 2 has no size");
  }

  @Test
  void rejectsAVariableAsAType() {
    var variable = builder.add(new BtfType.Variable("v", number, 1));
    builder.add(new BtfType.Typedef("t", variable));
    rejects("BTF type 2 is used as the type of a value");
  }

  @Test
  void rejectsAGapThatNoPaddingFills() {
    struct("s", 0xffff_fff8L, member("a", number, 0));
    rejects("multiplies");
  }

  @Test
  void rejectsAnArrayBeyondSize() {
    var inner = builder.add(new BtfType.Array(number, number, 0xffff_ffffL));
    struct("s", 4, member("a", inner, 0));
    rejects("has more than 4 GiB");
  }

  /// Each type names the one before it three times, so that what is written triples with each.
  @Test
  void rejectsFunctionsThatMultiply() {
    var inner = number;
    for (int i = 0; i < 60; i++) {
      var parameters = List.of(new Parameter("a", inner), new Parameter("b", inner));
      inner = builder.add(new BtfType.Prototype(inner, parameters));
    }
    builder.add(new BtfType.Typedef("t", inner));
    rejects("multiplies with the types it is made of to no end");
  }

  @Test
  void rejectsStructsThatMultiply() {
    var inner = struct("", 1);
    for (int i = 0; i < 60; i++) {
      inner = struct("", 1, member("a", inner, 0), member("b", inner, 0));
    }
    builder.add(new BtfType.Typedef("t", inner));
    rejects("multiplies");
  }

  @Test
  void readsNothingOfTypesThatAreNotAskedFor() {
    var good = struct("good", 4, member("a", number, 0));
    struct("bad", 4, member("a", number + 2, 0));
    assertThat(new CDeclarations(builder.build()).definition(good)).startsWith("struct good {");
  }

  @Test
  void rejectsAnIdThatIsNotThere() {
    var declarations = new CDeclarations(builder.build());
    assertThatThrownBy(() -> declarations.definition(7))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("BTF type id 7, where ids end at 1");
  }
}
