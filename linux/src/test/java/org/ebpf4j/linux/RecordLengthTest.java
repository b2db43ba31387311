package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.ebpf4j.RunInput;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// Records whose length is not that of their struct, from buffers whose value types say what their
/// records are.
@KernelTest
@RequiresKernel(value = "5.8", because = "there are ring buffers")
class RecordLengthTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final LinuxKernel kernel = LinuxKernel.open();

  record Line(int pid, int len, String text) {}

  record Call(int pid, String args, long ended) {}

  record Frame(int line, short depth, short flags) {}

  @SuppressWarnings("ArrayRecordComponent") // C has arrays
  record Frames(long time, Frame[] frames) {}

  @Test
  void arriveWithWhatIsThere() {
    try (var object = kernel.load(Run.spec("records"));
        var lines = object.ringBuffer("lines");
        var calls = object.ringBuffer("calls");
        var stacks = object.ringBuffer("stacks");
        var perf = object.perfBuffer("perf_calls")) {
      object.program("emit").run(RunInput.packet(new byte[64]));
      assertThat(lines.as(Line.class).next(LONG)).contains(new Line(1, 11, "hello world"));
      assertThat(calls.as(Call.class).next(LONG)).contains(new Call(7, "ls -l", 0));
      assertThat(perf.as(Call.class).next(LONG)).contains(new Call(7, "ls -l", 0));
      assertThat(stacks.as(Frames.class).next(LONG).orElseThrow().frames())
          .containsExactly(
              new Frame(10, (short) 1, (short) 3), new Frame(20, (short) 2, (short) 4));
    }
  }

  @Test
  void theKernelIsGivenNoSizeOfRecords() {
    try (var object = kernel.load(Run.spec("records"))) {
      assertThat(object.map("lines").info().valueSize()).isZero();
      assertThat(object.map("perf_calls").info().valueSize()).isEqualTo(4);
      assertThat(object.map("perf_plain").info().keySize()).isEqualTo(4);
    }
  }
}
