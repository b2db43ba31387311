package org.ebpf4j.program.internal.emit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Registers by colouring the graph of what is alive at the same time: moves are joined where that
/// keeps the graph colourable (Briggs; George), and what may not get a register is tried all the
/// same.
final class Coloring {
  private static final int REGISTERS = 10;
  private static final double NEVER = 1e18;

  private final List<MachineBlock> blocks;
  private final int count;
  private final Set<Integer> unspillable;
  private final BitSet[] neighbours;
  private final double[] cost;
  private final int[] alias;
  private final boolean[] gone;
  private final List<int[]> moves = new ArrayList<>();

  Coloring(List<MachineBlock> blocks, int count, Set<Integer> unspillable) {
    this.blocks = blocks;
    this.count = count;
    this.unspillable = unspillable;
    this.neighbours = new BitSet[count];
    this.cost = new double[count];
    this.alias = new int[count];
    this.gone = new boolean[count];
    for (int i = 0; i < count; i++) {
      neighbours[i] = new BitSet(count);
      alias[i] = i;
    }
  }

  /// What came of it: a register for each number, or the numbers that have to be spilled.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Result(int[] colors, List<Integer> spilled, int[] alias) {}

  Result run() {
    build();
    join();
    return choose();
  }

  // What is alive

  private Map<MachineBlock, BitSet> liveIn() {
    var byBlock = new HashMap<Object, MachineBlock>();
    blocks.forEach(b -> byBlock.put(b.block, b));
    var in = new HashMap<MachineBlock, BitSet>();
    blocks.forEach(b -> in.put(b, new BitSet(count)));
    var changed = true;
    while (changed) {
      changed = false;
      for (var block : blocks.reversed()) {
        var live = liveOut(block, in, byBlock);
        for (var op : block.ops.reversed()) {
          step(op, live);
        }
        if (!live.equals(in.get(block))) {
          in.put(block, live);
          changed = true;
        }
      }
    }
    for (var block : blocks) {
      out.put(block, liveOut(block, in, byBlock));
    }
    return in;
  }

  private final Map<MachineBlock, BitSet> out = new HashMap<>();

  private BitSet liveOut(
      MachineBlock block, Map<MachineBlock, BitSet> in, Map<Object, MachineBlock> byBlock) {
    var live = new BitSet(count);
    for (var next : block.block.successors()) {
      var after = in.get(byBlock.get(next));
      if (after != null) {
        live.or(after);
      }
    }
    for (int register : block.read()) {
      live.set(register);
    }
    return live;
  }

  private static void step(MachineOp op, BitSet live) {
    for (int register : op.destroyed()) {
      live.clear(register);
    }
    for (int register : op.read) {
      live.set(register);
    }
  }

  private void build() {
    liveIn();
    for (int i = 0; i < REGISTERS; i++) {
      for (int j = 0; j < i; j++) {
        connect(i, j);
      }
    }
    for (var block : blocks) {
      var weight = Math.pow(10, Math.min(block.depth, 6));
      var live = out.getOrDefault(block, new BitSet());
      for (int register : block.read()) {
        cost[register] += weight;
      }
      for (var op : block.ops.reversed()) {
        if (op.isMove) {
          moves.add(new int[] {op.written, op.read[0]});
          live.clear(op.read[0]);
        }
        for (int destroyed : op.destroyed()) {
          cost[destroyed] += weight;
          for (int l = live.nextSetBit(0); l >= 0; l = live.nextSetBit(l + 1)) {
            if (l != destroyed && l != Operands.FRAME_POINTER) {
              connect(destroyed, l);
            }
          }
        }
        for (int register : op.read) {
          cost[register] += weight;
        }
        step(op, live);
      }
    }
  }

  private void connect(int a, int b) {
    neighbours[a].set(b);
    neighbours[b].set(a);
  }

  // Moves

  private int find(int register) {
    var at = register;
    while (alias[at] != at) {
      at = alias[at];
    }
    return at;
  }

  private void join() {
    var changed = true;
    while (changed) {
      changed = false;
      for (var move : moves) {
        changed |= join(find(move[0]), find(move[1]));
      }
    }
  }

