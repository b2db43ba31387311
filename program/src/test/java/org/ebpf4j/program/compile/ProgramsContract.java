package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.Kernel;
import org.junit.jupiter.api.Test;

/// Programs of several kinds, on the JVM and on a kernel: equal results.
abstract class ProgramsContract {
  private static final byte[] PACKET = new byte[64];

  static {
    for (int i = 0; i < PACKET.length; i++) {
      PACKET[i] = (byte) (i * 37);
    }
  }

  /// Opens the kernel.
  abstract Kernel open();

  @Test
  void givesWhatTheJvmGives() {
    FirstPrograms.totals.put(2, new AtomicLong());
    FirstPrograms.counts.delete(5);
    FirstPrograms.sums.delete(1);
    try (var kernel = open();
        var object = kernel.load(JavaPrograms.compile(FirstPrograms.class))) {
      for (var program : ThreeWays.programs(FirstPrograms.class)) {
        for (int length : new int[] {14, 20, 40, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          FirstPrograms.total = 7;
          object.variable("total").set(7);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }

  @Test
  void catchesWhatTheJvmCatches() {
    TryPrograms.missing.delete(5);
    try (var kernel = open();
        var object = kernel.load(JavaPrograms.compile(TryPrograms.class))) {
      for (var program : ThreeWays.programs(TryPrograms.class)) {
        for (int length : new int[] {14, 20, 40, 64, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }
}
