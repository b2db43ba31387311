package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.attach.Netfilter;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.attach.Netfilter.Hook;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.IP)
@RequiresKernel(value = "6.4", because = "programs on netfilter")
class NetfilterTest {
  private Cable cable;
  private LoadedObject object;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach/netfilter");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cable.close();
  }

  private Netfilter input() {
    return Netfilter.of(Family.IPV4, Hook.INPUT).in(cable.farNetns());
  }

  @Test
  @EffectOf("netfilter")
  void dropsUntilClosed() throws Exception {
    cable.dropsUntilClosed(object, 0, () -> object.program("drop").attach(input()));
  }

  @Test
  void everyHookOfBothFamiliesTakesAProgram() {
    for (var family : Family.values()) {
      for (var hook : Hook.values()) {
        object.program("pass").attach(Netfilter.of(family, hook).in(cable.farNetns())).close();
      }
    }
  }

  @Test
  void programsRunInTheOrderOfTheirPriorities() throws Exception {
    try (var _ = object.program("drop").attach(input().withPriority(10))) {
      try (var _ = object.program("pass").attach(input().withPriority(20))) {
        cable.send("dropped");
        Await.until("a drop", () -> object.count(0) == 1);
        assertThat(object.count(1)).isZero();
      }
      try (var _ = object.program("pass").attach(input().withPriority(-20))) {
        cable.send("seen, then dropped");
        Await.until("a drop", () -> object.count(0) == 2);
        assertThat(object.count(1)).isEqualTo(1);
      }
    }
  }

  @Test
  void occupiedPriorityIsNamed() throws Exception {
    try (var _ = object.program("pass").attach(input().withPriority(10))) {
      assertThatThrownBy(() -> object.program("drop").attach(input().withPriority(10)).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("another program has priority 10 there");
    }
    cable.passes("free again");
  }
}
