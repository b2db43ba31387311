package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// Reads the processes of this machine.
@KernelTest
class OwnerNoteTest {
  private final OwnerNote own = OwnerNote.own();

  @Test
  void noteInANameIsReadBack() {
    assertThat(OwnerNote.in("drop@" + own + "#12+clsact")).contains(own);
    assertThat(own.start()).isPositive();
    assertThat(own.pidNamespace()).isPositive();
    assertThat(own.word()).matches("[0-9a-z_]+");
    assertThat(OwnerNote.ofWord(own.word())).contains(own);
    assertThat(OwnerNote.ofWord("x" + own)).isEmpty();
    assertThat(OwnerNote.in("drop")).isEmpty();
    assertThat(OwnerNote.in("ebpf4j:1:2:3")).isEmpty();
    assertThat(OwnerNote.in("ebpf4j:1:2:3:12345678901234567890123")).isPresent();
    assertThat(OwnerNote.in("ebpf4j:12345678901234567890123:1:2:3")).isEmpty();
  }

  @Test
  void thisProcessIsNotGone() {
    assertThat(own.isGone()).isFalse();
  }

  @Test
  void processThatIsNotThereIsGone() {
    var free = 4_000_000L; // Above the largest that there are.
    assertThat(new OwnerNote(free, 1, own.pidNamespace(), own.timeNamespace()).isGone()).isTrue();
  }

  @Test
  void processWithTheSameNumberIsAnother() {
    var reused = new OwnerNote(own.pid(), own.start() - 1, own.pidNamespace(), own.timeNamespace());
    assertThat(reused.isGone()).isTrue();
  }

  @Test
  void processOfAnotherNamespaceIsNeverGone() {
    assertThat(new OwnerNote(own.pid(), 1, own.pidNamespace() + 1, own.timeNamespace()).isGone())
        .isFalse();
    assertThat(new OwnerNote(own.pid(), 1, own.pidNamespace(), own.timeNamespace() + 1).isGone())
        .isFalse();
  }
}
