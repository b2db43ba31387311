package org.ebpf4j.ring;

import java.util.ArrayList;
import java.util.List;

/// What is to be done before something is closed.
final class CloseActions {
  private final List<Runnable> actions = new ArrayList<>();
  private boolean over;

  /// Has it done before the close; at once where that was.
  void add(Runnable action) {
    synchronized (this) {
      if (!over) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  void run() {
    List<Runnable> all;
    synchronized (this) {
      over = true;
      all = List.copyOf(actions);
      actions.clear();
    }
    all.forEach(Runnable::run);
  }
}
