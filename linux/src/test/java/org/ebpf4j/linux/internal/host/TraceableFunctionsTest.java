package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.linux.internal.host.TraceableFunctions.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceableFunctionsTest {
  private static final String NAMES =
      """
      do_exit
      __ftrace_invalid_address___1234
      tcp_v4_rcv
      tcp_v6_rcv [ipv6]
      tun_chr_open [tun]
      do_exit
      """;

  private static final String ADDRESSES =
      """
      ffffffff81000004 do_exit
      ffffffff81000010 __ftrace_invalid_address___1234
      ffffffffc0000004 tcp_v6_rcv [ipv6]
      """;

  @ParameterizedTest
  @CsvSource({
    "do_exit, '', 2",
    "do_exi, '', 0",
    "do_exit_, '', 0",
    "tcp_*, '', 2",
    "tcp_*, ipv6, 1",
    "tcp_*, ipv, 0",
    "*, tun, 1",
    "*, '', 5",
    "*_v?_rcv, '', 2",
    "*_*_*_rcv, '', 0",
    "*c*v*, '', 2",
    "*o*, '', 3",
    "do_exit**, '', 2",
    "?, '', 0",
    "__ftrace*, '', 0",
  })
  void findsThoseThatAPatternFits(String pattern, String module, int count) {
    assertThat(TraceableFunctions.of(NAMES, false).matching(pattern, module)).hasSize(count);
  }

  @Test
  void knowsModulesAndAddresses() {
    var functions = TraceableFunctions.of(ADDRESSES, true);
    assertThat(functions.matching("*", ""))
        .containsExactly(
            new Function("do_exit", "", 0xffffffff81000004L),
            new Function("tcp_v6_rcv", "ipv6", 0xffffffffc0000004L));
    assertThat(functions.contains("tcp_v6_rcv")).isTrue();
    assertThat(functions.contains("tcp_v6")).isFalse();
    assertThat(TraceableFunctions.of(NAMES, false).names(n -> n.startsWith("t")))
        .containsExactly("tcp_v4_rcv", "tcp_v6_rcv", "tun_chr_open");
  }

  @Test
  void takesATextThatEndsAnywhere() {
    for (int end = 0; end <= ADDRESSES.length(); end++) {
      var functions = TraceableFunctions.of(ADDRESSES.substring(0, end), true);
      assertThat(functions.matching("*", "").size()).isLessThanOrEqualTo(3);
    }
    assertThat(TraceableFunctions.of("", false).isEmpty()).isTrue();
  }
}
