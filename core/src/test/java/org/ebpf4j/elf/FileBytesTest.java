package org.ebpf4j.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.ebpf4j.error.MalformedObjectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FileBytesTest {
  private static final byte[] BYTES = {-1, 2, 3, 4, 5, 6, 7, -8, 9, 10};

  private final FileBytes little = FileBytes.of("f", BYTES, ByteOrder.LITTLE_ENDIAN);
  private final FileBytes big = FileBytes.of("f", BYTES, ByteOrder.BIG_ENDIAN);

  @Test
  void readsNumbersInItsByteOrder() {
    assertThat(little.u8(0)).isEqualTo(255);
    assertThat(little.u16(0)).isEqualTo(0x02ff);
    assertThat(big.u16(0)).isEqualTo(0xff02);
    assertThat(little.s32(4)).isEqualTo(0xf8070605);
    assertThat(little.u32(4)).isEqualTo(0xf8070605L);
    assertThat(big.u32(4)).isEqualTo(0x050607f8L);
    assertThat(little.u64(0)).isEqualTo(0xf8070605040302ffL);
    assertThat(big.u64(0)).isEqualTo(0xff020304050607f8L);
  }

  @Test
  void readsAllNumbersOfFourBytesAtOnce() {
    assertThat(little.part("p", 4, 6).words()).containsExactly(little.s32(4));
    assertThat(big.words()).containsExactly(big.s32(0), big.s32(4));
  }

  @Test
  void aPartCountsFromItsStartAndEndsAtItsEnd() {
    var part = little.part("p", 2, 4);
    assertThat(part.size()).isEqualTo(4);
    assertThat(part.u8(0)).isEqualTo(3);
    assertThat(part.fileOffset(1)).isEqualTo(3);
    assertThat(part.copy()).containsExactly(3, 4, 5, 6);
    assertThat(part.copy(1, 2)).containsExactly(4, 5);
    assertThat(part.part("q", 1, 3).u16(1)).isEqualTo(0x0605);
    assertThatThrownBy(() -> part.u16(3))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage(
            "f, section p, offset 0x5: a number of 2 bytes at 0x3 does not fit into 4 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "-1,1",
    "0,-1",
    "11,0",
    "0,11",
    "9223372036854775807,1",
    "1,9223372036854775807",
    "10,1"
  })
  void refusesARangeThatIsNotInside(long offset, long length) {
    assertThatThrownBy(() -> little.part("p", offset, length))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessageContaining("section p of ")
        .hasMessageEndingWith(" does not fit into 10 bytes");
    assertThatThrownBy(() -> little.copy(offset, length))
        .isInstanceOf(MalformedObjectException.class);
  }

  @Test
  void takesAnEmptyRangeAtTheEnd() {
    assertThat(little.part("p", 10, 0).size()).isZero();
  }

  @Test
  void readsStringsUpToTheirZero() {
    var text = "ab\0ä\0x".getBytes(StandardCharsets.UTF_8);
    var bytes = FileBytes.of("f", text, ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.string(0)).isEqualTo("ab");
    assertThat(bytes.string(1)).isEqualTo("b");
    assertThat(bytes.string(2)).isEmpty();
    assertThat(bytes.string(3)).isEqualTo("ä");
    assertThatThrownBy(() -> bytes.string(6))
        .hasMessage("f, offset 0x6: a string that starts here has no end");
    assertThatThrownBy(() -> bytes.string(7))
        .hasMessage(
            "f, offset 0x7: a string starts here, past the end of the string table (7 bytes)");
    assertThatThrownBy(() -> bytes.string(-1)).isInstanceOf(MalformedObjectException.class);
    var broken =
        FileBytes.of("f", new byte[] {'a', '\t', 0, 'b', '\n', 'c', 0}, ByteOrder.LITTLE_ENDIAN);
    assertThat(broken.string(0)).isEqualTo("a\t");
    assertThatThrownBy(() -> broken.string(3))
        .hasMessage("f, offset 0x3: a string that starts here has a line break in it");
  }

  @Test
  void refusesStringsThatNobodyWrites() {
    var text = new byte[70_001];
    java.util.Arrays.fill(text, 0, 70_000, (byte) 'a');
    var bytes = FileBytes.of("f", text, ByteOrder.LITTLE_ENDIAN);
    assertThat(bytes.string(70_000 - 65_535)).hasSize(65_535);
    assertThatThrownBy(() -> bytes.string(0))
        .isInstanceOf(MalformedObjectException.class)
        .hasMessage("f, offset 0x0: a string that starts here has more than 65535 bytes");
  }
}
