package org.ebpf4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.nio.ByteOrder;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.object.Variable;
import org.junit.jupiter.api.Test;

/// A variable in memory that some kernel shares.
class BpfVariableTest {
  private final BtfBuilder types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
  private final int number = types.add(new BtfType.Int("int", 4, 1, 0, 32));

  private BpfVariable variable(Arena arena, int size) {
    return new BpfVariable(
        new Variable("seen", ".bss", 0, size, number, false), arena.allocate(16), types.build());
  }

  @Test
  void saysWhatIsClosed() {
    BpfVariable seen;
    try (var arena = Arena.ofShared()) {
      seen = variable(arena, 4);
      seen.set(-7);
      assertThat(seen.get()).isEqualTo(-7);
    }
    assertThatThrownBy(seen::get)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the object of variable 'seen' is closed");
    assertThatThrownBy(() -> seen.set(1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the object of variable 'seen' is closed");
  }

  @Test
  void saysThatItIsNoNumber() {
    try (var arena = Arena.ofConfined()) {
      var odd = variable(arena, 3);
      assertThatThrownBy(odd::get)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("variable 'seen' of 3 bytes is no number; use its memory");
    }
  }
}
