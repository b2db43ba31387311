package org.ebpf4j.program.internal.emit;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.program.internal.ir.Block;

/// A block as instructions. How it ends is said by the block; the values that are compared there
/// are in registers.
final class MachineBlock {
  static final int IMMEDIATE = -1;

  final Block block;
  List<MachineOp> ops = new ArrayList<>();

  /// How many loops it is in.
  int depth;

  /// What its end compares: registers, or −1 where it compares nothing or a constant.
  int left = -1;

  int right = -1;
  boolean returns;

  MachineBlock(Block block) {
    this.block = block;
  }

  int[] read() {
    if (returns) {
      return new int[] {0};
    }
    return left < 0 ? new int[0] : right < 0 ? new int[] {left} : new int[] {left, right};
  }
}
