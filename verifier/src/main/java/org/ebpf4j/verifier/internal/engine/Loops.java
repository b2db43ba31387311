package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.verifier.internal.state.State;
import org.jspecify.annotations.Nullable;

/// Loops that come back to where they were while they are still being walked: of iterators,
/// callbacks and `may_goto`. Until such a loop is done, it is not known what of the states in it
/// matters, so they are compared by all that is known. Then what matters at the beginning of a turn
/// is carried back over the end of the one before, until nothing changes.
final class Loops {
  private static final int MOST_ROUNDS = 64;

  /// A loop, in one chain of calls.
  private static final class Visit {
    @Nullable State entry;
    final List<BackEdge> backEdges = new ArrayList<>();
  }

  /// The end of a turn, and the state that covered it.
  private record BackEdge(State end, State start) {}

  private final Walk walk;
  private final Components components;
  private final Map<List<Integer>, Visit> visits = new HashMap<>();

  Loops(Walk walk, Components components) {
    this.walk = walk;
    this.components = components;
  }

  /// The outermost loop that a state is in, with the calls that led to it; null for none.
  private @Nullable List<Integer> loop(State state) {
    for (int f = 0; f <= state.depth; f++) {
      int component = components.component(state.instruction(f));
      if (component != 0) {
        var key = new ArrayList<Integer>(f + 1);
        for (int i = 0; i < f; i++) {
          key.add(state.instruction(i));
        }
        key.add(-component);
        return key;
      }
    }
    return null;
  }

  /// Whether a state is in a loop that came back and is not done.
  boolean isOpen(State state) {
    if (visits.isEmpty()) {
      return false;
    }
    var key = loop(state);
    var visit = key == null ? null : visits.get(key);
    return visit != null && !visit.backEdges.isEmpty();
  }

  /// A state was kept.
  void kept(State state) {
    var key = loop(state);
    if (key != null) {
      var visit = visits.computeIfAbsent(key, _ -> new Visit());
      if (visit.entry == null) {
        visit.entry = state;
      }
    }
  }

  /// A walk ended at a state that covered it, in a loop that is not done.
  void cameBack(State start, State end) {
    var key = loop(start);
    if (key == null) {
      throw new Refusal(
          org.ebpf4j.verifier.result.Finding.Reason.GAVE_UP, -1, "a loop that is not in the code");
    }
    visits.computeIfAbsent(key, _ -> new Visit()).backEdges.add(new BackEdge(end, start));
  }

  /// All paths from a state are done.
  void done(State state) {
    if (visits.isEmpty()) {
      return;
    }
    var key = loop(state);
    var visit = key == null ? null : visits.get(key);
    if (visit == null || visit.entry != state) {
      return;
    }
    carryBack(visit.backEdges);
    visits.remove(key);
  }

  private void carryBack(List<BackEdge> edges) {
    boolean changed = !edges.isEmpty();
    for (int round = 0; changed; round++) {
      changed = false;
      for (var edge : edges) {
        if (round >= MOST_ROUNDS) {
          walk.precision().markAll(edge.end());
        } else {
          changed |= walk.precision().copy(edge.start(), edge.end(), edge.end().instruction);
        }
      }
    }
  }
}
