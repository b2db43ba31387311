package org.ebpf4j.vm.internal.memory;

import org.ebpf4j.btf.Btf;
import org.ebpf4j.vm.internal.machine.Region;

/// An object in the memory of the kernel.
public final class KernelRegion extends Region implements TypedRegion {
  private final TypedBytes value;

  /// An object that is zero.
  ///
  /// @param type the type in `types`; 0 for bytes without one
  public KernelRegion(String name, Btf types, int type, byte[] bytes) {
    super(name, bytes, true);
    this.value = new TypedBytes(types, type, bytes, 0);
  }

  @Override
  public TypedBytes value() {
    return value;
  }
}
