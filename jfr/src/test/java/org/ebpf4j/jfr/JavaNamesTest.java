package org.ebpf4j.jfr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

final class JavaNamesTest {
  /// Each tries one number, not all before it again: of the latter there would be five billion.
  @Test
  void membersOfOneNameGetNumbersThatGoOn() {
    var names = new JavaNames();
    var seen = new HashSet<String>();
    for (int i = 0; i < 100_000; i++) {
      seen.add(names.next("a"));
    }
    assertThat(seen).hasSize(100_000).contains("a", "a_2", "a_100000");
  }

  @Test
  void aNumberThatAMemberHasItselfIsLeftOut() {
    var names = new JavaNames();
    assertThat(names.next("a_2")).isEqualTo("a_2");
    assertThat(names.next("a")).isEqualTo("a");
    assertThat(names.next("a")).isEqualTo("a_3");
    assertThat(names.next("a_2")).isEqualTo("a_2_2");
  }
}
