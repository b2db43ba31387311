package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BytesTest {
  @Test
  void isEqualHoweverItCameAbout() {
    var random = new Random(7);
    for (int round = 0; round < 500; round++) {
      var array = new byte[40];
      var bytes = Bytes.zeroes(array.length);
      for (int i = 0; i < 8; i++) {
        var value = new byte[random.nextInt(6)];
        random.nextBytes(value);
        var offset = random.nextInt(array.length - value.length + 1);
        System.arraycopy(value, 0, array, offset, value.length);
        bytes = bytes.with(offset, value);
      }
      assertThat(bytes.toArray()).isEqualTo(array);
      assertThat(bytes).isEqualTo(Bytes.of(array)).hasSameHashCodeAs(Bytes.of(array));
      assertThat(Bytes.of(array)).isEqualTo(bytes);
      assertThat(bytes).isNotEqualTo(bytes.with(39, new byte[] {(byte) (array[39] + 1)}));
      assertThat(bytes.copy(7, 20)).isEqualTo(java.util.Arrays.copyOfRange(array, 7, 27));
      try (var arena = Arena.ofConfined()) {
        var memory = arena.allocate(50);
        bytes.writeInto(memory, 10);
        assertThat(memory.asSlice(10).toArray(ValueLayout.JAVA_BYTE)).isEqualTo(array);
      }
    }
  }

  @Test
  void whatIsSetFarApartTakesNoMemoryBetween() {
    var far =
        Bytes.zeroes(Integer.MAX_VALUE).with(5, new byte[] {1}).with(2_000_000_000, new byte[] {2});
    assertThat(far.isSparse()).isTrue();
    assertThat(far.copy(2_000_000_000, 1)).containsExactly(2);
    assertThat(far)
        .isEqualTo(far.with(1_000_000, new byte[1]))
        .isNotEqualTo(far.with(5, new byte[1]));
  }

  @Test
  void isCheckedAtItsEnds() {
    var bytes = Bytes.zeroes(4);
    assertThatThrownBy(() -> bytes.with(3, new byte[2]))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> bytes.copy(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Bytes.zeroes(-1)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Bytes.EMPTY).isEqualTo(Bytes.of(new byte[0])).isNotEqualTo(bytes);
  }
}
