package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.Test;

final class PagesTest {
  private static byte[] vector(long... words) {
    var buffer = ByteBuffer.allocate(words.length * 8).order(ByteOrder.nativeOrder());
    for (var word : words) {
      buffer.putLong(word);
    }
    return buffer.array();
  }

  @Test
  void findsTheSizeAmongTheRest() {
    assertThat(Pages.find(vector(33, 1, 6, 65536, 17, 100, 0, 0))).isEqualTo(65536);
  }

  @Test
  void saysThatThereIsNone() {
    assertThatThrownBy(() -> Pages.find(vector(33, 6, 0, 0)))
        .isInstanceOf(BpfException.class)
        .hasMessage("/proc/self/auxv does not say how large a page is");
  }

  @Test
  void isAPowerOfTwoOnThisMachine() {
    assertThat(Integer.bitCount(Pages.size())).isEqualTo(1);
    assertThat(Pages.size()).isBetween(4096, 65536);
  }
}
