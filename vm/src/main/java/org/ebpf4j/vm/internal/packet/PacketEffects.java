package org.ebpf4j.vm.internal.packet;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a program asked the kernel to do with a packet, besides what it returned. Of one run.
public final class PacketEffects {
  private final List<Sent> clones = new ArrayList<>();
  private @Nullable Target target;
  private boolean shared;

  /// Where a packet is to go.
  public sealed interface Target {
    /// A device.
    ///
    /// @param ingress whether it is as if it came in there
    /// @param peer whether it is the other end of the device, in its network namespace
    /// @param neighbour whether the kernel finds the address of the next hop
    record Device(int ifindex, boolean ingress, boolean peer, boolean neighbour)
        implements Target {}

    /// What an entry of a map says.
    ///
    /// @param map the address of the map
    /// @param broadcast whether all entries are meant
    record Entry(long map, long key, long flags, boolean broadcast) implements Target {}
  }

  /// A copy of the packet that was sent.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Sent(Target.Device device, byte[] bytes) {}

  void reset() {
    target = null;
    shared = false;
    clones.clear();
  }

  /// Keeps where the packet is to go, should the program say in the end that it goes there.
  public void redirect(Target to) {
    target = to;
  }

  /// Where it is to go; null where nobody said.
  public @Nullable Target target() {
    return target;
  }

  /// Says whether the socket that was chosen is one of several that share a port, of which another
  /// program is to choose.
  public void shareSocket(boolean isShared) {
    shared = isShared;
  }

  /// Whether it is.
  public boolean isShared() {
    return shared;
  }

  /// Keeps a copy that was sent.
  public void send(Target.Device device, byte[] bytes) {
    clones.add(new Sent(device, bytes));
  }

  /// The copies that were sent.
  public List<Sent> clones() {
    return List.copyOf(clones);
  }
}
