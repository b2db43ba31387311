package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Parts of variables, set by the names that C has for them.
class VariablePathTest {
  private final ObjectSpec spec = ObjectSpec.read("settings", TestObjects.bytes("settings"));

  private String set(String name, String value, String shown) {
    return HexFormat.of().formatHex(spec.withVariable(name, value).variableBytes(shown));
  }

  @ParameterizedTest
  @CsvSource({
    "cfg.pid, -1, cfg, ffffffff00000000000000000000000000000000000000000000000000000000",
    "cfg.ports[1], 80, cfg, 0000000000005000000000000000000000000000000000000000000000000000",
    "cfg.on, true, cfg, 0000000000000000000000000100000000000000000000000000000000000000",
    "cfg.name, ab, cfg, 0000000000000000000000000061620000000000000000000000000000000000",
    "cfg.inner.deep, 0x1020, cfg, 0000000000000000000000000000000000000000201000000000000000000000",
    "cfg.either, 7, cfg, 0000000000000000000000000000000000000000000000000700000000000000",
    "limits[2], 3, limits[2], 0300000000000000",
    "limits[2], 3, limits, 0000000000000000000000000000000003000000000000000000000000000000",
    "'grid[1][0]', 9, grid, 000000090000",
  })
  void aPartIsSet(String name, String value, String shown, String bytes) {
    assertThat(set(name, value, shown)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "cfg | 1 | variable 'cfg' (const volatile struct cfg) is no number; set a member, such as cfg.pid",
        "limits | 1 | is no number; set an element, such as limits[0]",
        "limits[4] | 1 | 'limits' has no element [4]; it has 4, from [0] to [3]",
        "limits[x] | 1 | 'limits' has no element [x]; it has 4, from [0] to [3]",
        "limits[1 | 1 | 'limits[1' has no ']'",
        "limits[1]x | 1 | behind ']' come '.' and '[' only",
        "limits.x | 1 | 'limits' is no struct, but const volatile __u64[4]",
        "cfg[1] | 1 | 'cfg' is no array, but const volatile struct cfg",
        "cfg.low | 1 | 'cfg.low' is a bit field",
        "cfg.ports[1] | 65536 | 65536 does not fit into variable 'cfg.ports[1]' (__u16), which holds 0 to 65535",
        "cfg.on | 2 | 2 does not fit into variable 'cfg.on' (_Bool), which holds 0 or 1, false or true",
        "tiny | 300 | 300 does not fit into variable 'tiny' (__u8), which holds 0 to 255",
        "limits[0] | -1 | -1 does not fit into variable 'limits[0]' (__u64), which holds 0 to 18446744073709551615",
        "cfg.pid | 2147483648 | holds -2147483648 to 2147483647",
      })
  void whatCannotBeSetIsRefused(String name, String value, String why) {
    assertThatThrownBy(() -> spec.withVariable(name, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  @Test
  void numbersOfJavaAreHeldAgainstTheRangeToo() {
    assertThatThrownBy(() -> spec.withVariable("verbose", 2))
        .hasMessageContaining("holds 0 or 1, false or true");
    assertThatThrownBy(() -> spec.withVariable("tiny", 256)).hasMessageContaining("0 to 255");
    assertThatThrownBy(() -> spec.withVariable("tiny", -1)).hasMessageContaining("0 to 255");
    assertThat(spec.withVariable("limits[0]", -1).variableBytes("limits[0]"))
        .containsOnly((byte) 0xff);
  }

  @Test
  void namesThatAreNearAreOffered() {
    assertThatThrownBy(() -> spec.variable("cfg.pidd"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no member of 'cfg' 'pidd'; near it: pid\n  try: pid");
    assertThatThrownBy(() -> spec.variable("cgf.pid")).isInstanceOf(NotFoundException.class);
  }
}
