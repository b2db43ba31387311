package org.ebpf4j.fuzz;

import java.util.Optional;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.object.ObjectSpec;

/// `ObjectSpec.read`, and the code of each program.
public final class ObjectTarget {
  private ObjectTarget() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    Case.read(() -> {
      var object = ObjectSpec.read("fuzz", bytes);
      for (var program : object.programs()) {
        Case.attempt(() -> Disassembler.lines(program.instructions(), _ -> Optional.empty()));
      }
    });
  }
}
