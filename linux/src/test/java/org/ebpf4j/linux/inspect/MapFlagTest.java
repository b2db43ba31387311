package org.ebpf4j.linux.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.object.MapSpec;
import org.junit.jupiter.api.Test;

final class MapFlagTest {
  @Test
  void flagsHaveTheirNames() {
    assertThat(MapFlag.labels(0)).isEmpty();
    assertThat(MapFlag.labels(1 | MapSpec.RDONLY_PROG | MapSpec.MMAPABLE))
        .containsExactly("BPF_F_NO_PREALLOC", "BPF_F_RDONLY_PROG", "BPF_F_MMAPABLE");
    assertThat(MapFlag.labels(MapSpec.LINK | 1 << 30)).containsExactly("BPF_F_LINK", "0x40000000");
    assertThat(MapFlag.RB_OVERWRITE.number()).isEqualTo(1 << 19);
  }
}
