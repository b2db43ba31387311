package org.ebpf4j.verifierlog;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.function.Predicate;
import org.ebpf4j.verifierlog.Explanation.Kind;
import org.ebpf4j.verifierlog.RegisterHistory.Noted;

/// What was decided between a step and the fault: between a call that acquired something and the
/// end that does not give it back, or in the round of a loop.
final class RegionHistory {
  private static final int MOST_NOTED = 64;

  private final Predicate<PathStep> beginning;
  private final String note;
  private final List<Noted> noted = new ArrayList<>();
  private boolean whole;
  private int omitted;

  /// @param beginning whether a step is the one that the region begins with
  /// @param note what that does
  RegionHistory(Predicate<PathStep> beginning, String note) {
    this.beginning = beginning;
    this.note = note;
  }

  /// Reads the path before the fault back.
  void read(FailingPath path) {
    var conditions = new HashSet<Integer>();
    for (int i = 0; i < RegisterHistory.MOST_STEPS && !whole; i++) {
      var step = path.previous();
      if (step == null) {
        // Without its beginning, all conditions of the path would be named.
        noted.clear();
        break;
      }
      if (beginning.test(step)) {
        note(new Noted(step, Kind.ORIGIN, note));
        whole = true;
      } else if (step.isCondition() && conditions.add(step.slot())) {
        note(new Noted(step, Kind.CONDITION, RegisterHistory.words(step)));
      }
    }
    path.nameLast();
  }

  private void note(Noted step) {
    if (noted.size() == MOST_NOTED) {
      noted.removeLast();
      omitted++;
    }
    noted.add(step);
  }

  List<Noted> noted() {
    return noted;
  }

  int omitted() {
    return omitted;
  }

  boolean isWhole() {
    return whole;
  }
}
