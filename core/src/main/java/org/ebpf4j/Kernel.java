package org.ebpf4j;

import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;

/// A kernel that runs eBPF programs. What is here, every kernel can do; what only one can do is on
/// its own type.
public interface Kernel extends AutoCloseable {
  /// Creates the maps of an object and loads its programs. Attaches nothing. If one of them fails,
  /// what was created before it is gone again when this returns.
  ///
  /// @throws org.ebpf4j.error.VerifierException where the verifier rejects a program
  /// @throws org.ebpf4j.error.PermissionException where a privilege is missing
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses for another reason
  BpfObject load(ObjectSpec spec);

  /// Creates one map by itself. Its keys and values are bytes.
  ///
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  BpfMap<byte[], byte[]> createMap(MapSpec spec);

  @Override
  void close();
}
