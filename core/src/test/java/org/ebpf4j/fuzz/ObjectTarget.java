package org.ebpf4j.fuzz;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.insn.Disassembler;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// `ObjectSpec.read`, the code of each program, and the variables.
public final class ObjectTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    return Seeds.objects();
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var object = it.value(() -> ObjectSpec.read("fuzz", bytes));
          for (var program : object.programs()) {
            it.attempt(() -> Disassembler.lines(program.instructions(), _ -> Optional.empty()));
          }
          it.attempt(object::variables);
          for (var map : object.maps()) {
            it.attempt(() -> EventType.declared(object, map));
          }
          it.attempt(() -> {
            for (var variable : object.variables()) {
              try {
                object.withVariable(variable.name(), "1");
              } catch (IllegalArgumentException _) {
                // What is no number is not set to one.
              }
            }
          });
        });
  }
}
