package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_VALUE;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_OFFSET;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_SIZE;
import static org.ebpf4j.relocation.CoreKind.TYPE_EXISTS;
import static org.ebpf4j.relocation.CoreKind.TYPE_MATCHES;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.bits;
import static org.ebpf4j.relocation.TestTypes.resolve;

import java.util.ArrayList;
import java.util.stream.IntStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.CoreRelocation;
import org.ebpf4j.error.RelocationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Records and types that no compiler makes.
@Timeout(20)
final class HostileTypesTest {
  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();

  private AbstractThrowableAssert<?, ?> refused(CoreKind kind, int type, String access) {
    var relocator = local.on(kernel);
    return assertThatThrownBy(() -> resolve(relocator, kind, type, access))
        .isInstanceOf(RelocationException.class)
        .hasMessageStartingWith("program p, instruction 7: CO-RE relocation for ");
  }

  @ParameterizedTest
  @CsvSource({
    "'', it is empty",
    "':0', a number was expected at its character 1",
    "'0:', a number was expected at its character 3",
    "'0::0', a number was expected at its character 3",
    "'0:x', a number was expected at its character 3",
    "'0x1', a number was expected at its character 2",
    "'0:-1', an index is below 0 or above 2147483647",
    "'0:4294967295', an index is below 0 or above 2147483647",
    "'0:99999999999999999999', an index is below 0 or above 2147483647",
    "'0:2', 'struct s has 2 members, and member 2 is asked for'",
    "'0:0:0', 'step 2 leads into type int, which has no parts'",
    "'0:1:4', 'an array has 4 elements, and element 4 is asked for'"
  })
  void accessStringsThatMakeNoSenseFailTheLoad(String access, String reason) {
    var s = local.struct("s", 20, at(0, "a", local.s32), at(4, "b", local.array(local.s32, 4)));
    kernel.struct("s", 4, at(0, "a", kernel.s32));
    refused(FIELD_BYTE_OFFSET, s, access)
        .hasMessageEndingWith("the access string \"" + access + "\" is malformed: " + reason);
  }

  @Test
  void anAccessStringHasAtMost64Steps() {
    var s = local.struct("s", 20, at(0, "a", local.s32));
    refused(FIELD_BYTE_OFFSET, s, "0:".repeat(100_000) + "0")
        .hasMessageEndingWith("it has more than 64 steps");
  }

  @Test
  void typesAndEnumeratorsHaveOneStep() {
    var e = local.enumeration("e", false, new Enumerator("A", 1));
    refused(TYPE_EXISTS, e, "1").hasMessageEndingWith("of a type there is only 0");
    refused(TYPE_EXISTS, e, "0:0").hasMessageEndingWith("of a type there is only 0");
    refused(ENUMVAL_VALUE, e, "1").hasMessageEndingWith("enum e has 1 enumerators");
    refused(ENUMVAL_VALUE, e, "0:0").hasMessageEndingWith("enum e has 1 enumerators");
  }

  @Test
  void kindsAndTypesMustBeThere() {
    var relocator = local.on(kernel);
    for (var relocation :
        new CoreRelocation[] {
          new CoreRelocation(0, 1, "0", 13),
          new CoreRelocation(0, 1, "0", -1),
          new CoreRelocation(0, 1000, "0", 8),
          new CoreRelocation(0, -1, "0", 6)
        }) {
      assertThatThrownBy(() -> relocator.resolve(relocation, () -> "here"))
          .isInstanceOf(RelocationException.class)
          .hasMessageMatching(
              "here: CO-RE relocation for kind -?\\d+, type -?\\d+, access \"0\":"
                  + " (there is no such kind of relocation|the object has no such type)");
    }
  }

