package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_EXISTS;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_VALUE;
import static org.ebpf4j.relocation.CoreKind.TYPE_EXISTS;
import static org.ebpf4j.relocation.CoreKind.TYPE_ID_LOCAL;
import static org.ebpf4j.relocation.CoreKind.TYPE_ID_TARGET;
import static org.ebpf4j.relocation.CoreKind.TYPE_MATCHES;
import static org.ebpf4j.relocation.CoreKind.TYPE_SIZE;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.resolve;

import java.util.function.ToIntFunction;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.error.RelocationException;
import org.junit.jupiter.api.Test;

final class TypeRelocationTest {
  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();

  private long value(CoreKind kind, int type, String access) {
    return resolve(local.on(kernel), kind, type, access).value().orElseThrow();
  }

  @Test
  void aTypeHasAnIdAndASizeInTheKernel() {
    var task = local.struct("task", 8);
    kernel.union("task", 4);
    var theirs = kernel.struct("task", 100);
    var relocator = local.on(kernel);
    assertThat(resolve(relocator, TYPE_EXISTS, task, "0").value()).contains(1L);
    assertThat(resolve(relocator, TYPE_SIZE, task, "0").value()).contains(100L);
    assertThat(resolve(relocator, TYPE_SIZE, task, "0").originalValue()).isEqualTo(8);
    assertThat(resolve(relocator, TYPE_ID_TARGET, task, "0").value()).contains((long) theirs);
    assertThat(resolve(relocator, TYPE_ID_LOCAL, task, "0").value()).contains((long) task);
    assertThat(resolve(relocator, TYPE_EXISTS, task, "0").subject()).isEqualTo("struct task");
  }

  @Test
  void ofATypeThatIsNotThereEverythingIsZero() {
    var nope = local.struct("nope", 8);
    for (var kind : new CoreKind[] {TYPE_EXISTS, TYPE_SIZE, TYPE_ID_TARGET, TYPE_MATCHES}) {
      assertThat(value(kind, nope, "0")).isEqualTo(0);
    }
    assertThat(value(TYPE_ID_LOCAL, nope, "0")).isEqualTo(nope);
  }

  @Test
  void theLocalIdAsksNothingOfTheKernel() {
    var pointer = local.pointer(0);
    var relocator =
        new CoreRelocator(
            local.build(),
            java.nio.ByteOrder.LITTLE_ENDIAN,
            new TargetTypes() {
              @Override
              public org.ebpf4j.btf.Btf kernel() {
                throw new AssertionError("asked for the kernel's types");
              }

              @Override
              public java.util.List<org.ebpf4j.btf.Btf> modules() {
                throw new AssertionError("asked for the modules' types");
              }
            });
    assertThat(resolve(relocator, TYPE_ID_LOCAL, pointer, "0").value()).contains((long) pointer);
  }

