package org.ebpf4j.program.internal.ir;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which block every path to another passes (Cooper, Harvey and Kennedy, 2001).
public final class Dominators {
  private Dominators() {}

  /// Sets the dominator of each block; of the first, itself.
  public static void compute(List<Block> blocks) {
    blocks.forEach(b -> b.dominator = null);
    var first = blocks.getFirst();
    first.dominator = first;
    var changed = true;
    while (changed) {
      changed = false;
      for (var block : blocks.subList(1, blocks.size())) {
        Block common = null;
        for (var predecessor : block.predecessors) {
          if (predecessor.dominator != null) {
            common = common == null ? predecessor : meet(predecessor, common);
          }
        }
        if (common != block.dominator) {
          block.dominator = common;
          changed = true;
        }
      }
    }
  }

  private static Block meet(Block a, Block b) {
    while (a != b) {
      while (a.order > b.order) {
        a = parent(a);
      }
      while (b.order > a.order) {
        b = parent(b);
      }
    }
    return a;
  }

  private static Block parent(Block block) {
    var parent = block.dominator;
    if (parent == null) {
      throw new IllegalStateException("no dominator of " + block);
    }
    return parent;
  }

  /// Whether every path to `b` passes `a`.
  public static boolean dominates(Block a, Block b) {
    @Nullable Block at = b;
    while (at != null && at.order > a.order) {
      at = at.dominator;
    }
    return at == a;
  }
}
