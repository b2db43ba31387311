package org.ebpf4j.cli.export;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/// What goes wrong while things go on: each is said once, and all are counted. Any thread may use
/// it.
final class Complaints {
  private static final int MAX_KNOWN = 1000;

  private final Consumer<String> out;
  private final Set<String> said = new LinkedHashSet<>();
  private final AtomicLong count = new AtomicLong();

  /// @param out where they are said
  Complaints(Consumer<String> out) {
    this.out = out;
  }

  void failed(String problem) {
    count.incrementAndGet();
    synchronized (said) {
      if (said.size() >= MAX_KNOWN || !said.add(problem)) {
        return;
      }
      out.accept(problem);
    }
  }

  /// How often something has gone wrong.
  long count() {
    return count.get();
  }
}
