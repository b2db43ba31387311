package org.ebpf4j.verifierlog;

import java.util.Optional;
import java.util.regex.Pattern;

/// Why a register is no pointer any more where the program takes it for one: followed back through
/// the states in a verifier's log.
sealed interface LostPointer {
  /// It is null on this path.
  record Null() implements LostPointer {}

  /// It led into a packet, until a call that may move packets.
  record Packet(String call) implements LostPointer {}

  /// It was a reference, until a call that gave it back.
  record Released(String call) implements LostPointer {}

  /// `r1 = r6`: a copy.
  Pattern COPY = Pattern.compile("^r(\\d{1,2}) = r(\\d{1,2})$");

  Pattern ZERO = Pattern.compile("(inv)?0(x0)?");

  /// Looks for it.
  ///
  /// @param path the path up to the fault
  /// @param register the register at fault
  static Optional<LostPointer> find(FailingPath path, int register) {
    var call = Optional.<String>empty();
    for (var step = path.previous(); step != null; step = path.previous()) {
      var state = RegisterState.find(step.state(), register);
      if (state != null) {
        var copy = COPY.matcher(step.operation());
        if (state.text().startsWith("scalar")
            && copy.find()
            && Integer.parseInt(copy.group(1)) == register) {
          register = Integer.parseInt(copy.group(2));
        } else {
          return lost(state.text(), call);
        }
      } else if (call.isEmpty()) {
        call = PathStep.callee(step.text());
      }
    }
    return Optional.empty();
  }

  private static Optional<LostPointer> lost(String value, Optional<String> call) {
    if (ZERO.matcher(value).matches()) {
      return Optional.of(new Null());
    }
    if (value.startsWith("pkt")) {
      return call.map(Packet::new);
    }
    return value.contains("ref_obj_id=") ? call.map(Released::new) : Optional.empty();
  }
}
