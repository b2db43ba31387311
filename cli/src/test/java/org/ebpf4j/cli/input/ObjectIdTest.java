package org.ebpf4j.cli.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ObjectIdTest {
  @Test
  void everyNumberOf32BitsIsAnId() {
    assertThat(ObjectId.of("0")).hasValue(0);
    assertThat(ObjectId.of("999999999")).hasValue(999_999_999);
    assertThat(ObjectId.of("2147483647")).hasValue(Integer.MAX_VALUE);
    assertThat(ObjectId.of("4294967295")).hasValue(-1);
  }

  @Test
  void otherWordsAreNone() {
    for (var word : List.of("", "-1", "+1", "4294967296", "99999999999", "1 ", "/1", "٣", "0x1")) {
      assertThat(ObjectId.of(word)).as(word).isEmpty();
    }
  }
}