  private boolean join(int first, int second) {
    var a = Math.min(first, second);
    var b = Math.max(first, second);
    if (a == b
        || a == Operands.FRAME_POINTER
        || b <= Operands.FRAME_POINTER
        || neighbours[a].get(b)
        || !(a < REGISTERS ? allowsGeorge(a, b) : allowsBriggs(a, b))) {
      return false;
    }
    for (int t = neighbours[b].nextSetBit(0); t >= 0; t = neighbours[b].nextSetBit(t + 1)) {
      connect(a, t);
      neighbours[t].clear(b);
    }
    cost[a] += cost[b];
    gone[b] = true;
    alias[b] = a;
    if (unspillable.contains(b)) {
      unspillable.add(a);
    }
    return true;
  }

  private boolean allowsGeorge(int fixed, int other) {
    var all = neighbours[other];
    for (int t = all.nextSetBit(0); t >= 0; t = all.nextSetBit(t + 1)) {
      if (!gone[t] && t >= REGISTERS && !neighbours[t].get(fixed) && degree(t, gone) >= REGISTERS) {
        return false;
      }
    }
    return true;
  }

  private boolean allowsBriggs(int a, int b) {
    var all = (BitSet) neighbours[a].clone();
    all.or(neighbours[b]);
    int high = 0;
    for (int t = all.nextSetBit(0); t >= 0; t = all.nextSetBit(t + 1)) {
      if (!gone[t] && (t < REGISTERS || degree(t, gone) >= REGISTERS)) {
        high++;
      }
    }
    return high < REGISTERS;
  }

  private int degree(int register, boolean[] without) {
    int degree = 0;
    var all = neighbours[register];
    for (int t = all.nextSetBit(0); t >= 0; t = all.nextSetBit(t + 1)) {
      if (!without[t]) {
        degree++;
      }
    }
    return degree;
  }

  // Colours

  private Result choose() {
    var order = simplify();
    var colors = new int[count];
    Arrays.fill(colors, -1);
    for (int i = 0; i <= Operands.FRAME_POINTER; i++) {
      colors[i] = i;
    }
    var spilled = new ArrayList<Integer>();
    while (!order.isEmpty()) {
      int register = order.pop();
      var used = new BitSet();
      var all = neighbours[register];
      for (int t = all.nextSetBit(0); t >= 0; t = all.nextSetBit(t + 1)) {
        var color = colors[find(t)];
        if (color >= 0) {
          used.set(color);
        }
      }
      var color = preferred(register, used, colors);
      if (color < REGISTERS) {
        colors[register] = color;
      } else {
        spilled.add(register);
      }
    }
    for (int i = Operands.FIRST; i < count; i++) {
      colors[i] = colors[find(i)];
    }
    return new Result(colors, spilled, alias);
  }

  /// The register of the other side of a move where that is free, else the first that is.
  private int preferred(int register, BitSet used, int[] colors) {
    for (var move : moves) {
      var a = find(move[0]);
      var b = find(move[1]);
      var other = a == register ? b : b == register ? a : register;
      if (other != register
          && colors[other] >= 0
          && colors[other] < REGISTERS
          && !used.get(colors[other])) {
        return colors[other];
      }
    }
    return used.nextClearBit(0);
  }

  private Deque<Integer> simplify() {
    var order = new ArrayDeque<Integer>();
    var left = new BitSet(count);
    var degrees = new int[count];
    var removed = gone.clone();
    for (int i = Operands.FIRST; i < count; i++) {
      if (!gone[i]) {
        left.set(i);
        degrees[i] = degree(i, removed);
      }
    }
    while (!left.isEmpty()) {
      var pick = pick(left, degrees);
      left.clear(pick);
      removed[pick] = true;
      order.push(pick);
      var all = neighbours[pick];
      for (int t = all.nextSetBit(0); t >= 0; t = all.nextSetBit(t + 1)) {
        degrees[t]--;
      }
    }
    return order;
  }

  private int pick(BitSet left, int[] degrees) {
    for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
      if (degrees[i] < REGISTERS) {
        return i;
      }
    }
    int best = -1;
    double lowest = Double.MAX_VALUE;
    for (int i = left.nextSetBit(0); i >= 0; i = left.nextSetBit(i + 1)) {
      var price = unspillable.contains(i) ? NEVER : cost[i] / degrees[i];
      if (price < lowest) {
        lowest = price;
        best = i;
      }
    }
    return best;
  }
}
