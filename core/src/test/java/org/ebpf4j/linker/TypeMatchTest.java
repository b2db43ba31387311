package org.ebpf4j.linker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;

final class TypeMatchTest {
  private final BtfBuilder one = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final BtfBuilder other = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);

  private Optional<String> difference(int id, int otherId) {
    var data = FileBytes.of("t.o", new byte[0], ByteOrder.LITTLE_ENDIAN);
    return new TypeMatch(data, one.build(), other.build()).difference(id, otherId);
  }

  private Optional<String> difference(BtfType type, BtfType otherType) {
    return difference(one.add(type), other.add(otherType));
  }

  private static BtfType.Struct struct(String name, Member... members) {
    return new BtfType.Struct(name, 8, false, List.of(members));
  }

  private static int integer(BtfBuilder builder, int size) {
    return builder.add(new BtfType.Int("int", size, 0, 0, size * 8));
  }

  @Test
  void theNameAndEncodingOfANumberDoNotCount() {
    assertThat(
            difference(
                new BtfType.Int("int", 4, 1, 0, 32), new BtfType.Int("unsigned", 4, 0, 0, 32)))
        .isEmpty();
    assertThat(difference(new BtfType.Int("int", 4, 1, 0, 32), new BtfType.Int("int", 8, 1, 0, 64)))
        .contains("sizes 4 and 8");
    assertThat(difference(new BtfType.Floating("float", 4), new BtfType.Floating("double", 8)))
        .contains("sizes 4 and 8");
  }

  @Test
  void kindsCount() {
    assertThat(difference(new BtfType.Int("int", 4, 1, 0, 32), new BtfType.Floating("int", 4)))
        .contains("kinds integer and floating-point number");
    assertThat(difference(struct("s"), new BtfType.Struct("s", 8, true, List.of())))
        .contains("kinds struct and union");
    assertThat(
            difference(
                new BtfType.Enum("e", 4, false, false, List.of()),
                new BtfType.Enum("e", 4, false, true, List.of())))
        .contains("kinds enum and 64-bit enum");
  }

  @Test
  void qualifiersAndTypedefsDoNotCount() {
    var number = integer(one, 4);
    var qualified =
        one.add(
            new BtfType.Const(
                one.add(new BtfType.Volatile(one.add(new BtfType.Typedef("t", number))))));
    assertThat(difference(qualified, integer(other, 4))).isEmpty();
  }

  @Test
  void theValuesOfAnEnumDoNotCountButItsNameDoes() {
    var values = List.of(new Enumerator("A", 1));
    assertThat(
            difference(
                new BtfType.Enum("e", 4, false, false, values),
                new BtfType.Enum("e", 4, true, false, List.of())))
        .isEmpty();
    assertThat(
            difference(
                new BtfType.Enum("e", 4, false, false, values),
                new BtfType.Enum("f", 4, false, false, values)))
        .contains("names 'e' and 'f'");
  }

  @Test
  void theLengthOfAnArrayDoesNotCountButItsElementDoes() {
    var index = integer(one, 4);
    var otherIndex = integer(other, 4);
    assertThat(
            difference(
                new BtfType.Array(index, index, 0), new BtfType.Array(otherIndex, otherIndex, 9)))
        .isEmpty();
    var wide = integer(other, 8);
    assertThat(
            difference(new BtfType.Array(index, index, 9), new BtfType.Array(wide, otherIndex, 9)))
        .contains("sizes 4 and 8");
  }

  @Test
  void theFieldsOfAStructCount() {
    var number = integer(one, 4);
    var otherNumber = integer(other, 4);
    var first = new Member("a", number, 0, 0);
    assertThat(difference(struct("s", first), struct("s", new Member("a", otherNumber, 0, 0))))
        .isEmpty();
    assertThat(difference(struct("s", first), struct("s"))).contains("1 and 0 fields");
    assertThat(difference(struct("s", first), struct("s", new Member("b", otherNumber, 0, 0))))
        .contains("fields 'a' and 'b'");
    assertThat(difference(struct("s", first), struct("s", new Member("a", otherNumber, 32, 0))))
        .contains("different places of field 'a'");
    assertThat(
            difference(struct("s", first), struct("s", new Member("a", integer(other, 8), 0, 0))))
        .contains("sizes 4 and 8");
    assertThat(difference(struct("s", first), struct("t", new Member("a", otherNumber, 0, 0))))
        .contains("names 's' and 't'");
  }

  @Test
  void behindAPointerOnlyKindAndNameCount() {
    var full = one.add(struct("s", new Member("a", integer(one, 4), 0, 0)));
    var empty = other.add(struct("s"));
    assertThat(difference(new BtfType.Pointer(full), new BtfType.Pointer(empty))).isEmpty();
    var forward = other.add(new BtfType.Forward("s", false));
    assertThat(difference(new BtfType.Pointer(full), new BtfType.Pointer(forward))).isEmpty();
    var union = other.add(new BtfType.Forward("s", true));
    assertThat(difference(new BtfType.Pointer(full), new BtfType.Pointer(union)))
        .contains("a declaration of union 's' and struct 's'");
    var renamed = other.add(new BtfType.Forward("t", false));
    assertThat(difference(new BtfType.Pointer(full), new BtfType.Pointer(renamed)))
        .contains("a declaration of struct 't' and struct 's'");
    assertThat(difference(full, forward)).contains("kinds struct and declaration");
  }

  @Test
  void parametersCountByTypeAndNumber() {
    var number = integer(one, 4);
    var otherNumber = integer(other, 4);
    var two =
        one.add(
            new BtfType.Prototype(
                number, List.of(new Parameter("a", number), new Parameter("b", number))));
    var unnamed =
        other.add(
            new BtfType.Prototype(
                otherNumber,
                List.of(new Parameter("", otherNumber), new Parameter("", otherNumber))));
    assertThat(difference(new BtfType.Function("f", two, 1), new BtfType.Function("f", unnamed, 2)))
        .isEmpty();
    assertThat(difference(new BtfType.Function("f", two, 1), new BtfType.Function("f", unnamed, 0)))
        .contains("one that is static and one that is not");
    var single =
        other.add(new BtfType.Prototype(otherNumber, List.of(new Parameter("", otherNumber))));
    assertThat(difference(two, single)).contains("2 and 1 parameters");
    var empty = other.add(new BtfType.Prototype(0, List.of()));
    assertThat(difference(one.add(new BtfType.Prototype(number, List.of())), empty))
        .contains("kinds integer and void");
  }

  @Test
  void linkagesOfVariablesCountByBeingStatic() {
    var number = integer(one, 4);
    var otherNumber = integer(other, 4);
    assertThat(
            difference(
                new BtfType.Variable("v", number, 1), new BtfType.Variable("v", otherNumber, 2)))
        .isEmpty();
    assertThat(
            difference(
                new BtfType.Variable("v", number, 0), new BtfType.Variable("v", otherNumber, 2)))
        .contains("one that is static and one that is not");
  }

  @Test
  void whatNoSymbolHasIsRefused() {
    var tag = one.add(new BtfType.DeclarationTag("t", integer(one, 4), -1));
    var otherTag = other.add(new BtfType.DeclarationTag("t", integer(other, 4), -1));
    assertThat(difference(tag, otherTag))
        .contains("a kind that no symbol has, tag of a declaration");
  }

  @Test
  void typesThatLeadToThemselvesEnd() {
    for (var builder : List.of(one, other)) {
      builder.add(new BtfType.Pointer(1));
    }
    assertThat(difference(1, 1)).isEmpty();
  }

  @Test
  void nestingBeyondReasonIsRefused() {
    for (var builder : List.of(one, other)) {
      var last = integer(builder, 4);
      for (int i = 0; i < 100; i++) {
        last = builder.add(new BtfType.Pointer(last));
      }
    }
    assertThatExceptionOfType(MalformedObjectException.class)
        .isThrownBy(() -> difference(101, 101))
        .withMessageContaining("nests more than 64 deep");
  }
}
