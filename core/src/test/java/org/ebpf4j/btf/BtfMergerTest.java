package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.BtfType.Const;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Forward;
import org.ebpf4j.btf.BtfType.Function;
import org.ebpf4j.btf.BtfType.Int;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.Pointer;
import org.ebpf4j.btf.BtfType.Prototype;
import org.ebpf4j.btf.BtfType.Struct;
import org.ebpf4j.btf.BtfType.Typedef;
import org.ebpf4j.btf.BtfType.Variable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BtfMergerTest {
  private static final Int INT = new Int("int", 4, 1, 0, 32);
  private static final Int CHAR = new Int("char", 1, 1, 0, 8);

  private static Btf types(BtfType... types) {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    for (var type : types) {
      builder.add(type);
    }
    return builder.build();
  }

  /// A struct of pointers, whose members are named by their places.
  private static Struct struct(String name, int... members) {
    var list = new java.util.ArrayList<Member>();
    for (int i = 0; i < members.length; i++) {
      list.add(new Member("m" + i, members[i], 64L * i, 0));
    }
    return new Struct(name, 8L * members.length, false, list);
  }

  private static List<BtfType> all(Btf types) {
    return java.util.stream.IntStream.range(1, types.typeCount())
        .<BtfType>mapToObj(types::type)
        .toList();
  }

  private static List<BtfType> merged(Btf... inputs) {
    return all(BtfMerger.merge(List.of(inputs)).types());
  }

  @Test
  void equalTypesStandOnceInTheOrderOfTheInputs() {
    var one = types(INT, new Pointer(1), new Typedef("number", 1));
    var other = types(CHAR, INT, new Pointer(2), new Pointer(1), new Typedef("number", 2));
    var merged = BtfMerger.merge(List.of(one, other));
    assertThat(all(merged.types()))
        .containsExactly(INT, new Pointer(1), new Typedef("number", 1), CHAR, new Pointer(4));
    assertThat(List.of(0, 1, 2, 3)).extracting(id -> merged.id(0, id)).containsExactly(0, 1, 2, 3);
    assertThat(List.of(0, 1, 2, 3, 4, 5))
        .extracting(id -> merged.id(1, id))
        .containsExactly(0, 4, 1, 2, 5, 3);
  }

  @Test
  void nothingMergesToNothing() {
    assertThat(merged()).isEmpty();
    assertThat(merged(types(), types())).isEmpty();
  }

  @Test
  void typesThatDifferInTheLeastAreKept() {
    var types =
        types(
            INT,
            new Int("int", 4, 0, 0, 32),
            new Int("int", 8, 1, 0, 32),
            new Int("int", 4, 1, 0, 31),
            new Struct("s", 4, false, List.of(new Member("m", 1, 0, 0))),
            new Struct("s", 4, true, List.of(new Member("m", 1, 0, 0))),
            new Struct("s", 4, false, List.of(new Member("n", 1, 0, 0))),
            new Struct("s", 4, false, List.of(new Member("m", 2, 0, 0))),
            new Struct("s", 4, false, List.of(new Member("m", 1, 0, 4))),
            new Struct("s", 8, false, List.of(new Member("m", 1, 0, 0))),
            new BtfType.Array(1, 1, 4),
            new BtfType.Array(1, 1, 5),
            new BtfType.Array(1, 2, 4),
            new Prototype(1, List.of(new Parameter("a", 1))),
            new Prototype(1, List.of(new Parameter("b", 1))),
            new Prototype(1, List.of(new Parameter("a", 2))),
            new Prototype(2, List.of(new Parameter("a", 1))),
            new Function("f", 14, 0),
            new Function("f", 14, 1),
            new BtfType.DeclarationTag("t", 5, 0),
            new BtfType.DeclarationTag("t", 5, -1),
            new BtfType.Enum("e", 4, false, false, List.of(new Enumerator("A", 1))),
            new BtfType.Enum("e", 4, true, false, List.of(new Enumerator("A", 1))),
            new BtfType.Enum("e", 4, false, false, List.of(new Enumerator("A", 2))),
            new BtfType.Enum("e", 8, false, true, List.of(new Enumerator("A", 1))));
    assertThat(merged(types)).isEqualTo(all(types));
    assertThat(merged(types, types)).isEqualTo(all(types));
  }

  @Test
  void structsThatReferToThemselvesAreEqual() {
    var list = types(struct("list_head", 2, 2), new Pointer(1));
    var moved = types(INT, new Pointer(3), struct("list_head", 2, 2));
    assertThat(merged(list, moved)).containsExactly(struct("list_head", 2, 2), new Pointer(1), INT);
  }

  @Test
  void structsThatDifferOnlyFarAwayAreKept() {
    var one = types(INT, struct("a", 3), new Pointer(4), struct("b", 1, 5), new Pointer(2));
    var other = types(CHAR, struct("a", 3), new Pointer(4), struct("b", 1, 5), new Pointer(2));
    assertThat(merged(one, other)).hasSize(10);
  }

  @Test
  void aDeclarationIsTheFullTypeOfItsName() {
    var declared = types(new Forward("s", false), new Pointer(1), struct("user", 2));
    var full = types(INT, struct("s", 1), new Pointer(2), struct("user", 3));
    assertThat(merged(declared, full))
        .containsExactly(new Pointer(4), struct("user", 1), INT, struct("s", 3));
    assertThat(merged(full, declared))
        .containsExactly(INT, struct("s", 1), new Pointer(2), struct("user", 3));
    assertThat(BtfMerger.merge(List.of(declared, full)).id(0, 1)).isEqualTo(4);
  }

  @Test
  void unitsThatEachKnowAPartAddUpToTheWhole() {
    var first =
        types(
            struct("A", 2, 3), // A, with a pointer to itself and its S
            new Pointer(1),
            new Pointer(4),
            struct("S", 2, 5),
            new Pointer(6),
            new Forward("B", false));
    var second =
        types(
            struct("B", 2, 3),
            new Pointer(1),
            new Pointer(4),
            struct("S", 5, 2),
            new Pointer(6),
            new Forward("A", false));
    assertThat(merged(first, second))
        .containsExactly(
            struct("A", 2, 3),
            new Pointer(1),
            new Pointer(4),
            struct("S", 2, 5),
            new Pointer(6),
            struct("B", 5, 3));
  }

  @Test
  void declarationsOfEachOtherAreSeenThrough() {
    // P and Q stand full twice, each time with another thing only declared.
    var one = types(struct("P", 2), new Pointer(3), new Forward("Q", false));
    var two =
        types(
            struct("P", 2),
            new Pointer(3),
            struct("Q", 4, 5),
            new Pointer(1),
            new Pointer(6),
            struct("R"));
    var three =
        types(
            struct("Q", 2, 3),
            new Pointer(4),
            new Pointer(5),
            new Forward("P", false),
            new Forward("R", false));
    assertThat(merged(one, two, three))
        .containsExactly(
            struct("P", 2),
            new Pointer(3),
            struct("Q", 4, 5),
            new Pointer(1),
            new Pointer(6),
            struct("R"));
  }

  @Test
  void aDeclarationThatCouldMeanSeveralTypesStays() {
    var declared = types(new Forward("s", false), new Pointer(1));
    var one = types(INT, struct("s", 1));
    var other = types(CHAR, struct("s", 1));
    assertThat(merged(declared, one, other))
        .containsExactly(
            new Forward("s", false), new Pointer(1), INT, struct("s", 3), CHAR, struct("s", 5));
  }

  @Test
  void declarationsOfStructsAndUnionsDiffer() {
    var types = types(INT, new Forward("s", true), struct("s", 1), new Forward("s", false));
    assertThat(merged(types)).containsExactly(INT, new Forward("s", true), struct("s", 1));
  }

  @Test
  void declarationsWithoutAFullTypeAreEqual() {
    var types = types(new Forward("s", false), new Pointer(1));
    assertThat(merged(types, types, types)).isEqualTo(all(types));
  }

  @Test
  void anEnumerationWithoutValuesIsADeclaration() {
    var empty = new BtfType.Enum("e", 4, false, false, List.of());
    var wide = new BtfType.Enum("e", 8, false, true, List.of(new Enumerator("A", 1L << 40)));
    assertThat(merged(types(empty, new Pointer(1)), types(wide, new Const(1))))
        .containsExactly(new Pointer(2), wide, new Const(2));
    var unnamed = new BtfType.Enum("", 4, false, false, List.of());
    var values = new BtfType.Enum("", 4, false, false, List.of(new Enumerator("A", 1)));
    assertThat(merged(types(unnamed), types(values), types(unnamed)))
        .containsExactly(unnamed, values);
  }

  @Test
  void variablesAndSectionsAreNeverEqual() {
    var section =
        new BtfType.DataSection(".data", 4, List.of(new BtfType.SectionVariable(2, 0, 4)));
    var types = types(INT, new Variable("v", 1, 1), section);
    assertThat(merged(types, types))
        .containsExactly(
            INT,
            new Variable("v", 1, 1),
            section,
            new Variable("v", 1, 1),
            new BtfType.DataSection(".data", 4, List.of(new BtfType.SectionVariable(4, 0, 4))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_calls", "core_externs", "core_big_endian"})
  void whatIsMergedStaysAsItIs(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var once = BtfMerger.merge(List.of(types));
    assertThat(merged(once.types())).isEqualTo(all(once.types()));
    assertThat(once.types().typeCount()).isLessThanOrEqualTo(types.typeCount());
    var twice = BtfMerger.merge(List.of(types, types));
    assertThat(all(twice.types())).startsWith(all(once.types()).toArray(BtfType[]::new));
    for (int id = 0; id < types.typeCount(); id++) {
      assertThat(twice.id(0, id)).isEqualTo(once.id(0, id));
      switch (types.type(id)) {
        case Variable _, BtfType.DataSection _ ->
            assertThat(twice.id(1, id)).isGreaterThanOrEqualTo(once.types().typeCount());
        case BtfType.DeclarationTag tag ->
            assertThat(twice.id(1, id) == twice.id(0, id))
                .isEqualTo(twice.id(1, tag.target()) == twice.id(0, tag.target()));
        default -> assertThat(twice.id(1, id)).isEqualTo(once.id(0, id));
      }
    }
  }

  @Test
  void prototypesThatACompilerWroteTwiceStandOnce() {
    var elf = ElfFile.read("t", TestObjects.bytes("core_externs"));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var merged = BtfMerger.merge(List.of(types));
    assertThat(types.type(4)).isEqualTo(types.type(2));
    assertThat(merged.id(0, 4)).isEqualTo(merged.id(0, 2));
    assertThat(merged.types().type(merged.id(0, 5)))
        .isEqualTo(new Function("shown_function", merged.id(0, 2), 1));
  }

  @Test
  void keepsFlagsOfTags() {
    var flagged =
        new BtfBytes()
            .type("int", BtfBytes.INT, 0, 4, 32)
            .rawType(0, 1 << 31 | BtfBytes.TYPE_TAG << 24, 1)
            .rawType(0, BtfBytes.TYPE_TAG << 24, 1)
            .read();
    var merged = BtfMerger.merge(List.of(flagged, flagged)).types();
    assertThat(merged.typeCount()).isEqualTo(4);
    assertThat(merged.flag(2)).isTrue();
    assertThat(merged.flag(3)).isFalse();
  }

  @Test
  void rejectsTypesThatAreMadeToCostTime() {
    var bytes = new BtfBytes();
    for (int id = 1; id < 30_000; id++) {
      bytes.type("", BtfBytes.CONST, 0, id + 1);
    }
    var chain = bytes.type("int", BtfBytes.INT, 0, 4, 32).read();
    assertThatThrownBy(() -> BtfMerger.merge(List.of(chain)))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("refer to each other so deep that they cannot be merged");
  }

  @Test
  void rejectsInputsThatDoNotGoTogether() {
    var little = types(INT);
    var big = BtfBuilder.empty(ByteOrder.BIG_ENDIAN).build();
    assertThatThrownBy(() -> BtfMerger.merge(List.of(little, big)))
        .isInstanceOf(IllegalArgumentException.class);
    var split = BtfBuilder.emptySplit(little).build();
    assertThatThrownBy(() -> BtfMerger.merge(List.of(split)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
