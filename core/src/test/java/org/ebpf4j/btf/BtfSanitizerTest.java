package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of each kind that a kernel does not know.
final class BtfSanitizerTest {
  /// The features, in the order of the record.
  enum Feature {
    FUNCTIONS,
    GLOBAL_FUNCTIONS,
    DATA_SECTIONS,
    QUESTION_MARKS,
    FLOATING,
    DECLARATION_TAGS,
    TYPE_TAGS,
    ENUM64,
    LAYOUT;

    BtfFeatures missing() {
      return new BtfFeatures(
          this != FUNCTIONS,
          this != GLOBAL_FUNCTIONS,
          this != DATA_SECTIONS,
          this != QUESTION_MARKS,
          this != FLOATING,
          this != DECLARATION_TAGS,
          this != TYPE_TAGS,
          this != ENUM64,
          this != LAYOUT);
    }
  }

  private static final BtfType INT = new BtfType.Int("int", 4, 1, 0, 32);
  private static final BtfType PROTOTYPE =
      new BtfType.Prototype(1, List.of(new Parameter("number", 1)));

  private final BtfBuilder builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);

  BtfSanitizerTest() {
    builder.add(INT);
  }

  /// Holds the types against what they become on a kernel without one feature.
  private void becomes(Feature missing, BtfType... expected) {
    var types = builder.build();
    var bytes = types.bytes();
    assertThat(BtfSanitizer.sanitize(types, BtfFeatures.ALL).bytes()).isEqualTo(bytes);
    var sanitized = BtfSanitizer.sanitize(types, missing.missing());
    assertThat(sanitized.type(1)).isEqualTo(INT);
    for (int i = 0; i < expected.length; i++) {
      assertThat(sanitized.type(2 + i)).isEqualTo(expected[i]);
    }
    assertThat(sanitized.typeCount()).isEqualTo(2 + expected.length);
    assertThat(types.bytes()).as("the original").isEqualTo(bytes);
    for (var other : Feature.values()) {
      if (other != missing) {
        assertThat(BtfSanitizer.sanitize(types, other.missing()).bytes()).isEqualTo(bytes);
      }
    }
  }

  @Test
  void functionsBecomeNamesAndPrototypesEnumerations() {
    var prototype = builder.add(PROTOTYPE);
    builder.add(new BtfType.Function("f", prototype, 0));
    becomes(
        Feature.FUNCTIONS,
        new BtfType.Enum("", 4, false, false, List.of(new Enumerator("number", 1))),
        new BtfType.Typedef("f", prototype));
  }

  /// `__uint(max_entries, 0x7fffffff)` is a pointer to an array of as many numbers.
  @Test
  void arraysThatNoKernelTakesHaveOneElement() {
    var types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    types.add(INT);
    types.add(new BtfType.Array(1, 1, 0x3fff_ffffL));
    types.add(new BtfType.Array(1, 1, 0x4000_0000L));
    types.add(new BtfType.Array(1, 1, 0xffff_ffffL));
    types.add(new BtfType.Array(3, 1, 2));
    var sanitized = BtfSanitizer.sanitize(types.build(), BtfFeatures.ALL);
    assertThat(List.of(2, 3, 4, 5))
        .extracting(id -> ((BtfType.Array) sanitized.type(id)).count())
        .containsExactly(0x3fff_ffffL, 1L, 1L, 2L);
  }

  @Test
  void globalFunctionsBecomeStatic() {
    var types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    types.add(INT);
    var prototype = types.add(PROTOTYPE);
    types.add(new BtfType.Function("f", prototype, 1));
    types.add(new BtfType.Function("g", prototype, 2));
    var sanitized = BtfSanitizer.sanitize(types.build(), Feature.GLOBAL_FUNCTIONS.missing());
    assertThat(sanitized.type(2)).isEqualTo(PROTOTYPE);
    assertThat(sanitized.type(3)).isEqualTo(new BtfType.Function("f", prototype, 0));
    assertThat(sanitized.type(4)).isEqualTo(new BtfType.Function("g", prototype, 0));
  }

  @Test
  void variablesBecomeBytesAndSectionsStructs() {
    var one = builder.add(new BtfType.Variable("one", 1, 1));
    var other = builder.add(new BtfType.Variable("other", 1, 0));
    builder.add(
        new DataSection(
            ".data.x",
            12,
            List.of(new SectionVariable(one, 0, 4), new SectionVariable(other, 8, 4))));
    becomes(
        Feature.DATA_SECTIONS,
        new BtfType.Int("one", 1, 0, 0, 8),
        new BtfType.Int("other", 1, 0, 0, 8),
        new BtfType.Struct(
            "_data_x",
            12,
            false,
            List.of(new Member("one", one, 0, 0), new Member("other", other, 64, 0))));
  }

  @Test
  void questionMarksAtTheStartOfASectionsNameBecomeUnderscores() {
    builder.add(new DataSection("?.data?", 4, List.of()));
    var types = builder.build();
    assertThat(BtfSanitizer.sanitize(types, Feature.QUESTION_MARKS.missing()).type(2))
        .isEqualTo(new DataSection("_.data?", 4, List.of()));
    assertThat(BtfSanitizer.sanitize(types, Feature.DATA_SECTIONS.missing()).type(2))
        .isEqualTo(new BtfType.Struct("__data_", 4, false, List.of()));
  }

  @Test
  void floatingNumbersBecomeStructsWithoutANameOrMembers() {
    builder.add(new BtfType.Floating("double", 8));
    becomes(Feature.FLOATING, new BtfType.Struct("", 8, false, List.of()));
  }

  @Test
  void tagsOnDeclarationsBecomeBytes() {
    builder.add(new BtfType.Struct("s", 4, false, List.of(new Member("m", 1, 0, 0))));
    builder.add(new BtfType.DeclarationTag("tag", 2, 0));
    becomes(
        Feature.DECLARATION_TAGS,
        new BtfType.Struct("s", 4, false, List.of(new Member("m", 1, 0, 0))),
        new BtfType.Int("tag", 1, 0, 0, 8));
  }

  @Test
  void tagsOnTypesBecomeConst() {
    builder.add(new BtfType.TypeTag("user", 1));
    becomes(Feature.TYPE_TAGS, new BtfType.Const(1));
  }

  @Test
  void signedEnumerationsBecomeUnsigned() {
    builder.add(new BtfType.Enum("e", 4, true, false, List.of(new Enumerator("LESS", -1))));
    becomes(
        Feature.ENUM64,
        new BtfType.Enum("e", 4, false, false, List.of(new Enumerator("LESS", 0xffff_ffffL))));
  }

  @Test
  void wideEnumerationsBecomeUnionsOfAType() {
    var values = List.of(new Enumerator("A", 1), new Enumerator("B", 1L << 40));
    builder.add(new BtfType.Enum("wide", 8, true, true, values));
    builder.add(new BtfType.Enum("wider", 8, false, true, values));
    becomes(
        Feature.ENUM64,
        new BtfType.Struct(
            "wide", 8, true, List.of(new Member("A", 4, 0, 0), new Member("B", 4, 0, 0))),
        new BtfType.Struct(
            "wider", 8, true, List.of(new Member("A", 4, 0, 0), new Member("B", 4, 0, 0))),
        new BtfType.Int("enum64_placeholder", 1, 0, 0, 8));
  }

  @Test
  void theLayoutAreaIsLeftOut() {
    var with = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).bytesWithLayout(new int[40]);
    var types = BtfBytes.read(with);
    assertThat(BtfSanitizer.sanitize(types, BtfFeatures.ALL).bytes()).isEqualTo(with);
    var sanitized = BtfSanitizer.sanitize(types, Feature.LAYOUT.missing());
    assertThat(sanitized.bytes())
        .isEqualTo(new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).bytes());
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_externs", "core_big_endian"})
  void theFirstKernelsTakeOnlyTheFirstKinds(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var sanitized = BtfSanitizer.sanitize(types, BtfFeatures.NONE);
    for (int id = 1; id < sanitized.typeCount(); id++) {
      assertThat(sanitized.kind(id)).isBetween(Kind.INT, Kind.RESTRICT);
    }
    for (int id = 1; id < types.typeCount(); id++) {
      assertThat(sanitized.rawSize(id)).isEqualTo(types.rawSize(id));
    }
  }

  @ParameterizedTest
  @EnumSource(Feature.class)
  void whatOneKernelLacksIsReplacedOnlyOnce(Feature feature) {
    var elf = ElfFile.read("t", TestObjects.bytes("core_types"));
    var types = Btf.read(elf.section(".BTF").orElseThrow().data());
    var once = BtfSanitizer.sanitize(types, feature.missing());
    assertThat(BtfSanitizer.sanitize(once, feature.missing()).bytes()).isEqualTo(once.bytes());
  }

  @Test
  void splitTypesAreNotForLoading() {
    var base = builder.build();
    var split = BtfBuilder.emptySplit(base).build();
    assertThatThrownBy(() -> BtfSanitizer.sanitize(split, BtfFeatures.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
