package org.ebpf4j.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SafeTextTest {
  @Test
  void leavesWhatHasAShape() {
    assertThat(SafeText.line("bash -c 'ß €' 日本 😀 \\x1b")).isEqualTo("bash -c 'ß €' 日本 😀 \\x1b");
  }

  @Test
  void showsOrdersToATerminalAsEscapes() {
    assertThat(SafeText.line("a\033[31mb\007\r")).isEqualTo("a\\x1b[31mb\\x07\\x0d");
    assertThat(SafeText.line("\177\u009b")).isEqualTo("\\u007f\\u009b");
  }

  @Test
  void showsMarksOfDirectionAndCharactersWithoutShape() {
    assertThat(SafeText.line("\u202ecod.exe\u2066\u200b\ufeff"))
        .isEqualTo("\\u202ecod.exe\\u2066\\u200b\\ufeff");
    assertThat(SafeText.line("a\u2028b\u2029c\u0085")).isEqualTo("a\\u2028b\\u2029c\\u0085");
    assertThat(SafeText.line("\ud800x")).isEqualTo("\\ud800x");
    assertThat(SafeText.line("\udb40\udc01")).isEqualTo("\\udb40\\udc01");
  }

  @Test
  void keepsALineALine() {
    assertThat(SafeText.line("new\nline\t")).isEqualTo("new\\x0aline\\x09");
    assertThat(SafeText.lines("new\nline\t\033")).isEqualTo("new\nline\t\\x1b");
  }
}
