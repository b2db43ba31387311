package org.ebpf4j.relocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.relocation.CoreKind.ENUMVAL_VALUE;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_OFFSET;
import static org.ebpf4j.relocation.CoreKind.FIELD_BYTE_SIZE;
import static org.ebpf4j.relocation.CoreKind.TYPE_ID_LOCAL;
import static org.ebpf4j.relocation.CoreKind.TYPE_ID_TARGET;
import static org.ebpf4j.relocation.TestTypes.at;
import static org.ebpf4j.relocation.TestTypes.bits;
import static org.ebpf4j.relocation.TestTypes.resolve;

import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Enumerator;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is written into instructions.
final class PatchTest {
  private static final int MOV = Opcode.ALU64 | Opcode.MOV | Opcode.K;
  private static final int ADD32 = Opcode.ALU | Opcode.ADD | Opcode.K;
  private static final int LOAD = Opcode.LDX | Opcode.MEM;
  private static final long POISON = Slot.of(0x85, 0, 0, 0, 195896080);

  private final TestTypes local = new TestTypes();
  private final TestTypes kernel = new TestTypes();

  private static CoreResolution moved(int from, int to) {
    var local = new TestTypes();
    var kernel = new TestTypes();
    var s = local.struct("s", 16, at(from, "a", local.s32));
    kernel.struct("s", 1 << 20, at(to, "a", kernel.s32));
    return resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0");
  }

  private static long patched(CoreResolution resolution, long slot) {
    var slots = new long[] {-1, slot, -1};
    assertThat(resolution.apply(slots, 1, () -> "here")).isEqualTo(slots[1] == POISON);
    assertThat(slots[0]).isEqualTo(-1);
    assertThat(slots[2]).isEqualTo(-1);
    return slots[1];
  }

