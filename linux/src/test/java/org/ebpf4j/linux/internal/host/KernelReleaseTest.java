package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelReleaseTest {
  @ParameterizedTest
  @CsvSource({
    "5.10.0-36-cloud-amd64, 5, 10",
    "6.18.44-fc-v669, 6, 18",
    "6.1, 6, 1",
    "7.0-rc1, 7, 0",
    "5.15.153.1-microsoft-standard-WSL2, 5, 15",
    "6.6+, 6, 6",
    "'', 0, 0",
    "strange, 0, 0",
    "6, 0, 0"
  })
  void readsFirstTwoNumbers(String text, int major, int minor) {
    assertThat(KernelRelease.parse(text)).isEqualTo(new KernelRelease(major, minor));
  }

  @Test
  void comparesByNumbersNotByLetters() {
    assertThat(new KernelRelease(5, 9).isBefore(5, 10)).isTrue();
    assertThat(new KernelRelease(5, 10).isBefore(5, 9)).isFalse();
    assertThat(new KernelRelease(5, 11).isBefore(5, 11)).isFalse();
    assertThat(new KernelRelease(4, 19).isBefore(5, 0)).isTrue();
    assertThat(new KernelRelease(6, 0).isBefore(5, 11)).isFalse();
  }
}
