package org.ebpf4j.program.map.network;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;

/// Sockets by a number, which data is sent to.
@MapKind(MapType.SOCKMAP)
public final class SocketMap extends BpfMap {
  private static final int PASS = 1;

  private final SlotStore<Integer> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many.
  public SocketMap(int maxEntries) {
    super(maxEntries);
  }

  /// Puts the socket of a program of the type `sock_ops` in: 0, or an error number below 0.
  @Helper(53)
  public long put(int key, long flags) {
    onJvm().set(SlotStore.key(key), 1);
    return 0;
  }

  /// Sends the data of a packet (`sk_skb`) to a socket: 1 where that works, else 0.
  @Helper(52)
  public long redirectPacket(int key, long flags) {
    return redirect("bpf_sk_redirect_map", key, flags);
  }

  /// Sends a message (`sk_msg`) to a socket: 1 where that works, else 0.
  @Helper(60)
  public long redirectMessage(int key, long flags) {
    return redirect("bpf_msg_redirect_map", key, flags);
  }

  private long redirect(String helper, int key, long flags) {
    if (onJvm().at(SlotStore.key(key)) == null) {
      return 0;
    }
    Environment.current().record(helper, key, flags);
    return PASS;
  }

  /// Puts a socket in, on the JVM.
  public void set(int key) {
    onJvm().set(SlotStore.key(key), 1);
  }

  @Override
  public SlotStore<Integer> onJvm() {
    return store;
  }
}
