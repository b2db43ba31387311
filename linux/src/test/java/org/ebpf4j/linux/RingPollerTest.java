package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.spi.Waitable;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Several rings in one thread.
@KernelTest
@RequiresKernel(value = "5.12", because = "the programs fetch what they add to")
@Timeout(60)
class RingPollerTest {

  private final LinuxKernel kernel = LinuxKernel.open();

  @Test
  void ringsOfOtherKernelsAreRefused() {
    try (var poller = kernel.ringPoller()) {
      assertThatThrownBy(() -> poller.add(new OtherSource()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'other' is not of this machine's kernel");
      assertThat(poller.consumeAll()).isZero();
    }
  }

  private static final class OtherSource implements org.ebpf4j.ring.EventSource {
    @Override
    public List<? extends Waitable> waitables() {
      return List.<Waitable>of(() -> "other");
    }

    @Override
    public int consume() {
      return 1;
    }

    @Override
    public State state() {
      return State.READY;
    }

    @Override
    public void beforeClose(Runnable action) {
      throw new AssertionError();
    }

    @Override
    public void forget(Runnable action) {
      throw new AssertionError();
    }
  }
}
