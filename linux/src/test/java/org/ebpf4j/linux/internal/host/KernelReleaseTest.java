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

  @ParameterizedTest
  @CsvSource({
    // The name of the release, where nobody says more.
    "'', '#1 SMP PREEMPT_DYNAMIC', 6.18.44-fc-v669, 6, 18, 44",
    "'', '', 5.15.153.1-microsoft-standard-WSL2, 5, 15, 153",
    "'', '', 4.19.325, 4, 19, 255",
    "'Ubuntu 5.4.0-12.15-generic 5.4.8', '#15-Ubuntu SMP', 5.4.0-12-generic, 5, 4, 8",
    "'', '#1 SMP Debian 4.19.260-1 (2022-09-29)', 4.19.0-22-amd64, 4, 19, 260",
    "'', '#1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)', 6.1.0-18-amd64, 6, 1, 76",
    // Damaged or shortened: the next is asked.
    "'Ubuntu', '#1 SMP Debian 4.19-1', 4.19.0-22-amd64, 4, 19, 0",
    "'Ubuntu x 5.4', '', 5.4.1, 5, 4, 1"
  })
  void findsVersionCode(
      String signature, String build, String name, int major, int minor, int patch) {
    assertThat(KernelRelease.versionCode(signature, build, name))
        .isEqualTo((major << 16) + (minor << 8) + Math.min(patch, 255));
  }

  @ParameterizedTest
  @CsvSource({"6.1", "7.0-rc1", "''", "6.99999999999999.1"})
  void findsNoVersionCode(String name) {
    assertThat(KernelRelease.versionCode("", "", name)).isZero();
  }

  @Test
  void findsThatOfThisKernel() {
    assertThat(KernelRelease.name()).isNotEmpty();
    assertThat(KernelRelease.versionCode() >>> 16).isEqualTo(KernelRelease.running().major());
  }
}
