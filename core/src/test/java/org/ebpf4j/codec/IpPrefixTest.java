package org.ebpf4j.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.error.LayoutMismatchException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
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

  @Test
  void aKeyWhoseDataHasNoSizeIsOneOfEither() {
    var types =
        ObjectSpec.read("prefix_keys.bpf.o", TestObjects.bytes("prefix_keys"))
            .types()
            .orElseThrow();
    for (var name : List.of("bpf_lpm_trie_key", "bpf_lpm_trie_key_u8")) {
      var key = types.ids(name)[0];
      assertThat(IpPrefix.codec(types, key, 8).size()).isEqualTo(8);
      assertThat(IpPrefix.codec(types, key, 20).size()).isEqualTo(20);
      assertThatThrownBy(() -> IpPrefix.codec(types, key, 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("keys of 4 bytes");
    }
    var header = types.ids("bpf_lpm_trie_key_hdr")[0];
    assertThatThrownBy(() -> IpPrefix.codec(types, header, 8))
        .isInstanceOf(LayoutMismatchException.class);
  }
}
