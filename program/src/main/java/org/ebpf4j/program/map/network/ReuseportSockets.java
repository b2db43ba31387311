package org.ebpf4j.program.map.network;

import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;

/// Sockets that listen on one port, by a number.
@MapKind(MapType.REUSEPORT_SOCKARRAY)
public final class ReuseportSockets extends BpfMap {
  private final SlotStore<Integer> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many.
  public ReuseportSockets(int maxEntries) {
    super(maxEntries);
  }

  /// Chooses the socket at an index: 0, or an error number below 0.
  @Helper(82)
  public long select(int index, long flags) {
    if (store.at(SlotStore.key(index)) == null) {
      return -Errno.ENOENT;
    }
    Environment.current().record("bpf_sk_select_reuseport", index, flags);
    return 0;
  }

  /// Puts a socket in, on the JVM.
  public void set(int index) {
    store.set(SlotStore.key(index), 1);
  }

  @Override
  public SlotStore<Integer> onJvm() {
    return store;
  }
}
