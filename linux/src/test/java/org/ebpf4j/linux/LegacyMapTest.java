package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// An object of the old kind, with maps in section `maps`, on a kernel.
@KernelTest
@Requires(Facility.TRACEFS)
class LegacyMapTest {
  private static long number(byte[] value) {
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
  }

  @Test
  void countsInMapsOfTheLegacySection() throws IOException, InterruptedException {
    var spec = ObjectSpec.read(TestObjects.example("classic/counts.bpf.o"));
    assertThat(spec.kernelVersion()).isEqualTo(5 << 16 | 10 << 8);

    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec);
        var link = object.program("count_classic").attach()) {
      assertThat(link.isOpen()).isTrue();
      assertThat(object.program("count_classic").info().mapIds())
          .containsExactlyInAnyOrder(object.map("by_cpu").id(), object.map("total").id());
      assertThat(number(object.map("total").lookup(new byte[4]).orElseThrow())).isZero();

      var child = new ProcessBuilder("true").start();
      assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();

      assertThat(number(object.map("total").lookup(new byte[4]).orElseThrow())).isPositive();
      assertThat(byCpu(object.map("by_cpu"))).isPositive();
    }
  }

  private static long byCpu(LinuxMap map) {
    long sum = 0;
    for (int cpu = 0; cpu < 64; cpu++) {
      var key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(cpu).array();
      sum += map.lookup(key).map(LegacyMapTest::number).orElse(0L);
    }
    return sum;
  }
}
