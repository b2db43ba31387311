package org.ebpf4j.vm.internal.compiler;

import java.util.List;
import org.ebpf4j.vm.internal.machine.Code;

/// All that is known of a function before its code is written.
///
/// @param start its first instruction
/// @param families which of its accesses are likely to be to the same region
/// @param parts what has a method of its own: all, or one part after the other
record FunctionFacts(
    int start,
    Flow flow,
    Liveness liveness,
    Transfer transfer,
    Facts facts,
    Families families,
    List<Part> parts) {
  FunctionFacts {
    parts = List.copyOf(parts);
  }

  /// @param transfer without numbers on the stack as variables
  /// @param most how many bytes a method is meant to have at most
  /// @param strangers whether other functions may reach the frame of one that calls them
  static FunctionFacts of(
      Code code, int start, Flow flow, Transfer transfer, boolean strangers, int most) {
    var liveness = Liveness.of(code, flow, Slots.NONE);
    var facts = Facts.of(code, flow, transfer, liveness, start);
    if (!Slots.escapes(code, flow) && !(strangers && Slots.calls(code, flow))) {
      var slots = Slots.of(code, flow, transfer, facts);
      if (!slots.list().isEmpty()) {
        var all = Liveness.of(code, flow, slots);
        var more = transfer.with(slots);
        return of(code, start, flow, all, more, Facts.of(code, flow, more, all, start), most);
      }
    }
    return of(code, start, flow, liveness, transfer, facts, most);
  }

  private static FunctionFacts of(
      Code code,
      int start,
      Flow flow,
      Liveness liveness,
      Transfer transfer,
      Facts facts,
      int most) {
    return new FunctionFacts(
        start,
        flow,
        liveness,
        transfer,
        facts,
        Families.of(code, flow, facts, transfer, start),
        Part.of(flow, most));
  }
}
