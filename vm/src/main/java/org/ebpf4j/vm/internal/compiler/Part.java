package org.ebpf4j.vm.internal.compiler;

import java.util.ArrayList;
import java.util.List;

/// A part of a function that has a method of its own, as the JVM does not compile methods of more
/// than 8,000 bytes.
///
/// @param number its number among those of its function
/// @param blocks what is in it
record Part(int number, List<Block> blocks) {
  /// How many bytes a part is meant to have at most; for which it is counted what instructions take
  /// that are written in full.
  static final int MOST = 6_000;

  Part {
    blocks = List.copyOf(blocks);
  }

  /// Whether a block is in it.
  boolean has(int block) {
    return block >= blocks.getFirst().index() && block <= blocks.getLast().index();
  }

  /// The parts of a function.
  ///
  /// @param most how many bytes a part is meant to have at most
  static List<Part> of(Flow flow, int most) {
    var parts = new ArrayList<Part>();
    var open = new ArrayList<Block>();
    int size = 0;
    for (var block : flow.blocks()) {
      int more = flow.weight(block);
      if (size + more > most && !open.isEmpty()) {
        parts.add(new Part(parts.size(), open));
        open.clear();
        size = 0;
      }
      open.add(block);
      size += more;
    }
    parts.add(new Part(parts.size(), open));
    return parts;
  }
}
