package org.ebpf4j.error;

import java.util.List;
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

  /// `10: (bf) r1 = r6 ; R1=scalar(id=3) …`: a copy.
  Pattern COPY = Pattern.compile("^\\d+: \\(bf\\) r(\\d+) = r(\\d+)\\b");

  Pattern CALL = Pattern.compile("^\\d+: \\(85\\) call (?:kernel-function )?(\\w+)#");

  Pattern ZERO = Pattern.compile("(inv)?0(x0)?");

  /// Looks for it.
  ///
  /// @param walk the lines of the log up to the fault
  /// @param register the register at fault
  static Optional<LostPointer> find(List<String> walk, int register) {
    var call = Optional.<String>empty();
    var held = state(register);
    for (var line : walk.reversed()) {
      var called = CALL.matcher(line);
      var state = held.matcher(line);
      if (state.find()) {
        var value = state.group(1);
        var copy = COPY.matcher(line);
        if (value.startsWith("scalar")
            && copy.find()
            && Integer.parseInt(copy.group(1)) == register) {
          register = Integer.parseInt(copy.group(2));
          held = state(register);
        } else {
          return lost(value, call);
        }
      } else if (called.find() && call.isEmpty()) {
        call = Optional.of(called.group(1));
      }
    }
    return Optional.empty();
  }

  private static Pattern state(int register) {
    return Pattern.compile("\\bR" + register + "(?:_[a-z]+)?=([^ ]+)");
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