  @ParameterizedTest
  @ValueSource(ints = {MOV, ADD32, Opcode.ALU64 | Opcode.ADD | Opcode.K})
  void arithmeticTakesItAsTheImmediate(int opcode) {
    assertThat(patched(moved(4, 70_000), Slot.of(opcode, 3, 0, 0, 4)))
        .isEqualTo(Slot.of(opcode, 3, 0, 0, 70_000));
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        LOAD | Opcode.W,
        LOAD | Opcode.DW,
        Opcode.LDX | Opcode.MEMSX | Opcode.W,
        Opcode.STX | Opcode.MEM | Opcode.W,
        Opcode.STX | Opcode.ATOMIC | Opcode.W,
        Opcode.ST | Opcode.MEM | Opcode.B
      })
  void loadsAndStoresTakeItAsTheOffset(int opcode) {
    assertThat(patched(moved(4, 0x7fff), Slot.of(opcode, 3, 2, 4, 9)))
        .isEqualTo(Slot.of(opcode, 3, 2, 0x7fff, 9));
  }

  @Test
  void wideLoadsTake64Bits() {
    var e = local.wideEnumeration("e", false, new Enumerator("A", 0x1_0000_0002L));
    kernel.wideEnumeration("e", false, new Enumerator("A", 0x8000_0003_8000_0004L));
    var resolution = resolve(local.on(kernel), ENUMVAL_VALUE, e, "0");
    var slots = new long[] {Slot.of(Opcode.LD_IMM64, 1, 0, 0, 2), Slot.of(0, 0, 0, 0, 1)};
    assertThat(resolution.apply(slots, 0, () -> "here")).isFalse();
    assertThat(slots)
        .containsExactly(
            Slot.of(Opcode.LD_IMM64, 1, 0, 0, 0x8000_0004), Slot.of(0, 0, 0, 0, 0x8000_0003));
  }

  @Test
  void oneResolutionServesSeveralCopies() {
    var resolution = moved(4, 8);
    for (int i = 0; i < 2; i++) {
      assertThat(patched(resolution, Slot.of(MOV, 1, 0, 0, 4))).isEqualTo(Slot.of(MOV, 1, 0, 0, 8));
    }
  }

  @Test
  void whatHasNoValueIsReplacedByACallThatTheVerifierRefuses() {
    var nope = local.struct("nope", 4, at(0, "a", local.s32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, nope, "0:0");
    assertThat(patched(resolution, Slot.of(MOV, 1, 0, 0, 77))).isEqualTo(POISON);
    assertThat(patched(resolution, Slot.of(LOAD, 1, 2, 5, 0))).isEqualTo(POISON);
    var wide = new long[] {Slot.of(Opcode.LD_IMM64, 1, 0, 0, 0), 0, 5};
    assertThat(resolution.apply(wide, 0, () -> "here")).isTrue();
    assertThat(wide).containsExactly(POISON, POISON, 5);
  }

  private static void fails(CoreResolution resolution, long slot, String reason) {
    var slots = new long[] {slot};
    assertThatThrownBy(() -> resolution.apply(slots, 0, () -> "program p, instruction 7"))
        .isInstanceOf(RelocationException.class)
        .hasMessage(
            "program p, instruction 7: CO-RE relocation for the offset of field 'a' of struct s"
                + " (0:0): "
                + reason);
    assertThat(slots).containsExactly(slot);
  }

  @Test
  void theInstructionMustHaveWhatTheCompilerPutThere() {
    var reason =
        "the instruction has 5, where 4 was expected: code and types are not of one compilation";
    fails(moved(4, 8), Slot.of(MOV, 1, 0, 0, 5), reason);
    fails(moved(4, 8), Slot.of(LOAD, 1, 2, 5, 0), reason);
  }

  @Test
  void idsOfTypesAndBitFieldsAreNotHeldAgainstTheInstruction() {
    var s = local.struct("s", 8, bits(5, 3, "b", local.u32));
    var theirs = kernel.struct("s", 8, bits(37, 3, "b", kernel.u32));
    var relocator = local.on(kernel);
    var mov = Slot.of(MOV, 1, 0, 0, 99);
    assertThat(patched(resolve(relocator, TYPE_ID_LOCAL, s, "0"), mov))
        .isEqualTo(Slot.withImm(mov, s));
    assertThat(patched(resolve(relocator, TYPE_ID_TARGET, s, "0"), mov))
        .isEqualTo(Slot.withImm(mov, theirs));
    assertThat(patched(resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0"), mov))
        .isEqualTo(Slot.withImm(mov, 4));
    assertThat(patched(resolve(relocator, FIELD_BYTE_SIZE, s, "0:0"), mov))
        .isEqualTo(Slot.withImm(mov, 4));
  }

  @Test
  void offsetsOfLoadsHave15Bits() {
    fails(
        moved(4, 0x8000),
        Slot.of(LOAD, 1, 2, 4, 0),
        "32768 is too big for the offset of a load or store");
  }

  @Test
  void otherInstructionsHaveNoRoomForIt() {
    fails(
        moved(4, 8),
        Slot.of(MOV | Opcode.X, 1, 2, 0, 4),
        "the instruction takes its operand from a register");
    fails(
        moved(4, 8),
        Slot.of(Opcode.JMP | Opcode.CALL, 0, 0, 0, 4),
        "an instruction of opcode 0x85 has no room for it");
    var noWide = "the instruction is no load of a 64-bit number";
    fails(moved(4, 8), Slot.of(Opcode.LD | Opcode.ABS, 0, 0, 0, 4), noWide);
    fails(moved(4, 8), Slot.of(Opcode.LD_IMM64, 1, 1, 0, 4), noWide);
    fails(moved(4, 8), Slot.of(Opcode.LD_IMM64, 1, 0, 0, 4), noWide);
    assertThatThrownBy(() ->
            moved(4, 8)
                .apply(
                    new long[] {Slot.of(Opcode.LD_IMM64, 1, 0, 0, 4), Slot.of(0, 1, 0, 0, 0)},
                    0,
                    () -> "here"))
        .hasMessageContaining(noWide);
  }

  private static BtfType sized(String type) {
    return switch (type.charAt(0)) {
      case 'u' -> new BtfType.Int(type, Integer.parseInt(type.substring(1)), 0, 0, 8);
      case 's' -> new BtfType.Int(type, Integer.parseInt(type.substring(1)), 1, 0, 8);
      case 'b' -> new BtfType.Int(type, Integer.parseInt(type.substring(1)), 4, 0, 8);
      default ->
          new BtfType.Enum(
              "e", Integer.parseInt(type.substring(1)), false, false, java.util.List.of());
    };
  }

  private static CoreResolution resized(String mine, String theirs) {
    var local = new TestTypes();
    var kernel = new TestTypes();
    var s = local.struct("s", 16, at(4, "a", local.add(sized(mine))));
    kernel.struct("s", 16, at(8, "a", kernel.add(sized(theirs))));
    return resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0");
  }

  @ParameterizedTest
  @CsvSource({
    "u4, u8, 0x18",
    "u4, u2, 0x08",
    "u4, u1, 0x10",
    "u4, b1, 0x10",
    "u4, s4, 0x00",
    "s4, u4, 0x00",
    "e4, e4, 0x00"
  })
  void unsignedNumbersAreLoadedInTheKernelsWidth(String mine, String theirs, int size) {
    assertThat(patched(resized(mine, theirs), Slot.of(LOAD | Opcode.W, 1, 2, 4, 0)))
        .isEqualTo(Slot.of(LOAD | size, 1, 2, 8, 0));
    var store = Opcode.STX | Opcode.MEM;
    assertThat(patched(resized(mine, theirs), Slot.of(store | Opcode.W, 1, 2, 4, 0)))
        .isEqualTo(Slot.of(store | size, 1, 2, 8, 0));
  }

  @ParameterizedTest
  @CsvSource({"s4, s8", "u4, s8", "s4, u8", "e4, e8"})
  void othersMustNotBeLoadedWhereTheWidthDiffers(String mine, String theirs) {
    var resolution = resized(mine, theirs);
    assertThat(resolution.value()).contains(8L);
    assertThat(patched(resolution, Slot.of(LOAD | Opcode.W, 1, 2, 4, 0))).isEqualTo(POISON);
    assertThat(patched(resolution, Slot.of(MOV, 1, 0, 0, 4)))
        .as("the offset alone is right")
        .isEqualTo(Slot.of(MOV, 1, 0, 0, 8));
    assertThat(resolution.describe())
        .isEqualTo(
            "field 'a' of struct s (0:0) has 4 bytes in the object, and 8 bytes in the kernel;"
                + " only pointers and unsigned numbers can be accessed with another width");
  }

  @Test
  void pointersAreLoadedInTheKernelsWidth() {
    var s = local.struct("s", 16, at(4, "a", local.pointer(0)));
    var narrow = org.ebpf4j.btf.BtfBuilder.empty(java.nio.ByteOrder.LITTLE_ENDIAN);
    narrow.add(new BtfType.Int("long", 4, 1, 0, 32));
    narrow.add(new BtfType.Pointer(0));
    narrow.add(new BtfType.Struct("s", 8, false, java.util.List.of(at(8, "a", 2))));
    var relocator = local.on(narrow.build(), java.nio.ByteOrder.LITTLE_ENDIAN, java.util.List.of());
    assertThat(
            patched(
                resolve(relocator, FIELD_BYTE_OFFSET, s, "0:0"),
                Slot.of(LOAD | Opcode.DW, 1, 2, 4, 0)))
        .isEqualTo(Slot.of(LOAD | Opcode.W, 1, 2, 8, 0));
  }

  @Test
  void ofAnArrayTheWidthOfAnElementCounts() {
    var s = local.struct("s", 16, at(0, "a", local.array(local.u32, 4)));
    kernel.struct("s", 32, at(0, "a", kernel.array(kernel.u64, 4)));
    var element = resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0:1");
    assertThat(patched(element, Slot.of(LOAD | Opcode.W, 1, 2, 4, 0)))
        .isEqualTo(Slot.of(LOAD | Opcode.DW, 1, 2, 8, 0));
    var whole = resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0");
    assertThat(patched(whole, Slot.of(LOAD | Opcode.W, 1, 2, 0, 0)))
        .as("an array is no number")
        .isEqualTo(POISON);
  }

  @Test
  void aBitFieldInPlaceOfANumberCannotBeLoaded() {
    var s = local.struct("s", 16, at(4, "a", local.u32));
    kernel.struct("s", 16, bits(64, 5, "a", kernel.u32));
    var resolution = resolve(local.on(kernel), FIELD_BYTE_OFFSET, s, "0:0");
    assertThat(patched(resolution, Slot.of(LOAD | Opcode.W, 1, 2, 4, 0))).isEqualTo(POISON);
    assertThat(resolution.describe()).contains("has 4 bytes in the object, and bits in the kernel");
  }

  @Test
  void anAccessOfAnotherWidthThanTheFieldsCannotBeAdjusted() {
    fails(
        resized("u4", "u8"),
        Slot.of(LOAD | Opcode.B, 1, 2, 4, 0),
        "the instruction does not access the 4 bytes of the field, so it cannot be made to access"
            + " the kernel's 8");
    fails(
        resized("u4", "u16"),
        Slot.of(LOAD | Opcode.W, 1, 2, 4, 0),
        "no load or store has 16 bytes");
  }
}
