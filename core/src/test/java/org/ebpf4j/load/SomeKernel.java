package org.ebpf4j.load;

import java.nio.ByteOrder;
import java.util.Map;
import java.util.stream.Collectors;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.ObjectSpec;

/// A kernel for tests: a release, pages and CPUs that mean nothing to them.
interface SomeKernel extends KernelFacts {
  /// The object that is fitted to it.
  ObjectSpec object();

  /// A configuration that has a value for each thing that the object wants.
  default KernelConfig allOf(String value) {
    return new KernelConfig(
        object().externs().stream()
            .map(Extern::name)
            .distinct()
            .collect(Collectors.toMap(n -> n, _ -> value)));
  }

  /// A configuration that has nothing.
  default KernelConfig nothing() {
    return new KernelConfig(Map.of());
  }

  @Override
  default int versionCode() {
    return 0x060101;
  }

  @Override
  default ByteOrder order() {
    return object().order();
  }

  @Override
  default int pageSize() {
    return 4096;
  }

  @Override
  default int possibleCpus() {
    return 8;
  }

  @Override
  default String registers() {
    return "pt_regs";
  }
}
