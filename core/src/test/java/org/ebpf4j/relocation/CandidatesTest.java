package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_VALUE;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_OFFSET;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_SIZE;
import static org.ebpf4j.relocation.CoreKind.FIELD_EXISTS;
import static org.ebpf4j.relocation.CoreKind.TYPE_ID_TARGET;
import static org.ebpf4j.relocation.CoreKind.TYPE_SIZE;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.resolve;

import java.nio.ByteOrder;
import java.util.List;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.error.RelocationException;
import org.junit.jupiter.api.Test;

/// Several types of one name: which are meant.
final class CandidatesTest {
  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();

  @Test
  void severalTypesOfTheNameMayFitIfTheyAgree() {
    var s = local.struct("s", 8, at(0, "a", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    kernel.struct("s___2", 32, at(8, "a", kernel.u32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0");
    assertThat(resolution.value()).contains(8L);
    assertThat(resolution.candidates()).containsExactly("struct s [7]", "struct s___2 [8]");
  }

  @Test
  void typesThatContradictEachOtherFailTheLoad() {
    var s = local.struct("s", 8, at(0, "a", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    kernel.struct("s___2", 16, at(4, "a", kernel.s32));
    assertThatThrownBy(() -> resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0"))
        .isInstanceOf(RelocationException.class)
        .hasMessage(
            "program p, instruction 7: CO-RE relocation for the offset of field 'a' of struct s"
                + " (0:0): it is ambiguous: struct s [7] gives 8, at byte 8, but struct s___2 [8]"
                + " gives 4, at byte 4");
    assertThatThrownBy(() -> resolve(local.on(kernel), FIELD_EXISTS, s, "0:0"))
        .as("the places differ, whatever is asked")
        .hasMessageContaining("gives 1, at byte 8, but struct s___2 [8] gives 1, at byte 4");
    assertThatThrownBy(() -> resolve(local.on(kernel), TYPE_ID_TARGET, s, "0"))
        .hasMessageContaining("ambiguous: struct s [7] gives 7, but struct s___2 [8] gives 8");
  }

  @Test
  void enumeratorsMustAgreeToo() {
    var e = local.enumeration("e", false, new Enumerator("A", 1));
    kernel.enumeration("e", false, new Enumerator("A", 1));
    kernel.enumeration("e", false, new Enumerator("A", 2));
    assertThatThrownBy(() -> resolve(local.on(kernel), ENUMVAL_VALUE, e, "0"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("ambiguous");
  }

  @Test
  void theFirstRelocationThatFitsOnlySomeSettlesItForTheLaterOnes() {
    var s = local.struct("s", 8, at(0, "a", local.s32), at(4, "only", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    kernel.struct("s", 32, at(4, "a", kernel.s32), at(12, "only", kernel.s32));
    var relocator = local.on(kernel);
    assertThatThrownBy(() -> resolve(relocator, TYPE_SIZE, s, "0"))
        .isInstanceOf(RelocationException.class);
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:1").value()).contains(12L);
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0").value()).contains(4L);
    assertThat(resolve(relocator, TYPE_SIZE, s, "0").value()).contains(32L);
  }

  @Test
  void whatFitsNoneSettlesNothing() {
    var s = local.struct("s", 8, at(0, "a", local.s32), at(4, "nope", local.s32));
    kernel.struct("s", 16, at(8, "b", kernel.s32));
    kernel.struct("s", 32, at(4, "a", kernel.s32));
    var relocator = local.on(kernel);
    assertThat(resolve(relocator, FIELD_EXISTS, s, "0:1").value()).contains(0L);
    assertThat(resolve(relocator, FIELD_EXISTS, s, "0:1").candidates()).hasSize(2);
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0").value()).contains(4L);
    assertThat(resolve(relocator, FIELD_EXISTS, s, "0:1").candidates()).hasSize(1);
  }

  @Test
  void whatIsSettledForOneLocalTypeIsNotForAnother() {
    var s = local.struct("s", 8, at(0, "only", local.s32));
    var flavour = local.struct("s___x", 8, at(0, "a", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    kernel.struct("s", 32, at(4, "a", kernel.s32), at(12, "only", kernel.s32));
    var relocator = local.on(kernel);
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0").value()).contains(12L);
    assertThatThrownBy(() -> resolve(relocator, FIELD_BYTE_OFFSET, flavour, "0:0"))
        .isInstanceOf(RelocationException.class);
  }

  @Test
  void modulesAreAskedOnlyForWhatTheKernelDoesNotHave() {
    var s = local.struct("s", 8, at(0, "a", local.s32), at(4, "b", local.s32));
    var m = local.struct("m", 8, at(0, "a", local.s32));
    kernel.struct("s", 16, at(8, "a", kernel.s32));
    var base = kernel.build();
    var one = TestTypes.module(base);
    one.struct("s", 32, at(24, "a", kernel.s32), at(28, "b", kernel.s32));
    var other = TestTypes.module(base);
    other.struct("pad", 4);
    var id = other.struct("m", 32, at(20, "a", kernel.s32));
    var relocator = local.on(base, ByteOrder.LITTLE_ENDIAN, List.of(one.build(), other.build()));
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0").value()).contains(8L);
    assertThat(resolve(relocator, FIELD_EXISTS, s, "0:1").value()).contains(0L);
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, m, "0:0").value()).contains(20L);
    assertThat(resolve(relocator, TYPE_ID_TARGET, m, "0").value()).contains((long) id);
    assertThat(id).isEqualTo(base.typeCount() + 1);
  }

  @Test
  void modulesMustAgreeWithEachOther() {
    var m = local.struct("m", 8, at(0, "a", local.s32));
    var base = kernel.build();
    var one = TestTypes.module(base);
    one.struct("m", 32, at(0, "a", kernel.s32));
    var other = TestTypes.module(base);
    other.struct("m", 32, at(0, "a", kernel.s64));
    var relocator = local.on(base, ByteOrder.LITTLE_ENDIAN, List.of(one.build(), other.build()));
    assertThat(resolve(relocator, FIELD_BYTE_OFFSET, m, "0:0").value()).contains(0L);
    assertThatThrownBy(() -> resolve(relocator, FIELD_BYTE_SIZE, m, "0:0"))
        .isInstanceOf(RelocationException.class)
        .hasMessageContaining("gives 4, at byte 0, but struct m [7] gives 8, at byte 0");
  }
}
