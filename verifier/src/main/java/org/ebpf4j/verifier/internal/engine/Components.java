package org.ebpf4j.verifier.internal.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The strongly connected components of the instructions: which of them are in a loop together
/// (Tarjan's algorithm, without recursion).
final class Components {
  private final Code code;
  private final Layout layout;
  private final int[] result;
  private final int[] order;
  private final int[] low;
  private final ArrayDeque<Integer> members = new ArrayDeque<>();
  private int counter;
  private int components;

  private Components(Code code, Layout layout) {
    this.code = code;
    this.layout = layout;
    result = new int[code.size()];
    order = new int[code.size()];
    low = new int[code.size()];
  }

  /// The components of a program.
  static Components of(Code code, Layout layout) {
    var components = new Components(code, layout);
    for (int i = 0; i < code.size(); i++) {
      if (code.at(i) != null && components.order[i] == 0) {
        components.visit(i);
      }
    }
    return components;
  }

  /// The component of an instruction; 0 for one that is in no loop.
  int component(int at) {
    return result[at];
  }

  private int[] next(int at) {
    var instruction = code.at(at);
    var all = instruction == null ? new int[0] : RegisterLiveness.successors(at, instruction);
    return Arrays.stream(all).filter(n -> n < code.size()).toArray();
  }

  private static final class Step {
    private final int at;
    private final int[] next;

    Step(int at, int[] next) {
      this.at = at;
      this.next = next;
    }

    int at() {
      return at;
    }

    int[] next() {
      return next;
    }
  }

  private void visit(int root) {
    var path = new ArrayList<Step>();
    var position = new IntStack();
    path.add(enter(root));
    position.push(0);
    while (!path.isEmpty()) {
      var step = path.getLast();
      int i = position.pop();
      if (i < step.next().length) {
        position.push(i + 1);
        int to = step.next()[i];
        if (order[to] == 0) {
          path.add(enter(to));
          position.push(0);
        } else if (low[to] != Integer.MAX_VALUE) {
          low[step.at()] = Math.min(low[step.at()], low[to]);
        }
        continue;
      }
      path.removeLast();
      if (low[step.at()] == order[step.at()]) {
        close(step);
      }
      if (!path.isEmpty()) {
        int before = path.getLast().at();
        low[before] = Math.min(low[before], low[step.at()]);
      }
    }
  }

  private Step enter(int at) {
    order[at] = ++counter;
    low[at] = counter;
    members.push(at);
    return new Step(at, next(at));
  }

  private void close(Step step) {
    List<Integer> component = new ArrayList<>();
    int member;
    do {
      member = members.pop();
      component.add(member);
    } while (member != step.at());
    boolean loop =
        component.size() > 1
            || Arrays.stream(step.next()).anyMatch(n -> n == step.at())
            || layout.callbackCalls.get(step.at());
    int number = loop ? ++components : 0;
    for (int one : component) {
      result[one] = number;
      low[one] = Integer.MAX_VALUE;
    }
  }
}
