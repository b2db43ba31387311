package org.ebpf4j.vm.internal.memory;

/// Memory that holds a value of a BTF type.
public sealed interface TypedRegion permits KernelRegion, UserRegion {
  /// The value, from the region's first byte on.
  TypedBytes value();
}