  @Test
  void offsetsWrapAt32BitsAsTheyDoInLibbpf() {
    var s = local.struct("s", 0x8000_0000L, at(8, "a", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "2147483647:0");
    assertThat(resolution.originalValue()).isEqualTo(8);
    assertThat(resolution.value()).contains(0x1fff_fff8L);
  }

  @Test
  void sizesEndAt4GiB() {
    var huge = local.array(local.array(local.u64, 0x8000_0000L), 0x8000_0000L);
    var s = local.struct("s", 4, at(0, "a", huge));
    refused(FIELD_BYTE_SIZE, s, "0:0").hasMessageContaining("is bigger than 4 GiB");
    var t = local.struct("t", 4, at(0, "a", local.s32));
    kernel.struct("t", 0x8000_0000L, at(0, "a", kernel.s32));
    refused(FIELD_BYTE_OFFSET, t, "0:0").hasMessageEndingWith("struct t is bigger than 2 GiB");
  }

  @Test
  void namesThatNameEachOtherEndNowhere() {
    var first = local.typedef("t", local.next() + 1);
    local.typedef("u", first);
    kernel.typedef("t", kernel.s32);
    refused(TYPE_EXISTS, first, "0").hasMessageEndingWith("is a chain of names without an end");
    refused(FIELD_BYTE_OFFSET, first, "0:0").hasMessageEndingWith("without an end");
  }

  @Test
  void arraysOfThemselvesHaveNoSizeAndNoElements() {
    var mine = local.array(local.next(), 1);
    var theirs = kernel.array(kernel.next(), 1);
    var s = local.struct("s", 4, at(0, "a", mine));
    kernel.struct("s", 4, at(0, "a", theirs));
    refused(FIELD_BYTE_SIZE, s, "0:0").hasMessageContaining("nests more than 32 deep");
    refused(CoreKind.FIELD_EXISTS, s, "0:0").hasMessageContaining("steps to compare");
    var t = local.typedef("t", mine);
    kernel.typedef("t", theirs);
    refused(TYPE_EXISTS, t, "0").hasMessageEndingWith("the types nest more than 32 deep");
    refused(TYPE_MATCHES, t, "0").hasMessageEndingWith("the types nest more than 32 deep");
  }

  @Test
  void aStructInItselfWithoutANameIsNotFollowedForEver() {
    var s = local.struct("s", 4, at(0, "a", local.s32));
    kernel.struct("s", 4, at(0, "", kernel.next()));
    refused(FIELD_BYTE_OFFSET, s, "0:0").hasMessageEndingWith("struct s nests more than 64 deep");
  }

  @Test
  void manyWaysThroughMembersWithoutANameAreNotAllGone() {
    var s = local.struct("s", 4, at(0, "a", local.s32));
    var inner = kernel.struct("", 4, at(0, "b", kernel.s32));
    for (int i = 0; i < 40; i++) {
      inner = kernel.struct("", 4, at(0, "", inner), at(0, "", inner));
    }
    kernel.struct("s", 4, at(0, "", inner));
    refused(FIELD_BYTE_OFFSET, s, "0:0").hasMessageContaining("steps to compare");
  }

  private static int deepPrototype(TestTypes types) {
    var type = types.s32;
    for (int i = 0; i < 40; i++) {
      type = types.pointer(types.prototype(types.s32, type, type));
    }
    return types.typedef("t", type);
  }

  @Test
  void prototypesInPrototypesAreNotFollowedForEver() {
    var t = deepPrototype(local);
    deepPrototype(kernel);
    refused(TYPE_EXISTS, t, "0").hasMessageMatching(".*(nest more than 32|steps to compare).*");
    refused(TYPE_MATCHES, t, "0").hasMessageMatching(".*(nest more than 32|steps to compare).*");
  }

  private static Member[] numbered(int count, String prefix, int type) {
    return IntStream.range(0, count).mapToObj(i -> at(0, prefix + i, type)).toArray(Member[]::new);
  }

  @Test
  void tensOfThousandsOfMembersAreNotAllComparedWithEachOther() {
    var s = local.struct("s", 4, numbered(50_000, "m", local.s32));
    var theirs = new ArrayList<Member>();
    for (var member : numbered(50_000, "m", kernel.s32)) {
      theirs.addFirst(member);
    }
    kernel.struct("s", 4, theirs.toArray(Member[]::new));
    refused(TYPE_MATCHES, s, "0").hasMessageContaining("steps to compare");
  }

  @Test
  void thousandsOfTypesOfOneNameAreNotAskedForEver() {
    var s = local.struct("s", 4, numbered(3000, "m", local.s32));
    for (int i = 0; i < 5000; i++) {
      kernel.struct("s", 4);
    }
    var relocator = local.on(kernel);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 3000; i++) {
                resolve(relocator, FIELD_BYTE_OFFSET, s, "0:" + i);
              }
            })
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("steps to compare");
  }

  @Test
  void bitFieldsAreOfNumbers() {
    var s = local.struct("s", 8, bits(0, 3, "a", local.pointer(0)));
    refused(FIELD_BYTE_OFFSET, s, "0:0").hasMessageContaining("a bit field is of");
  }

  @Test
  void typesOfKindsThatAreNoStructsHaveNoFields() {
    var f = local.add(new BtfType.Forward("f", false));
    refused(FIELD_BYTE_OFFSET, f, "0:0").hasMessageEndingWith("struct f has no size");
  }
}
