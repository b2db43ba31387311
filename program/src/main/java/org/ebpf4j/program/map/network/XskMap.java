package org.ebpf4j.program.map.network;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;

/// Sockets of AF_XDP that XDP programs send packets to.
@MapKind(MapType.XSKMAP)
public final class XskMap extends BpfMap {
  private static final int XDP_REDIRECT = 4;
  private static final int ACTION = 3;

  private final SlotStore<Integer> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many.
  public XskMap(int maxEntries) {
    super(maxEntries);
  }

  /// Sends the packet to what is at a key: what the program returns then. Where nothing is there,
  /// that is the lowest two bits of the flags.
  @Helper(51)
  public long redirect(long key, long flags) {
    if (store.at(SlotStore.key((int) key)) == null) {
      return flags & ACTION;
    }
    Environment.current().record("bpf_redirect_map", key, flags);
    return XDP_REDIRECT;
  }

  /// Puts something in, on the JVM.
  public void set(int key, int what) {
    store.set(SlotStore.key(key), what);
  }

  @Override
  public SlotStore<Integer> onJvm() {
    return store;
  }
}
