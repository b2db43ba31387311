package org.ebpf4j.vm.internal.memory;

import java.util.Arrays;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;

/// Memory of a process: programs reach it by functions of the kernel alone, such as
/// `bpf_probe_read_user`.
public final class UserRegion extends Region implements TypedRegion {
  private final TypedBytes value;

  /// @param type the type in `types`; 0 for bytes without one
  public UserRegion(String name, Btf types, int type, byte[] bytes) {
    super(name, bytes.length, true);
    this.value = new TypedBytes(types, type, bytes, 0);
  }

  @Override
  public TypedBytes value() {
    return value;
  }

  @Override
  protected long read(int offset, int size) {
    throw new MemoryFault(
        address() + offset,
        name() + " is memory of a process: only bpf_probe_read_user and its like read it");
  }

  @Override
  protected void write(int offset, int size, long number) {
    throw new MemoryFault(
        address() + offset,
        name() + " is memory of a process: only bpf_probe_write_user writes it");
  }

  /// Copies bytes out, as functions of the kernel do.
  ///
  /// @throws MemoryFault where they are not all there
  public byte[] copy(int offset, long size) {
    check(offset, size);
    return Arrays.copyOfRange(value.bytes(), offset, offset + (int) size);
  }

  /// Copies bytes in, as functions of the kernel do.
  ///
  /// @throws MemoryFault where there is no room for all of them
  public void put(int offset, byte[] content) {
    check(offset, content.length);
    System.arraycopy(content, 0, value.bytes(), offset, content.length);
  }
}
