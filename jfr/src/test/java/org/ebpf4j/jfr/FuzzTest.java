package org.ebpf4j.jfr;

import org.ebpf4j.testkit.fuzz.Fuzzing;
import org.junit.jupiter.api.Test;

/// Whatever types it is given, Flight Recorder gets fields or an error of this library.
final class FuzzTest {
  @Test
  void givesFieldsOrAnErrorOfOurs() {
    Fuzzing.run(new FieldsTarget(), Fuzzing.seed(), Fuzzing.cases(500));
  }
}
