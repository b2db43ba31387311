package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.State;
import org.ebpf4j.verifier.internal.state.StateComparison;
import org.jspecify.annotations.Nullable;

/// What is made of a program before it is walked, and kept for all of its walks.
final class Prepared {
  private final Walk walk;
  private final KindsOfAccess kinds = new KindsOfAccess();
  private @Nullable Code code;
  private @Nullable Parts parts;
  private int[] depths = {};
  private int totalStates;
  private int peakStates;

  /// What needs the instructions decoded.
  private record Parts(
      Layout layout,
      RegisterLiveness registers,
      StackLiveness stackLiveness,
      GlobalFunctions globals,
      Precision precision,
      StateComparison comparison,
      MemoryCheck memory,
      Arguments arguments,
      Subprograms subprograms,
      Components components) {}

  private @Nullable Loops loops;
  private @Nullable Visited visited;

  Prepared(Walk walk) {
    this.walk = walk;
  }

  /// Decodes the program and finds its paths.
  ///
  /// @throws Refusal where it is malformed
  void prepare() {
    var decoded = Code.of(walk.program(), walk.rules().subprograms());
    code = decoded;
    var layout = new Layout(decoded, walk.calls());
    var registers = new RegisterLiveness(decoded, walk.calls());
    var stack = new StackLiveness(decoded);
    var globals = new GlobalFunctions(walk.program(), decoded);
    var bounds = new StackBounds(walk);
    var memory = new MemoryCheck(walk, bounds);
    parts =
        new Parts(
            layout,
            registers,
            stack,
            globals,
            new Precision(walk, decoded),
            new StateComparison(
                new StateComparison.Liveness() {
                  @Override
                  public int registers(State state, int frame) {
                    return registers.before(state.instruction(frame));
                  }

                  @Override
                  public boolean slot(State state, int frame, int slot) {
                    return stack.isLive(state, frame, slot);
                  }
                },
                walk.readsUnsetStack()),
            memory,
            new Arguments(walk, bounds, memory),
            new Subprograms(walk, decoded, globals, layout),
            Components.of(decoded, layout));
    depths = new int[decoded.subprograms()];
    restart();
  }

  /// Forgets the states that were kept, before another function is checked.
  void restart() {
    if (visited != null) {
      totalStates += visited.total;
      peakStates = Math.max(peakStates, visited.peak);
    }
    loops = new Loops(walk, parts().components());
    visited = new Visited(walk, layout(), comparison(), code().size());
  }

  private static <T> T present(@Nullable T value) {
    if (value == null) {
      throw new IllegalStateException("the program is not prepared");
    }
    return value;
  }

  private Parts parts() {
    return present(parts);
  }

  Code code() {
    return present(code);
  }

  boolean isDecoded() {
    return code != null;
  }

  Layout layout() {
    return parts().layout();
  }

  RegisterLiveness registers() {
    return parts().registers();
  }

  StackLiveness stackLiveness() {
    return parts().stackLiveness();
  }

  GlobalFunctions globals() {
    return parts().globals();
  }

  Precision precision() {
    return parts().precision();
  }

  StateComparison comparison() {
    return parts().comparison();
  }

  MemoryCheck memory() {
    return parts().memory();
  }

  Arguments arguments() {
    return parts().arguments();
  }

  Subprograms subprograms() {
    return parts().subprograms();
  }

  Loops loops() {
    return present(loops);
  }

  Visited visited() {
    return present(visited);
  }

  KindsOfAccess kinds() {
    return kinds;
  }

  int[] depths() {
    return depths;
  }

  void usesStack(int subprogram, int bytes) {
    depths()[subprogram] = Math.max(depths()[subprogram], bytes);
  }

  int totalStates() {
    return totalStates + (visited == null ? 0 : visited.total);
  }

  int peakStates() {
    return Math.max(peakStates, visited == null ? 0 : visited.peak);
  }
}
