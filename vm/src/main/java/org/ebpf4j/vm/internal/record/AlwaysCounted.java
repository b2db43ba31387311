package org.ebpf4j.vm.internal.record;

import org.ebpf4j.RunStatistics;

/// The wish that runs are counted, in a kernel that always does. Any thread may use it.
public final class AlwaysCounted implements RunStatistics {
  private volatile boolean open = true;

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }

  @Override
  public String toString() {
    return "counting the runs of programs" + (open ? "" : " (closed)");
  }
}
