package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.ebpf4j.RunInput;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// Programs that write to what a raw tracepoint shows.
@KernelTest
class WritableTracepointTest {
  private static Object run(LoadedObject object) throws Exception {
    return MarkedThread.call(() -> object.program("run").run(RunInput.packet(new byte[64])));
  }

  @Test
  @EffectOf("raw_tracepoint")
  void decidesTheResultUntilClosed() throws Exception {
    assumeTrue(
        System.getProperty("ebpf4j.kernel") != null,
        "it gives test runs another result, which only a virtual machine of the tests is to have");
    try (var object = LoadedObject.of("attach/probe_writable")) {
      MarkedThread.countIn(object);
      assertThat(run(object)).isNotNull();
      try (var link = object.program("finish").attach()) {
        assertThat(link.attachPoint()).contains(new RawTracepoint("bpf_test_finish"));
        assertThatThrownBy(() -> run(object))
            .hasCauseInstanceOf(KernelException.class)
            .hasMessageContaining("EPROTO");
        assertThat(object.count(0)).isPositive();
      }
      var before = object.count(0);
      assertThat(run(object)).isNotNull();
      assertThat(object.count(0)).isEqualTo(before);
    }
  }

  @Test
  void aTracepointThatIsOnlyReadIsCalledThat() {
    try (var object = LoadedObject.of("attach/probe_refused")) {
      assertThatThrownBy(
              () -> object.program("writer").attach(new RawTracepoint("sched_switch")).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("programs cannot write to this tracepoint")
          .hasMessageContaining("try: SEC(\"raw_tp/sched_switch\") for a program that only reads");
    }
  }
}
