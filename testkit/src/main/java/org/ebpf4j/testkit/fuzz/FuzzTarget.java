package org.ebpf4j.testkit.fuzz;

import java.util.List;

/// Something that is given bytes of any kind. A class that is one has a public constructor without
/// parameters, and a static method `fuzzerTestOneInput(byte[])` for the fuzzer Jazzer.
public interface FuzzTarget {
  /// Inputs that are taken, from which others are made.
  List<byte[]> seeds();

  /// Takes one input, within a [FuzzCase].
  ///
  /// @throws AssertionError where a limit of the case is broken
  void run(byte[] input);

  /// What messages and arguments call it.
  default String name() {
    return getClass().getSimpleName();
  }
}
