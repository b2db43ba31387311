package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpPrefixTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.7/24, 192.0.2.0/24",
    "192.0.2.255/31, 192.0.2.254/31",
    "192.0.2.7/0, 0.0.0.0/0",
    "192.0.2.7, 192.0.2.7/32",
    "2001:db8:ffff::1/33, 2001:db8:8000:0:0:0:0:0/33",
    "::ffff:192.0.2.7/32, 192.0.2.7/32",
  })
  void bitsThatDoNotCountAreZero(String text, String prefix) {
    assertThat(IpPrefix.parse(text)).hasToString(prefix);
    assertThat(IpPrefix.parse(text)).isEqualTo(IpPrefix.parse(prefix));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "192.0.2.7/33", "192.0.2.7/-1", "::/129", "example.org/8", "::/x"})
  void whatIsNoPrefixIsRefused(String text) {
    assertThatThrownBy(() -> IpPrefix.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesAsManyBytesAsItsFamily() {
    assertThat(IpPrefix.codec4().size()).isEqualTo(8);
    assertThat(IpPrefix.codec6().size()).isEqualTo(20);
  }
}
