package org.ebpf4j.linux.internal.query;

import java.nio.ByteOrder;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Types (BTF) that the kernel holds, read by their id.
public final class LoadedTypes {
  private LoadedTypes() {}

  /// The types with an id; empty for 0. Those of a module continue the kernel's own.
  ///
  /// @throws org.ebpf4j.error.KernelException where they are gone (`ENOENT`)
  /// @throws org.ebpf4j.error.MalformedObjectException where they are damaged
  public static Optional<Btf> of(int id) {
    if (id == 0) {
      return Optional.empty();
    }
    try (var fd = Ids.open(ObjectKind.TYPES, id)) {
      var header = ObjectInfo.typesHeader(fd.number());
      if (header.kernel() && header.name().equals("vmlinux")) {
        return Optional.of(KernelBtf.running());
      }
      var name = header.name().isEmpty() ? "BTF " + Integer.toUnsignedString(id) : header.name();
      var bytes =
          FileBytes.of(name, ObjectInfo.types(fd.number()).bytes(), ByteOrder.nativeOrder());
      return Optional.of(
          header.kernel() ? Btf.readSplit(bytes, KernelBtf.running()) : Btf.read(bytes));
    }
  }
}