  @Test
  void aTypeWithoutANameIsNotSought() {
    var pointer = local.pointer(0);
    assertThatThrownBy(() -> value(TYPE_EXISTS, pointer, "0"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("a type without a name cannot be found in the kernel");
  }

  @Test
  void aTypeWithoutASizeHasNone() {
    var forward = local.add(new BtfType.Forward("f", false));
    assertThat(value(TYPE_EXISTS, forward, "0")).isEqualTo(0);
    assertThatThrownBy(() -> value(TYPE_SIZE, forward, "0"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("struct f has no size");
  }

  @Test
  void enumeratorsAreFoundByNameAndHaveTheKernelsValue() {
    var e = local.enumeration("e", false, new Enumerator("A___x", 1), new Enumerator("B", 2));
    kernel.enumeration("e___new", true, new Enumerator("C", 5), new Enumerator("A", -7));
    assertThat(value(ENUMVAL_VALUE, e, "0")).isEqualTo(-7);
    assertThat(value(ENUMVAL_EXISTS, e, "0")).isEqualTo(1);
    assertThat(value(ENUMVAL_EXISTS, e, "1")).isEqualTo(0);
    var missing = resolve(local.on(kernel), ENUMVAL_VALUE, e, "1");
    assertThat(missing.value()).isEmpty();
    assertThat(missing.describe())
        .isEqualTo(
            "enumerator 'B' of enum e does not exist in the kernel:"
                + " enum e___new has no enumerator 'B'");
  }

  @Test
  void enumerationsOf32And64BitsStandForEachOther() {
    var wide = new Enumerator("A", 0x1234_5678_9abcL);
    var e = local.enumeration("e", false, new Enumerator("A", 0xffff_ffffL));
    kernel.wideEnumeration("e", false, wide);
    var resolution = resolve(local.on(kernel), ENUMVAL_VALUE, e, "0");
    assertThat(resolution.value()).contains(0x1234_5678_9abcL);
    assertThat(resolution.originalValue()).as("32 bits count as signed").isEqualTo(-1);
    var g = local.wideEnumeration("g", false, wide);
    kernel.enumeration("g", false, new Enumerator("A", 0x8000_0000L));
    assertThat(value(ENUMVAL_VALUE, g, "0")).isEqualTo(Integer.MIN_VALUE);
  }

  @Test
  void anEnumeratorIsOfAnEnumerationPerhapsThroughATypedef() {
    var t = local.typedef("t", local.enumeration("", false, new Enumerator("A", 1)));
    kernel.typedef("t", kernel.enumeration("", false, new Enumerator("A", 9)));
    assertThat(value(ENUMVAL_VALUE, t, "0")).isEqualTo(9);
    var u = local.typedef("u", local.enumeration("", false, new Enumerator("A", 1)));
    kernel.typedef("u", kernel.s32);
    assertThat(value(ENUMVAL_EXISTS, u, "0")).isEqualTo(0);
    assertThatThrownBy(() -> value(ENUMVAL_EXISTS, local.s32, "0"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("type int is no enumeration");
  }

  /// Names one type of the local side and one of the kernel `t`, and asks whether it is there.
  private long ask(CoreKind kind, ToIntFunction<TestTypes> mine, ToIntFunction<TestTypes> theirs) {
    var object = new TestTypes();
    var target = new TestTypes();
    var root = object.typedef("t", mine.applyAsInt(object));
    target.typedef("t", theirs.applyAsInt(target));
    return resolve(object.on(target), kind, root, "0").value().orElseThrow();
  }

  @Test
  void thatATypeExistsIsAQuestionOfItsKindOnly() {
    ToIntFunction<TestTypes> callback = t -> t.pointer(t.prototype(t.s32, t.s64, t.pointer(0)));
    assertThat(ask(TYPE_EXISTS, t -> t.s32, t -> t.u64)).isEqualTo(1);
    assertThat(ask(TYPE_EXISTS, t -> t.s32, t -> t.add(new BtfType.Int("b", 4, 0, 3, 5))))
        .isEqualTo(0);
    assertThat(ask(TYPE_EXISTS, t -> t.struct("a", 4), t -> t.struct("b", 8))).isEqualTo(1);
    assertThat(ask(TYPE_EXISTS, t -> t.struct("a", 4), t -> t.union("a", 4))).isEqualTo(0);
    assertThat(ask(TYPE_EXISTS, t -> t.enumeration("a", false), t -> t.wideEnumeration("b", true)))
        .isEqualTo(1);
    assertThat(ask(TYPE_EXISTS, t -> t.array(t.s32, 1), t -> t.array(t.u8, 9))).isEqualTo(1);
    assertThat(ask(TYPE_EXISTS, t -> t.array(t.s32, 1), t -> t.array(t.pointer(0), 1)))
        .isEqualTo(0);
    assertThat(ask(TYPE_EXISTS, t -> t.pointer(0), t -> t.pointer(t.s32))).isEqualTo(0);
    assertThat(ask(TYPE_EXISTS, callback, callback)).isEqualTo(1);
    assertThat(ask(TYPE_EXISTS, callback, t -> t.pointer(t.prototype(t.s32, t.s64)))).isEqualTo(0);
    assertThat(
            ask(TYPE_EXISTS, callback, t -> t.pointer(t.prototype(t.s32, t.s64, t.struct("x", 8)))))
        .isEqualTo(0);
    assertThat(
            ask(
                TYPE_EXISTS,
                callback,
                t -> t.pointer(t.prototype(t.pointer(0), t.s64, t.pointer(0)))))
        .isEqualTo(0);
    assertThat(
            ask(
                TYPE_EXISTS,
                t -> t.add(new BtfType.Floating("f", 4)),
                t -> t.add(new BtfType.Floating("f", 4))))
        .as("libbpf knows no floating-point numbers here")
        .isEqualTo(0);
  }

  private static BtfType.Enum letters(int size, boolean wide, String... names) {
    return new BtfType.Enum(
        "e",
        size,
        false,
        wide,
        java.util.Arrays.stream(names).map(n -> new Enumerator(n, n.length())).toList());
  }

  @Test
  void aTypeMatchesThatHasAllThatTheLocalOneHas() {
    ToIntFunction<TestTypes> small = t -> t.struct("s", 8, at(0, "a", t.s32), at(4, "b", t.u32));
    ToIntFunction<TestTypes> big =
        t -> t.struct("s___x", 24, at(0, "b", t.u32), at(8, "c", t.u64), at(16, "a___y", t.s32));
    ToIntFunction<TestTypes> forward = t -> t.add(new BtfType.Forward("s", false));
    ToIntFunction<TestTypes> forwardUnion = t -> t.add(new BtfType.Forward("s", true));
    assertThat(ask(TYPE_MATCHES, small, big)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, big, small)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, small, t -> t.union("s", 8))).isEqualTo(0);
    assertThat(
            ask(
                TYPE_MATCHES,
                small,
                t -> t.struct("s", 8, at(0, "a", t.u32), at(4, "b", t.u32), at(8, "c", t.u32))))
        .as("a sign differs")
        .isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, t -> t.s32, t -> t.s32)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, t -> t.s32, t -> t.number("int", 8, 1))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, t -> t.s32, t -> t.struct("int", 4))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, small, forward)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, forward, small)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, forward, forward)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, forward, forwardUnion)).isEqualTo(0);
    assertThat(
            ask(
                TYPE_MATCHES,
                t -> t.add(new BtfType.Floating("f", 4)),
                t -> t.add(new BtfType.Floating("f", 4))))
        .as("libbpf knows no floating-point numbers here")
        .isEqualTo(0);
  }

  @Test
  void behindAPointerTheNameOfAStructIsEnough() {
    ToIntFunction<TestTypes> empty = t -> t.pointer(t.struct("s", 0));
    ToIntFunction<TestTypes> full = t -> t.pointer(t.struct("s", 4, at(0, "a", t.s32)));
    ToIntFunction<TestTypes> union = t -> t.pointer(t.union("s", 4));
    ToIntFunction<TestTypes> forward = t -> t.pointer(t.add(new BtfType.Forward("s", false)));
    ToIntFunction<TestTypes> forwardUnion = t -> t.pointer(t.add(new BtfType.Forward("s", true)));
    assertThat(ask(TYPE_MATCHES, full, empty)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, full, union)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, full, t -> t.pointer(t.struct("other", 4)))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, full, forward)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, full, forwardUnion)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, union, forwardUnion)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, forward, full)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, forward, union)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, forwardUnion, forwardUnion)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, forward, forwardUnion)).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, t -> t.pointer(0), t -> t.pointer(0))).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, t -> t.pointer(0), t -> t.u64)).isEqualTo(0);
  }

  @Test
  void arraysMatchInLengthAndPrototypesInParameters() {
    ToIntFunction<TestTypes> function = t -> t.pointer(t.prototype(t.s32, t.u64));
    assertThat(ask(TYPE_MATCHES, t -> t.array(t.s32, 2), t -> t.array(t.s32, 2))).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, t -> t.array(t.s32, 2), t -> t.array(t.s32, 3))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, t -> t.array(t.s32, 2), t -> t.array(t.u32, 2))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, function, function)).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, function, t -> t.pointer(t.prototype(t.s32, t.s64)))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, function, t -> t.pointer(t.prototype(t.s32)))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, function, t -> t.pointer(t.prototype(t.u32, t.u64)))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, function, t -> t.pointer(t.struct("", 0)))).isEqualTo(0);
  }

  @Test
  void enumerationsMatchByTheirNamesAndSize() {
    ToIntFunction<TestTypes> ab = t -> t.add(letters(4, false, "A", "B"));
    assertThat(ask(TYPE_MATCHES, ab, t -> t.add(letters(4, false, "B", "C", "A")))).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, ab, t -> t.add(letters(4, true, "B", "A___x")))).isEqualTo(1);
    assertThat(ask(TYPE_MATCHES, ab, t -> t.add(letters(8, true, "A", "B")))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, ab, t -> t.add(letters(4, false, "A")))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, ab, t -> t.add(letters(4, false, "A", "C", "D")))).isEqualTo(0);
    assertThat(ask(TYPE_MATCHES, ab, t -> t.struct("e", 4))).isEqualTo(0);
  }
}
