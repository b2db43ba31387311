package org.ebpf4j.linux.internal.sys;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class LinkerFormsTest {
  /// Nobody sees what is thrown in the thread that makes them.
  @Test
  void areMadeByTheMethodHandlesOfThisJdk() {
    assertThatCode(LinkerForms::make).doesNotThrowAnyException();
  }
}
