package org.ebpf4j.insn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SlotTest {
  // r10 -8 = 0xdeadbeef, as *(u64 *): 7a 0a f8 ff ef be ad de in little-endian bytes.
  private static final long STORE = 0xdeadbeef_fff8_0a7aL;

  @Test
  void fieldsLieAsInALittleEndianRead() {
    assertThat(Slot.opcode(STORE)).isEqualTo(0x7a);
    assertThat(Slot.dst(STORE)).isEqualTo(10);
    assertThat(Slot.src(STORE)).isZero();
    assertThat(Slot.offset(STORE)).isEqualTo((short) -8);
    assertThat(Slot.imm(STORE)).isEqualTo(0xdeadbeef);
  }

  @Test
  void isMadeOfItsFields() {
    assertThat(Slot.of(0x7a, 10, 0, -8, 0xdeadbeef)).isEqualTo(STORE);
  }

  @Test
  void cutsFieldsToTheirWidth() {
    assertThat(Slot.of(-1, 0, 0, 0, 0)).isEqualTo(0xffL);
    assertThat(Slot.of(0, -1, 0, 0, 0)).isEqualTo(0xf00L);
    assertThat(Slot.of(0, 0, -1, 0, 0)).isEqualTo(0xf000L);
    assertThat(Slot.of(0, 0, 0, -1, 0)).isEqualTo(0xffff_0000L);
    assertThat(Slot.of(0, 0, 0, 0, -1)).isEqualTo(0xffff_ffff_0000_0000L);
  }

  @Test
  void changesOneFieldAndNoOther() {
    assertThat(Slot.withOpcode(STORE, 0x62)).isEqualTo(Slot.of(0x62, 10, 0, -8, 0xdeadbeef));
    assertThat(Slot.withSrc(STORE, 5)).isEqualTo(Slot.of(0x7a, 10, 5, -8, 0xdeadbeef));
    assertThat(Slot.withOffset(STORE, 16)).isEqualTo(Slot.of(0x7a, 10, 0, 16, 0xdeadbeef));
    assertThat(Slot.withImm(STORE, -1)).isEqualTo(Slot.of(0x7a, 10, 0, -8, -1));
    assertThat(Slot.withImm(-1L, 0)).isEqualTo(0xffff_ffffL);
    assertThat(Slot.withSrc(-1L, 0)).isEqualTo(~0xf000L);
  }

  @Test
  void onlyThe64BitLoadIsWide() {
    for (int opcode = 0; opcode < 256; opcode++) {
      assertThat(Slot.isWide(Slot.of(opcode, 0, 0, 0, 0))).isEqualTo(opcode == 0x18);
    }
  }
}
