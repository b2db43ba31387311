package org.ebpf4j.linux.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelTest {
  @ParameterizedTest
  @CsvSource({
    "7f000001, 127.0.0.1",
    "00000000000000000000000000000000, ::",
    "00000000000000000000000000000001, ::1",
    "20010db8000000000000000000000000, 2001:db8::",
    "20010db8000000000001000000000001, 2001:db8::1:0:0:1",
    "20010db8000000010000000000000001, 2001:db8:0:1::1",
    "20010db8000000010001000100010001, 2001:db8:0:1:1:1:1:1",
    "00010001000100010001000100010000, 1:1:1:1:1:1:1:0",
    "fe80000000000000a00027fffe8d4bc0, fe80::a000:27ff:fe8d:4bc0",
    "00000000000000000000ffff0a000001, 10.0.0.1"
  })
  void addressesAreTextAsRecommended(String bytes, String text) {
    assertThat(Label.address(HexFormat.of().parseHex(bytes))).isEqualTo(text);
  }

  @Test
  void otherBytesAreNoAddress() {
    assertThatThrownBy(() -> Label.address(new byte[5]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an address of 5 bytes");
  }
}
