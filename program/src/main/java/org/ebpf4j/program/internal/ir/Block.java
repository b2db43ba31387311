package org.ebpf4j.program.internal.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Values that are computed one after the other, and what comes then.
public final class Block {
  public final int id;
  public final List<Value> phis = new ArrayList<>();
  public final List<Value> values = new ArrayList<>();
  public final List<Block> predecessors = new ArrayList<>();
  public End end = new End.Open();

  /// The line of its end.
  public int line;

  /// What has to be given back where a loop ends here that went on for too long.
  public List<Held> held = List.of();

  /// Its number in reverse postorder.
  public int order = -1;

  /// The block that every path to it passes last.
  public @Nullable Block dominator;

  Block(int id) {
    this.id = id;
  }

  public List<Block> successors() {
    return end.successors();
  }

  /// Ends it, and makes it a predecessor of what comes next.
  public void end(End how, int atLine) {
    end = how;
    line = atLine;
    how.successors().forEach(s -> s.predecessors.add(this));
  }

  @Override
  public String toString() {
    return "b" + id + " " + phis + values + end.getClass().getSimpleName();
  }
}
