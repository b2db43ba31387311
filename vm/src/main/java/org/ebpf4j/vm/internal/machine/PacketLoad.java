package org.ebpf4j.vm.internal.machine;

/// A context that the instructions `ld_abs` and `ld_ind` read packets of.
public interface PacketLoad {
  /// The number at an offset of the packet, which is in network order there.
  ///
  /// @return the number, or -1 where the packet is too short
  long loadPacket(int offset, int size);
}
