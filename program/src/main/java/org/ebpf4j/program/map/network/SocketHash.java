package org.ebpf4j.program.map.network;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;
import org.jspecify.annotations.Nullable;

/// Sockets by a key, which data is sent to.
///
/// @param <K> keys: a box of a number, or a record
@MapKind(MapType.SOCKHASH)
public final class SocketHash<K> extends BpfMap {
  private static final int PASS = 1;

  private @Nullable SlotStore<Integer> store;

  /// Room for that many.
  public SocketHash(int maxEntries) {
    super(maxEntries);
  }

  /// Puts the socket of a program of the type `sock_ops` in: 0, or an error number below 0.
  @Helper(70)
  public long put(K key, long flags) {
    onJvm().set(types().key().bytes(key), 1);
    return 0;
  }

  /// Sends the data of a packet (`sk_skb`) to a socket: 1 where that works, else 0.
  @Helper(72)
  public long redirectPacket(K key, long flags) {
    return redirect("bpf_sk_redirect_hash", key, flags);
  }

  /// Sends a message (`sk_msg`) to a socket: 1 where that works, else 0.
  @Helper(71)
  public long redirectMessage(K key, long flags) {
    return redirect("bpf_msg_redirect_hash", key, flags);
  }

  private long redirect(String helper, K key, long flags) {
    if (onJvm().at(types().key().bytes(key)) == null) {
      return 0;
    }
    Environment.current().record(helper, key, flags);
    return PASS;
  }

  /// Puts a socket in, on the JVM.
  public void set(K key) {
    onJvm().set(types().key().bytes(key), 1);
  }

  @Override
  public synchronized SlotStore<Integer> onJvm() {
    if (store == null) {
      store = new SlotStore<>(types().key().size());
    }
    return store;
  }
}
