package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Memory that programs and this process have in common, and the variables in it.
@KernelTest
@RequiresKernel(value = "6.9", because = "arenas")
class ArenaTest {
  private static final ObjectSpec SPEC = Run.spec("load_arena");

  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void variablesAreShared() {
    try (var object = kernel.load(SPEC)) {
      var counter = object.variable("counter");
      assertThat(counter.get()).isEqualTo(41);
      assertThat(Run.once(object, "count")).isEqualTo(42);
      assertThat(counter.get()).isEqualTo(42);
      counter.set(-11);
      assertThat(Run.once(object, "count")).isEqualTo(-10);
      assertThat(object.variable("own").memory().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(7);
    }
  }

  @Test
  void variablesAreSetBeforeTheLoad() {
    try (var object = kernel.load(SPEC.withVariable("counter", 99))) {
      assertThat(Run.once(object, "count")).isEqualTo(100);
    }
  }

  /// Addresses are the same on both sides: a program walks a list that Java made.
  @Test
  void programFollowsAddresses() {
    try (var object = kernel.load(SPEC)) {
      var memory = object.map("arena").memory();
      assertThat(memory.byteSize()).isEqualTo(16 * 4096);
      var page = memory.asSlice(4096);
      page.set(ValueLayout.JAVA_LONG, 0, 1000);
      page.set(ValueLayout.JAVA_LONG, 8, page.address() + 512);
      page.set(ValueLayout.JAVA_LONG, 512, 234);
      page.set(ValueLayout.JAVA_LONG, 520, 0);
      object.variable("list").set(page.address());
      assertThat(Run.once(object, "sum")).isEqualTo(1234);
      Run.once(object, "count");
      assertThat(object.variable("own").memory().get(ValueLayout.JAVA_LONG, 8))
          .isEqualTo(page.address());
    }
  }

  @Test
  void mapsArenaAtTheAddressThatIsAskedFor() {
    var address = 0x2000_0000_0000L;
    try (var object = kernel.load(SPEC.withMap("arena", m -> m.withExtra(address)))) {
      assertThat(object.map("arena").memory().address()).isEqualTo(address);
      assertThat(object.map("arena").info().extra()).isEqualTo(address);
      assertThat(Run.once(object, "count")).isEqualTo(42);
      assertThat(object.variable("counter").get()).isEqualTo(42);
    }
  }
}
