package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BtfBuilderTest {
  private static final Path KERNEL = Path.of("/sys/kernel/btf/vmlinux");

  private static Btf read(String object) {
    var elf = ElfFile.read(object, TestObjects.bytes(object));
    return Btf.read(elf.section(".BTF").orElseThrow().data());
  }

  private static void equal(Btf copy, Btf original) {
    assertThat(copy.typeCount()).isEqualTo(original.typeCount());
    for (int id = 0; id < original.typeCount(); id++) {
      assertThat(copy.type(id)).isEqualTo(original.type(id));
    }
  }

  private static Btf written(Btf original, BtfBuilder builder) {
    for (int id = 1; id < original.typeCount(); id++) {
      assertThat(builder.add(original.type(id))).isEqualTo(id);
    }
    return builder.build();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"core_types", "core_maps", "core_calls", "core_big_endian", "attach_tracing"})
  void everyTypeIsWrittenAsItWasRead(String object) {
    var original = read(object);
    equal(written(original, BtfBuilder.empty(original.order())), original);
    equal(written(original, BtfBuilder.empty(ByteOrder.BIG_ENDIAN)), original);
    equal(written(original, BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN)), original);
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_big_endian"})
  void aCopyHasTheSameBytes(String object) {
    var original = read(object);
    assertThat(BtfBuilder.copyOf(original).toBytes()).isEqualTo(original.bytes());
    var replaced = BtfBuilder.copyOf(original);
    for (int id = 1; id < original.typeCount(); id++) {
      replaced.set(id, original.type(id));
    }
    assertThat(replaced.toBytes()).as("each type by itself").isEqualTo(original.bytes());
  }

  @Test
  void theTypesOfTheKernelAreWrittenAsTheyWereRead() throws Exception {
    Assumptions.assumeTrue(Files.isReadable(KERNEL), "this kernel has no BTF");
    var original = Btf.read("vmlinux", Files.readAllBytes(KERNEL));
    var builder = BtfBuilder.empty(original.order());
    for (int id = 1; id < original.typeCount(); id++) {
      builder.add(original.type(id));
    }
    var copy = builder.build();
    assertThat(copy.typeCount()).isEqualTo(original.typeCount());
    for (int id = 1; id < original.typeCount(); id++) {
      if (!copy.type(id).equals(original.type(id))) {
        assertThat(copy.type(id)).isEqualTo(original.type(id));
      }
    }
    assertThat(BtfBuilder.copyOf(original).build().bytes()).isEqualTo(original.bytes());
  }

  @Test
  void aCopyKeepsIdsAndThePlacesOfStrings() {
    var original = read("core_types");
    var builder = BtfBuilder.copyOf(original);
    var id = builder.add(new BtfType.Typedef("a_new_name", 1));
    builder.set(1, new BtfType.Struct("int", 4, false, List.of()));
    builder.set(id, new BtfType.Typedef("another_name", 28));
    var copy = builder.build();
    assertThat(id).isEqualTo(original.typeCount());
    assertThat(copy.type(id)).isEqualTo(new BtfType.Typedef("another_name", 28));
    assertThat(copy.type(1)).isEqualTo(new BtfType.Struct("int", 4, false, List.of()));
    for (int other = 2; other < original.typeCount(); other++) {
      assertThat(copy.type(other)).isEqualTo(original.type(other));
      assertThat(copy.nameOffset(other)).isEqualTo(original.nameOffset(other));
    }
    assertThat(copy.nameOffset(1)).isEqualTo(original.nameOffset(1));
  }

  @Test
  void writesEachStringOnce() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    assertThat(builder.string("")).isZero();
    assertThat(builder.string("one")).isEqualTo(1);
    assertThat(builder.string("two")).isEqualTo(5);
    assertThat(builder.string("one")).isEqualTo(1);
    var copy = BtfBuilder.copyOf(builder.build());
    assertThat(copy.string("two")).isEqualTo(5);
    assertThat(copy.string("three")).isEqualTo(9);
    assertThat(copy.build().string(9)).isEqualTo("three");
  }

  @Test
  void aCopyOfSplitBtfIsOfTheSameBase() {
    var base = read("core_types");
    var first = BtfBuilder.emptySplit(base);
    var pointer = first.add(new BtfType.Pointer(28));
    var split = first.build();
    var second = BtfBuilder.copyOf(split);
    second.set(pointer, new BtfType.Const(28));
    var name = second.add(new BtfType.Typedef("everything", pointer));
    var copy = second.build();
    assertThat(copy.base()).contains(base);
    assertThat(copy.type(pointer)).isEqualTo(new BtfType.Const(28));
    assertThat(copy.nameOffset(name)).isEqualTo(base.nameOffset(28));
    assertThatThrownBy(() -> second.set(1, new BtfType.Const(28)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no type 1 to replace; ids are 66 to 67");
  }

  @ParameterizedTest
  @ValueSource(strings = {"core_types", "core_big_endian"})
  void takesTypesOfOtherBtfWithTheirIdsMapped(String object) {
    var original = read(object);
    var builder = BtfBuilder.empty(ByteOrder.BIG_ENDIAN);
    builder.add(new BtfType.Int("first", 4, 0, 0, 32));
    for (int id = 1; id < original.typeCount(); id++) {
      assertThat(builder.add(original, id, i -> i == 0 ? 0 : i + 1)).isEqualTo(id + 1);
    }
    var back = BtfBuilder.empty(original.order());
    var moved = builder.build();
    for (int id = 2; id < moved.typeCount(); id++) {
      back.add(moved, id, i -> i == 0 ? 0 : i - 1);
    }
    assertThat(moved.type(1)).isEqualTo(new BtfType.Int("first", 4, 0, 0, 32));
    equal(back.build(), original);
  }

  @Test
  void keepsTheFlagOfTags() {
    var original =
        new BtfBytes()
            .type("int", BtfBytes.INT, 0, 4, 32)
            .rawType(0, 1 << 31 | BtfBytes.TYPE_TAG << 24, 1)
            .read();
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    builder.add(original, 1, i -> i);
    builder.add(original, 2, i -> i);
    assertThat(builder.build().flag(2)).isTrue();
  }

  @Test
  void refusesWhatTheFormatCannotHold() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    assertThatThrownBy(() -> builder.add(new BtfType.Void()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            builder.add(
                new BtfType.Struct(
                    "far", 1L << 22, false, List.of(new Member("m", 1, 1L << 24, 3)))))
        .hasMessageContaining("member 'm' lies too far from the start");
    assertThatThrownBy(() -> builder.add(new BtfType.Struct("large", 1L << 32, false, List.of())))
        .hasMessageContaining("impossible size of 4294967296");
    assertThatThrownBy(() -> builder.add(new BtfType.Function("f", 1, 1 << 24)))
        .hasMessageContaining("room for 16777215");
    assertThatThrownBy(() -> builder.string("a\0b")).hasMessageContaining("zero byte");
    assertThat(builder.typeCount()).isEqualTo(1);
  }

  @Test
  void writesExtremesOfValues() {
    var builder = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var wide =
        new BtfType.Enum(
            "wide",
            8,
            true,
            true,
            List.of(new Enumerator("LEAST", Long.MIN_VALUE), new Enumerator("MOST", -1)));
    var narrow =
        new BtfType.Enum("narrow", 4, false, false, List.of(new Enumerator("N", 0xffff_ffffL)));
    var array = new BtfType.Array(1, 2, 0xffff_ffffL);
    assertThat(builder.add(wide)).isEqualTo(1);
    assertThat(builder.add(narrow)).isEqualTo(2);
    assertThat(builder.add(array)).isEqualTo(3);
    var btf = builder.build();
    assertThat(btf.type(1)).isEqualTo(wide);
    assertThat(btf.type(2)).isEqualTo(narrow);
    assertThat(btf.type(3)).isEqualTo(array);
  }
}
