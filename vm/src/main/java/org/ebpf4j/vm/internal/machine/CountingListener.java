package org.ebpf4j.vm.internal.machine;

import org.jspecify.annotations.Nullable;

/// Counts what one run executes, in the counters of the code that it is in. For one thread.
public final class CountingListener implements StepListener {
  private @Nullable Counters jumping;
  private int jump;

  @Override
  public void step(Code code, int slot, long[] registers) {
    // What follows a conditional jump is in the same code and frame.
    if (jumping != null) {
      if (slot == jump + 1) {
        jumping.pass(jump);
      } else {
        jumping.jump(jump);
      }
      jumping = null;
    }
    var counters = code.counters();
    if (counters == null) {
      return;
    }
    counters.execute(slot);
    if (counters.isConditional(slot)) {
      jumping = counters;
      jump = slot;
    }
  }
}
