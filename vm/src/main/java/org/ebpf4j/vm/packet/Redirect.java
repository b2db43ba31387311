package org.ebpf4j.vm.packet;

/// Where a program sends a packet.
public sealed interface Redirect {
  /// To a device.
  ///
  /// @param ifindex the index of the device
  /// @param ingress whether it is as if it came in there
  /// @param peer whether it is the other end of the device, in its network namespace
  ///   (`bpf_redirect_peer`)
  /// @param neighbour whether the kernel finds the link address of the next hop
  ///   (`bpf_redirect_neigh`)
  record ToDevice(int ifindex, boolean ingress, boolean peer, boolean neighbour)
      implements Redirect {}

  /// To what an entry of a map says: a device, a CPU, a socket.
  ///
  /// @param map the name of the map
  /// @param key the key, where it is a number
  /// @param flags the flags of the call
  /// @param all whether all entries are meant (`BPF_F_BROADCAST`)
  record ToEntry(String map, long key, long flags, boolean all) implements Redirect {}
}
