package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_OFFSET;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_SIZE;
import static org.ebpf4j.relocation.CoreKind.FIELD_EXISTS;
import static org.ebpf4j.relocation.CoreKind.FIELD_LSHIFT_U64;
import static org.ebpf4j.relocation.CoreKind.FIELD_RSHIFT_U64;
import static org.ebpf4j.relocation.CoreKind.FIELD_SIGNED;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.bits;
import static org.ebpf4j.relocation.TestTypes.resolve;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.error.RelocationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class FieldRelocationTest {
  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();

  private long value(CoreKind kind, int type, String access) {
    return resolve(local.on(kernel), kind, type, access).value().orElseThrow();
  }

  @Test
  void aFieldIsWhereTheKernelHasIt() {
    var task = local.struct("task", 8, at(0, "pid", local.s32), at(4, "tgid", local.u32));
    kernel.struct("task", 32, at(16, "tgid", kernel.u64), at(24, "pid", kernel.s8));
    assertThat(value(FIELD_BYTE_OFFSET, task, "0:0")).isEqualTo(24);
    assertThat(value(FIELD_BYTE_OFFSET, task, "0:1")).isEqualTo(16);
    assertThat(value(FIELD_BYTE_SIZE, task, "0:0")).isEqualTo(1);
    assertThat(value(FIELD_BYTE_SIZE, task, "0:1")).isEqualTo(8);
    assertThat(value(FIELD_EXISTS, task, "0:1")).isEqualTo(1);
    assertThat(value(FIELD_SIGNED, task, "0:0")).isEqualTo(1);
    assertThat(value(FIELD_SIGNED, task, "0:1")).isEqualTo(0);
    assertThat(value(FIELD_LSHIFT_U64, task, "0:0")).isEqualTo(56);
    assertThat(value(FIELD_RSHIFT_U64, task, "0:0")).isEqualTo(56);
    assertThat(value(FIELD_RSHIFT_U64, task, "0:1")).isEqualTo(0);
    assertThat(value(FIELD_BYTE_OFFSET, task, "0")).isEqualTo(0);
    assertThat(value(FIELD_BYTE_SIZE, task, "0")).isEqualTo(32);
    assertThat(value(FIELD_BYTE_OFFSET, task, "3:0")).isEqualTo(3 * 32 + 24);
  }

  @Test
  void whatTheObjectWasCompiledWithIsSaidToo() {
    var task = local.struct("task", 8, at(4, "pid", local.s32));
    kernel.struct("task", 32, at(16, "pid", kernel.s32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, task, "0:0");
    assertThat(resolution.kind()).isEqualTo(FIELD_BYTE_OFFSET);
    assertThat(resolution.originalValue()).isEqualTo(4);
    assertThat(resolution.value()).contains(16L);
    assertThat(resolution.subject()).isEqualTo("field 'pid' of struct task (0:0)");
    assertThat(resolution.candidates()).containsExactly("struct task [7]");
    assertThat(resolution.describe())
        .isEqualTo("offset of field 'pid' of struct task (0:0): 4 in the object, 16 in the kernel");
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "FIELD_BYTE_OFFSET",
        "FIELD_BYTE_SIZE",
        "FIELD_SIGNED",
        "FIELD_LSHIFT_U64",
        "FIELD_RSHIFT_U64"
      })
  void aFieldThatIsNotThereHasNoValue(CoreKind kind) {
    var task = local.struct("task", 8, at(0, "pid", local.s32), at(4, "nope", local.s32));
    kernel.struct("task", 32, at(16, "pid", kernel.s32));
    var resolution = resolve(local.on(kernel), kind, task, "0:1");
    assertThat(resolution.value()).isEmpty();
    assertThat(resolution.describe())
        .isEqualTo(
            "field 'nope' of struct task (0:1) does not exist in the kernel:"
                + " struct task has no member 'nope'");
  }

  @Test
  void thatAFieldIsNotThereIsAnAnswerToo() {
    var task = local.struct("task", 8, at(0, "pid", local.s32));
    var other = local.struct("other", 8, at(0, "pid", local.s32));
    kernel.struct("task", 8);
    assertThat(value(FIELD_EXISTS, task, "0:0")).isEqualTo(0);
    assertThat(value(FIELD_EXISTS, other, "0:0")).isEqualTo(0);
  }

  @Test
  void ofAStructThatIsNotThereTheKernelHasNoField() {
    var task = local.struct("task___old", 8, at(0, "pid", local.s32));
    kernel.union("task", 8, at(0, "pid", kernel.s32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, task, "0:0");
    assertThat(resolution.value()).isEmpty();
    assertThat(resolution.candidates()).isEmpty();
    assertThat(resolution.describe())
        .isEqualTo(
            "field 'pid' of struct task___old (0:0) does not exist in the kernel:"
                + " it has no struct task");
  }

  @ParameterizedTest
  @CsvSource({
    "task, task, true",
    "task___a, task, true",
    "task, task___b, true",
    "task___a___b, task___a, false",
    "task___a___b, task___a___c, true",
    "task___a, task___a___b, false",
    "task___, task, false",
    "___task, task, false",
    "task____a, task, false",
    "task____a, task____a, true"
  })
  void flavoursAreLeftOutOfNames(String mine, String theirs, boolean found) {
    var task = local.struct(mine, 4, at(0, "pid", local.s32));
    kernel.struct(theirs, 4, at(0, "pid", kernel.s32));
    assertThat(value(FIELD_EXISTS, task, "0:0")).isEqualTo(found ? 1 : 0);
  }

  @Test
  void membersWithoutANameAreLookedInto() {
    var inner = local.struct("", 8, at(0, "a", local.s32), at(4, "b", local.s32));
    var outer = local.struct("outer", 16, at(8, "", inner));
    var deep = kernel.struct("", 8, at(4, "b", kernel.s32));
    var union = kernel.union("", 8, at(0, "x", kernel.s64), at(0, "", deep));
    kernel.struct("outer", 32, at(0, "a", kernel.s32), at(16, "", union), at(24, "y", kernel.s64));
    assertThat(value(FIELD_BYTE_OFFSET, outer, "0:0:0")).isEqualTo(0);
    assertThat(value(FIELD_BYTE_OFFSET, outer, "0:0:1")).isEqualTo(20);
    assertThat(resolve(local.on(kernel), FIELD_EXISTS, outer, "0:0:1").subject())
        .isEqualTo("field 'b' of struct outer (0:0:1)");
  }

  @Test
  void aSearchGoesOnBehindMembersWithoutANameThatDoNotHaveIt() {
    var outer = local.struct("outer", 8, at(0, "z", local.s32));
    var first = kernel.struct("", 8, at(0, "a", kernel.s32), at(4, "z", kernel.pointer(0)));
    kernel.struct("outer", 24, at(8, "", first), at(16, "z", kernel.s32));
    assertThat(value(FIELD_BYTE_OFFSET, outer, "0:0")).isEqualTo(16);
  }

  @Test
  void structsMayHaveBecomeUnionsAndNamesTypedefs() {
    var in = local.struct("in", 8, at(4, "x", local.s32));
    var out = local.typedef("out_t", local.struct("out", 8, at(0, "in", in)));
    var theirs = kernel.union("", 8, at(0, "pad", kernel.u64), at(0, "x", kernel.u32));
    var constant = kernel.add(new BtfType.Const(kernel.typedef("in_t", theirs)));
    kernel.typedef("out_t", kernel.struct("renamed", 16, at(8, "in", constant)));
    assertThat(value(FIELD_BYTE_OFFSET, out, "0:0:0")).isEqualTo(8);
  }

  @Test
  void elementsAreCountedInTheKernelsSizes() {
    var row = local.array(local.s32, 4);
    var s =
        local.struct("s", 64, at(0, "a", local.array(row, 4)), at(64, "flex", local.array(row, 0)));
    var theirRow = kernel.array(kernel.u64, 5);
    kernel.struct(
        "s",
        480,
        at(8, "a", kernel.array(theirRow, 6)),
        at(256, "flex", kernel.array(theirRow, 0)));
    assertThat(value(FIELD_BYTE_OFFSET, s, "0:0:2:3")).isEqualTo(8 + 2 * 40 + 3 * 8);
    assertThat(value(FIELD_BYTE_SIZE, s, "0:0:2")).isEqualTo(40);
    assertThat(value(FIELD_BYTE_SIZE, s, "0:0")).isEqualTo(240);
    assertThat(value(FIELD_BYTE_OFFSET, s, "0:1:9:1")).isEqualTo(256 + 9 * 40 + 8);
    assertThat(resolve(local.on(kernel), FIELD_BYTE_SIZE, s, "0:0:2:3").subject())
        .isEqualTo("field 'a[2][3]' of struct s (0:0:2:3)");
  }

  @Test
  void anElementMustBeThereInTheKernelToo() {
    var s = local.struct("s", 32, at(0, "a", local.array(local.s32, 8)));
    kernel.struct("s", 16, at(0, "a", kernel.array(kernel.s32, 4)), at(16, "b", kernel.s32));
    assertThat(value(FIELD_EXISTS, s, "0:0:3")).isEqualTo(1);
    assertThat(value(FIELD_EXISTS, s, "0:0:4")).isEqualTo(0);
    assertThat(resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0:4").describe())
        .endsWith("an array has 4 elements, too few for element 4");
  }

  @Test
  void anArrayWithoutASizeEndsNowhereOnlyWhereItIsTheLastMember() {
    var last = local.struct("last", 4, at(0, "a", local.array(local.s32, 8)));
    var notLast = local.struct("not_last", 4, at(0, "a", local.array(local.s32, 8)));
    kernel.struct("last", 4, at(0, "n", kernel.s32), at(4, "a", kernel.array(kernel.s32, 0)));
    kernel.struct("not_last", 4, at(0, "a", kernel.array(kernel.s32, 0)), at(0, "n", kernel.s32));
    assertThat(value(FIELD_BYTE_OFFSET, last, "0:0:7")).isEqualTo(32);
    assertThat(resolve(local.on(kernel), FIELD_BYTE_OFFSET, notLast, "0:0:7").value()).isEmpty();
  }

  @Test
  void whatIsNoArrayHasNoElements() {
    var s = local.struct("s", 4, at(0, "a", local.array(local.struct("e", 4), 8)));
    kernel.struct("s", 4, at(0, "a", kernel.struct("e", 4)));
    assertThat(resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0:1").describe())
        .endsWith("'a' of struct s is of another type");
  }

  @Test
  void ofAnElementThereIsNoSignOrShift() {
    var s = local.struct("s", 16, at(0, "a", local.array(local.s32, 4)));
    kernel.struct("s", 16, at(0, "a", kernel.array(kernel.s32, 4)));
    for (var kind : List.of(FIELD_SIGNED, FIELD_LSHIFT_U64, FIELD_RSHIFT_U64)) {
      assertThatThrownBy(() -> value(kind, s, "0:0:1"))
          .isInstanceOf(RelocationException.class)
          .hasMessageContaining("of an element, there are only an offset and a size");
    }
  }

  @ParameterizedTest
  @CsvSource({
    // offset, width, byte offset, size, left shift, right shift, left shift of big-endian machines
    "0, 1, 0, 4, 63, 63, 32",
    "3, 7, 0, 4, 54, 57, 35",
    "31, 1, 0, 4, 32, 63, 63",
    "33, 4, 4, 4, 59, 60, 33",
    "30, 4, 0, 8, 30, 60, 30",
    "62, 2, 4, 4, 32, 62, 62",
  })
  void bitFieldsAreLoadedWholeAndShifted(
      int offset, int width, long byteOffset, long size, long left, long right, long leftBig) {
    var s = local.struct("s", 16, bits(9, 2, "b", local.u32), bits(11, 3, "signed", local.s32));
    kernel.struct("s", 16, bits(offset, width, "b", kernel.u32), bits(64, 3, "signed", kernel.s32));
    assertThat(value(FIELD_BYTE_OFFSET, s, "0:0")).isEqualTo(byteOffset);
    assertThat(value(FIELD_BYTE_SIZE, s, "0:0")).isEqualTo(size);
    assertThat(value(FIELD_LSHIFT_U64, s, "0:0")).isEqualTo(left);
    assertThat(value(FIELD_RSHIFT_U64, s, "0:0")).isEqualTo(right);
    assertThat(value(FIELD_SIGNED, s, "0:0")).isEqualTo(0);
    assertThat(value(FIELD_SIGNED, s, "0:1")).isEqualTo(1);
    var big = local.on(kernel, ByteOrder.BIG_ENDIAN);
    assertThat(resolve(big, FIELD_LSHIFT_U64, s, "0:0").value()).contains(leftBig);
    assertThat(resolve(big, FIELD_RSHIFT_U64, s, "0:0").value()).contains(right);
  }

  @Test
  void aBitFieldMayHaveBecomeAWholeNumber() {
    var s = local.struct("s", 4, bits(3, 5, "b", local.u32));
    kernel.struct("s", 16, at(8, "b", kernel.u8));
    assertThat(value(FIELD_BYTE_OFFSET, s, "0:0")).isEqualTo(8);
    assertThat(value(FIELD_BYTE_SIZE, s, "0:0")).isEqualTo(1);
    assertThat(value(FIELD_LSHIFT_U64, s, "0:0")).isEqualTo(56);
    assertThat(value(FIELD_RSHIFT_U64, s, "0:0")).isEqualTo(56);
  }

  @Test
  void aBitFieldThatCrossesEightBytesFailsTheLoad() {
    var s = local.struct("s", 16, bits(0, 8, "b", local.u64));
    kernel.struct("s", 16, bits(60, 8, "b", kernel.u64));
    assertThatThrownBy(() -> value(FIELD_BYTE_OFFSET, s, "0:0"))
        .isInstanceOf(RelocationException.class)
        .hasMessage(
            "program p, instruction 7: CO-RE relocation for the offset of field 'b' of struct s"
                + " (0:0): the bit field does not fit into a load of 8 bytes");
  }

  @Test
  void bitFieldsOfEnumerationsHaveTheirSign() {
    var s = local.struct("s", 4, bits(0, 3, "e", local.enumeration("e", false)));
    kernel.struct("s", 4, bits(4, 3, "e", kernel.enumeration("e", true, new Enumerator("A", -1))));
    assertThat(value(FIELD_SIGNED, s, "0:0")).isEqualTo(1);
    assertThat(value(FIELD_LSHIFT_U64, s, "0:0")).isEqualTo(57);
  }

  @Test
  void pointersHaveTheSizeOfTheKernelsLong() {
    var s = local.struct("s", 16, at(8, "p", local.pointer(0)));
    var narrow = new TestTypes();
    narrow.struct("s", 8, at(4, "p", narrow.pointer(0)));
    assertThat(value(FIELD_EXISTS, s, "0:0")).isEqualTo(0);
    assertThat(resolve(local.on(narrow), FIELD_BYTE_SIZE, s, "0:0").value()).contains(8L);
    var kernelOf32Bits = org.ebpf4j.btf.BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    kernelOf32Bits.add(new BtfType.Int("long unsigned int", 4, 0, 0, 32));
    kernelOf32Bits.add(new BtfType.Pointer(0));
    kernelOf32Bits.add(new BtfType.Struct("s", 8, false, List.of(at(4, "p", 2))));
    var relocator = local.on(kernelOf32Bits.build(), ByteOrder.LITTLE_ENDIAN, List.of());
    assertThat(resolve(relocator, FIELD_BYTE_SIZE, s, "0:0").value()).contains(4L);
    assertThat(resolve(relocator, FIELD_BYTE_SIZE, s, "0:0").originalValue()).isEqualTo(8);
  }

  /// Rows: a local type, one of the kernel, and whether the one may be read as the other.
  @Test
  void fieldsMustBeOfCompatibleTypes() {
    record Pair(int mine, int theirs, boolean compatible) {}
    var a = new Enumerator("A", 1);
    var mine = local;
    var theirs = kernel;
    var bitInt = kernel.add(new BtfType.Int("bits", 4, 0, 3, 5));
    var pairs =
        List.of(
            new Pair(mine.s32, theirs.u64, true),
            new Pair(mine.s32, bitInt, false),
            new Pair(mine.s32, theirs.pointer(0), false),
            new Pair(mine.pointer(0), theirs.pointer(theirs.s32), true),
            new Pair(mine.struct("x", 4), theirs.union("y", 8), true),
            new Pair(mine.struct("x", 4), theirs.s32, false),
            new Pair(
                mine.add(new BtfType.Floating("f", 4)),
                theirs.add(new BtfType.Floating("d", 8)),
                true),
            new Pair(mine.enumeration("e", false, a), theirs.wideEnumeration("e", true, a), true),
            new Pair(mine.enumeration("e", false, a), theirs.enumeration("e___x", false, a), true),
            new Pair(mine.enumeration("e", false, a), theirs.enumeration("g", false, a), false),
            new Pair(mine.enumeration("", false, a), theirs.enumeration("g", false, a), true),
            new Pair(mine.enumeration("e", false, a), theirs.u32, false),
            new Pair(mine.array(mine.s32, 3), theirs.array(theirs.u8, 1), true),
            new Pair(mine.array(mine.s32, 3), theirs.array(theirs.pointer(0), 3), false),
            new Pair(mine.array(mine.s32, 3), theirs.s32, false),
            new Pair(
                mine.add(new BtfType.Forward("f", false)),
                theirs.add(new BtfType.Forward("f", true)),
                true),
            new Pair(
                mine.add(new BtfType.Forward("f", false)),
                theirs.add(new BtfType.Forward("g", false)),
                false),
            new Pair(mine.prototype(0), theirs.prototype(0), false));
    var structs = new int[pairs.size()];
    for (int i = 0; i < pairs.size(); i++) {
      structs[i] = local.struct("s" + i, 8, at(0, "x", pairs.get(i).mine()));
      kernel.struct("s" + i, 8, at(0, "x", pairs.get(i).theirs()));
    }
    for (int i = 0; i < pairs.size(); i++) {
      assertThat(value(FIELD_EXISTS, structs[i], "0:0"))
          .as("pair " + i)
          .isEqualTo(pairs.get(i).compatible() ? 1 : 0);
    }
  }
}
