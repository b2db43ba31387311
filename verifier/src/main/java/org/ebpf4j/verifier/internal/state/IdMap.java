package org.ebpf4j.verifier.internal.state;

import java.util.Arrays;

/// Which ids of one state stand for which of another: each for exactly one.
final class IdMap {
  private int[] old = new int[16];
  private int[] now = new int[16];
  private int size;
  private int free;

  /// Forgets all.
  ///
  /// @param highest the highest id that was given
  void reset(int highest) {
    size = 0;
    free = highest;
  }

  /// Whether two ids stand for each other; from then on, if neither stood for another.
  boolean match(int oldId, int nowId) {
    if (oldId == 0 || nowId == 0) {
      return oldId == nowId;
    }
    for (int i = 0; i < size; i++) {
      if (old[i] == oldId) {
        return now[i] == nowId;
      }
      if (now[i] == nowId) {
        return false;
      }
    }
    if (size == old.length) {
      old = Arrays.copyOf(old, size * 2);
      now = Arrays.copyOf(now, size * 2);
    }
    old[size] = oldId;
    now[size] = nowId;
    size++;
    return true;
  }

  /// The same for numbers: one that is linked to none may stand for one that is, as long as it
  /// stands for no other.
  boolean matchNumbers(Reg before, Reg after) {
    if (before.id == 0) {
      return true;
    }
    int id = after.id == 0 ? ++free : after.id;
    if (!before.linkedByDelta) {
      return match(before.id, id);
    }
    // What is a distance away has an id of its own beside that of its group.
    return match(-before.id, -id) && match(before.id, id);
  }
}
