package org.ebpf4j.btf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Each way in which BTF can be wrong, with the message that a person gets.
final class MalformedBtfTest {
  private static final int TYPES = 24;

  private final byte[] good = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32).bytes();

  private static void rejects(ThrowingCallable reading, String message) {
    assertThatThrownBy(reading).isInstanceOf(MalformedObjectException.class).hasMessage(message);
  }

  private void rejects(byte[] bytes, String message) {
    rejects(() -> BtfBytes.read(bytes), message);
  }

  private byte[] with32(int at, int value) {
    ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return good;
  }

  @Test
  void rejectsAHeaderCutOff() {
    rejects(Arrays.copyOf(good, 23), "t.o, offset 0x17: BTF ends inside its header of 24 bytes");
  }

  @Test
  void rejectsAnotherMagicNumber() {
    good[0] = 0;
    rejects(good, "t.o, offset 0x0: not BTF: magic 0xeb00, where 0xeb9f was expected");
  }

  @Test
  void rejectsAnotherVersion() {
    good[2] = 2;
    rejects(good, "t.o, offset 0x2: BTF version 2, where 1 was expected");
  }

  @ParameterizedTest
  @CsvSource({"8", "12", "16", "20", "4"})
  void rejectsAreasBeyondTheEnd(int field) {
    for (var value : new int[] {1000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE}) {
      assertThatThrownBy(() -> BtfBytes.read(with32(field, value)))
          .isInstanceOf(MalformedObjectException.class)
          .hasMessageContaining("does not fit into " + good.length + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 31})
  void rejectsUnknownKinds(int kind) {
    rejects(
        with32(TYPES + 4, kind << 24),
        "t.o, section .BTF, offset 0x1c: BTF type 1 is of unknown kind " + kind);
  }

  @Test
  void rejectsATypeCutOff() {
    rejects(
        with32(12, 11),
        "t.o, section .BTF, offset 0x18: a type of 12 bytes at 0x0 does not fit into 11 bytes");
    rejects(
        with32(12, 15),
        "t.o, section .BTF, offset 0x18: BTF type 1 of 16 bytes at 0x0 does not fit into 15 bytes");
  }

  @Test
  void rejectsMoreMembersThanThereAreBytes() {
    rejects(
        with32(TYPES + 4, BtfBytes.STRUCT << 24 | 0xffff),
        "t.o, section .BTF, offset 0x18: BTF type 1 of 786432 bytes at 0x0 does not fit into 16 bytes");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 1000, -1, Integer.MIN_VALUE})
  void rejectsAnIdThatIsNotThere(int id) {
    var btf = BtfBytes.read(good);
    rejects(
        () -> btf.type(id),
        "t.o, section .BTF, offset 0x18: BTF type id " + id + ", where ids end at 1");
  }

  @Test
  void rejectsANameBeyondTheStrings() {
    rejects(
        with32(TYPES, 99),
        "t.o, section .BTF, offset 0x18: a string at 99, where the strings end at 5");
    rejects(
        new BtfBytes().type("s", BtfBytes.STRUCT, 1, 4, 99, 0, 0).bytes(),
        "t.o, section .BTF, offset 0x24: a string at 99, where the strings end at 3");
  }

  @Test
  void rejectsATypeThatNamesOneThatIsNotThere() {
    rejects(
        new BtfBytes().type("", BtfBytes.POINTER, 0, 2).bytes(),
        "t.o, section .BTF, offset 0x20: BTF type 1 names type 2, where ids end at 1");
    rejects(
        new BtfBytes().type("s", BtfBytes.STRUCT, 1, 4, 0, -1, 0).bytes(),
        "t.o, section .BTF, offset 0x28: BTF type 1 names type 4294967295, where ids end at 1");
    rejects(
        new BtfBytes().type("", BtfBytes.ARRAY, 0, 0, 1, 7, 1).bytes(),
        "t.o, section .BTF, offset 0x28: BTF type 1 names type 7, where ids end at 1");
  }

  @Test
  void rejectsAFunctionWithoutAPrototype() {
    rejects(
        new BtfBytes()
            .type("int", BtfBytes.INT, 0, 4, 32)
            .type("f", BtfBytes.FUNCTION, 0, 1)
            .bytes(),
        "t.o, section .BTF, offset 0x30: BTF type 2 is a function without a prototype");
  }

  @Test
  void rejectsAHeaderThatIsTooShort() {
    rejects(
        with32(4, 20),
        "t.o, offset 0x4: a header of 20 bytes, where at least 24 were expected in BTF");
  }

  @Test
  void rejectsStringsWithoutAnEndOrABeginning() {
    good[good.length - 1] = 'x';
    rejects(good, "t.o, section .BTF, offset 0x2d: BTF's last string has no end");
    good[good.length - 1] = 0;
    rejects(with32(20, 0), "t.o, section .BTF, offset 0x28: BTF's last string has no end");
    with32(20, 5);
    good[good.length - 5] = 'x';
    rejects(
        good,
        "t.o, section .BTF, offset 0x28: BTF's first string is not empty, as only that of split BTF may be");
    rejects(with32(20, 0), "t.o, section .BTF, offset 0x28: BTF's last string has no end");
  }

  @ParameterizedTest
  @CsvSource({"8,2", "16,12"})
  void rejectsTypesThatAreNotAlignedOrReachIntoTheStrings(int field, int value) {
    rejects(
        with32(field, value),
        "t.o, offset 0x8: BTF's type area is not aligned, or not before the strings");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 17, -1, Integer.MIN_VALUE})
  void rejectsNumbersOfImpossibleSize(int size) {
    var btf = BtfBytes.read(with32(TYPES + 8, size));
    rejects(
        () -> btf.type(1),
        "t.o, section .BTF, offset 0x20: a number of %s bytes, where 1 to 16 were expected in BTF"
            .formatted(Integer.toUnsignedString(size)));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        BtfBytes.TYPEDEF,
        BtfBytes.VOLATILE,
        BtfBytes.CONST,
        BtfBytes.RESTRICT,
        BtfBytes.TYPE_TAG
      })
  void rejectsAChainOfNamesThatGoesInACircle(int kind) {
    var name = kind == BtfBytes.TYPEDEF || kind == BtfBytes.TYPE_TAG ? "t" : "";
    var itself = new BtfBytes().type(name, kind, 0, 1).read();
    rejects(
        () -> itself.resolve(1),
        "t.o, section .BTF, offset 0x18: BTF type 1 is a chain of names without an end");
    var pair = new BtfBytes().type(name, kind, 0, 2).type("", BtfBytes.CONST, 0, 1).read();
    rejects(
        () -> pair.size(2),
        "t.o, section .BTF, offset 0x18: BTF type 2 is a chain of names without an end");
  }

  @Test
  void followsTheLongestChainThatEnds() {
    var bytes = new BtfBytes();
    for (int id = 1; id <= 1000; id++) {
      bytes.type("", BtfBytes.CONST, 0, id + 1);
    }
    var btf = bytes.type("int", BtfBytes.INT, 0, 4, 32).read();
    assertThat(btf.resolve(1)).isEqualTo(1001);
  }

  @Test
  void rejectsAnArrayOfItself() {
    var btf = new BtfBytes().type("", BtfBytes.ARRAY, 0, 0, 1, 1, 2).read();
    rejects(
        () -> btf.size(1), "t.o, section .BTF, offset 0x18: BTF type 1 nests more than 32 deep");
    rejects(
        () -> btf.alignment(1),
        "t.o, section .BTF, offset 0x18: BTF type 1 nests more than 32 deep");
  }

  @Test
  void alignsAStructOfManyStructsInOneStep() {
    var bytes = new BtfBytes().type("int", BtfBytes.INT, 0, 4, 32);
    for (int id = 2; id <= 30; id++) {
      bytes.type("s", BtfBytes.STRUCT, 3, 4, 0, id - 1, 0, 0, id - 1, 0, 0, id - 1, 0);
    }
    assertThat(bytes.read().alignment(30)).isEqualTo(4);
  }

  @Test
  void rejectsToAlignWhatHasNoAlignment() {
    var btf = new BtfBytes().type("s", 7, 0, 0).read();
    rejects(() -> btf.alignment(1), "t.o, section .BTF, offset 0x18: BTF type 1 has no alignment");
  }

  @Test
  void anEnumerationThatIsOnlyDeclaredHasNoSize() {
    var btf = new BtfBytes().type("e", 6, 0, 0).read();
    assertThat(btf.size(1)).isZero();
  }

  @Test
  void rejectsAVariableOfItsOwnType() {
    var btf = new BtfBytes().type("v", BtfBytes.VARIABLE, 0, 1, 0).read();
    rejects(
        () -> btf.size(1), "t.o, section .BTF, offset 0x18: BTF type 1 nests more than 32 deep");
  }

  @ParameterizedTest
  @CsvSource({"-1", "0x20000000", "0x7fffffff"})
  void rejectsAnArrayOfMoreThanTwoGigabytes(String count) {
    var btf =
        new BtfBytes()
            .type("int", BtfBytes.INT, 0, 4, 32)
            .type("", BtfBytes.ARRAY, 0, 0, 1, 1, Integer.decode(count))
            .read();
    rejects(
        () -> btf.size(2),
        "t.o, section .BTF, offset 0x18: BTF type 2 is an array of more than 2 GiB");
  }

  @Test
  void theLargestArrayHasASize() {
    var btf =
        new BtfBytes()
            .type("char", BtfBytes.INT, 0, 1, 8)
            .type("", BtfBytes.ARRAY, 0, 0, 1, 1, Integer.MAX_VALUE)
            .type("empty", BtfBytes.STRUCT, 0, 0)
            .type("", BtfBytes.ARRAY, 0, 0, 3, 1, -1)
            .read();
    assertThat(btf.size(2)).isEqualTo(Integer.MAX_VALUE);
    assertThat(btf.size(4)).as("four billion times nothing").isZero();
  }

  @Test
  void rejectsToMeasureWhatHasNoSize() {
    var btf =
        new BtfBytes()
            .type("", 13, 0, 0)
            .type("f", BtfBytes.FUNCTION, 0, 1)
            .type("s", 7, 0, 0)
            .type("", BtfBytes.CONST, 0, 0)
            .read();
    for (int id = 0; id <= 4; id++) {
      var type = id;
      rejects(
          () -> btf.size(type), "t.o, section .BTF, offset 0x18: BTF type " + id + " has no size");
    }
  }
}
