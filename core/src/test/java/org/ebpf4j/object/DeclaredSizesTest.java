package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.ebpf4j.linker.ObjectLinker;
import org.ebpf4j.testkit.Allocation;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// What a file only says to be large takes no memory.
final class DeclaredSizesTest {
  private static final byte[] FILE = TestObjects.bytes("data_huge");
  private static final long LIMIT = Allocation.limit(FILE.length);

  private final ObjectSpec spec = ObjectSpec.read("data_huge.bpf.o", FILE);

  @Test
  void readingTakesWhatTheFileHas() {
    assertThat(Allocation.of(() -> ObjectSpec.read("again.bpf.o", FILE))).isLessThan(LIMIT);
    assertThat(spec.map(".bss").valueSize()).isGreaterThan(2_000_000_000);
  }

  @Test
  void settingAVariableTakesWhatIsSet() {
    assertThat(
            Allocation.of(() -> {
              var set = spec.withVariable("mode", 5);
              assertThat(set.variableBytes("mode")).containsExactly(5, 0, 0, 0);
              assertThat(set.variableBytes(set.variable("big"), 4)).containsOnly(0).hasSize(4);
              assertThat(set.map(".bss").content())
                  .hasValueSatisfying(image -> assertThat(image.isSparse()).isTrue());
              assertThat(set).isNotEqualTo(spec).isEqualTo(spec.withVariable("mode", 5));
            }))
        .isLessThan(LIMIT);
  }

  @Test
  void linkingTakesWhatTheFilesHave() {
    assertThat(
            Allocation.of(() ->
                ObjectLinker.link(
                    "out.bpf.o",
                    List.of(new ObjectLinker.Input("data_huge.bpf.o", Bytes.of(FILE))))))
        .isLessThan(LIMIT);
  }
}
