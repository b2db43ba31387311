package org.ebpf4j.fuzz;

import java.util.List;
import org.ebpf4j.generate.ClassOptions;
import org.ebpf4j.generate.TypedClass;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// The Java class for an object.
public final class TypedClassTarget implements FuzzTarget {
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
          it.attempt(() -> TypedClass.of(object, ClassOptions.of("fuzz", "fuzz.bpf.o")));
        });
  }
}
