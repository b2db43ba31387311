package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.HostContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.internal.memory.TypedRegion;
import org.ebpf4j.vm.internal.packet.SocketRegion;

/// Which sockets there are, and what they are of: those that a test has opened.
final class LookupHelpers {
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int TUPLE_IPV4 = 12;
  private static final int TUPLE_IPV6 = 36;
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int TIME_WAIT = 6;
  private static final int LISTEN = 10;
  private static final int NEW_SYN = 12;
  private static final long CURRENT_NAMESPACE = -1;

  /// Casts to the kernel's structs, and the names of these.
  private static final Map<String, Set<String>> CASTS =
      Map.of(
          "skc_to_tcp_sock", Set.of("tcp_sock"),
          "skc_to_tcp6_sock", Set.of("tcp6_sock"),
          "skc_to_tcp_timewait_sock", Set.of("tcp_timewait_sock"),
          "skc_to_tcp_request_sock", Set.of("tcp_request_sock"),
          "skc_to_udp6_sock", Set.of("udp6_sock"),
          "skc_to_unix_sock", Set.of("unix_sock"),
          "skc_to_mptcp_sock", Set.of("mptcp_sock"));

  private LookupHelpers() {}

  static void addTo(Map<String, Helper> all) {
    for (var name : new String[] {"sk_lookup_tcp", "skc_lookup_tcp"}) {
      all.put(
          name,
          (run, context, tuple, size, namespace, flags) ->
              find(run, tuple, (int) size, namespace, flags, TCP));
    }
    all.put(
        "sk_lookup_udp",
        (run, context, tuple, size, namespace, flags) ->
            find(run, tuple, (int) size, namespace, flags, UDP));
    all.put("sk_fullsock", (run, socket, b, c, d, e) -> full(run, socket));
    all.put("tcp_sock", (run, socket, b, c, d, e) -> tcp(run, socket));
    all.put("get_listener_sock", (run, socket, b, c, d, e) -> listener(run, socket));
    CASTS.forEach(
        (name, types) -> all.put(name, (run, socket, b, c, d, e) -> cast(run, socket, types)));
    // Sockets and packets are those of the task.
    all.put("sk_cgroup_id", (run, socket, b, c, d, e) -> Environment.of(run).task().cgroup());
    for (var name : new String[] {"sk_ancestor_cgroup_id", "skb_ancestor_cgroup_id"}) {
      all.put(name, (run, socket, level, c, d, e) -> TaskHelpers.ancestor(run, level));
    }
    all.put("skb_under_cgroup", (run, context, map, index, d, e) -> isUnder(run, map, (int) index));
  }

  private static long isUnder(Run run, long map, int index) {
    var store = Store.at(run.memory(), map);
    if (Integer.toUnsignedLong(index) >= store.shape().maxEntries()) {
      return -Errno.E2BIG;
    }
    synchronized (store) {
      var cgroup =
          store.content() instanceof HostContent cgroups ? cgroups.at(Values.u32(index)) : null;
      if (cgroup == null) {
        return -Errno.EAGAIN;
      }
      return Environment.of(run).task().cgroups().contains((long) cgroup.id()) ? 1 : 0;
    }
  }

  private static long full(Run run, long socket) {
    if (run.memory().find(socket) instanceof SocketRegion found) {
      var state = found.get("state");
      return state == TIME_WAIT || state == NEW_SYN ? 0 : socket;
    }
    return socket;
  }

  private static long tcp(Run run, long socket) {
    return full(run, socket) != 0 && run.memory().find(socket) instanceof SocketRegion found
        ? found.tcp()
        : 0;
  }

  private static long listener(Run run, long socket) {
    return run.memory().find(socket) instanceof SocketRegion found && found.get("state") == LISTEN
        ? socket
        : 0;
  }

  private static long cast(Run run, long socket, Set<String> types) {
    return run.memory().find(socket) instanceof TypedRegion typed
            && types.contains(typed.value().typeName().replaceFirst("^struct ", ""))
        ? socket
        : 0;
  }

  /// The addresses and ports of a packet, as it is seen where the socket is.
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Tuple(int family, byte[] bytes) {
    private int width() {
      return family == INET ? 4 : 16;
    }

    private long word(int at) {
      return Integer.toUnsignedLong(
          (bytes[at] & 0xff)
              | (bytes[at + 1] & 0xff) << 8
              | (bytes[at + 2] & 0xff) << 16
              | (bytes[at + 3] & 0xff) << 24);
    }

    private long port(int at, boolean network) {
      var first = bytes[at] & 0xff;
      var second = bytes[at + 1] & 0xff;
      return network ? first | second << 8 : first << 8 | second;
    }

    private boolean has(SocketRegion socket, String field, int at, boolean orAny) {
      var name = field + (family == INET ? "_ip4" : "_ip6");
      var same = true;
      var any = true;
      for (int i = 0; i < width() / 4; i++) {
        var word = socket.get(name, i);
        same &= word == word(at + 4 * i);
        any &= word == 0;
      }
      return same || (orAny && any);
    }

    /// Whether a socket is that of a connection.
    boolean isOf(SocketRegion socket) {
      return has(socket, "src", width(), false)
          && has(socket, "dst", 0, false)
          && socket.get("src_port") == port(2 * width() + 2, false)
          && socket.get("dst_port") == port(2 * width(), true);
    }

    /// Whether a socket takes packets of anybody.
    boolean comesTo(SocketRegion socket) {
      return socket.get("dst_port") == 0
          && has(socket, "src", width(), true)
          && socket.get("src_port") == port(2 * width() + 2, false);
    }
  }

  private static long find(Run run, long at, int size, long namespace, long flags, int protocol) {
    if (flags != 0
        || (namespace != CURRENT_NAMESPACE && namespace != 0)
        || (size != TUPLE_IPV4 && size != TUPLE_IPV6)) {
      return 0;
    }
    var tuple = new Tuple(size == TUPLE_IPV4 ? INET : INET6, run.memory().read(at, size));
    long listening = 0;
    for (var object : Environment.of(run).host().objects()) {
      if (object.type() == HostObject.Type.SOCKET
          && object.region() instanceof SocketRegion socket
          && socket.get("protocol") == protocol
          && socket.get("family") == tuple.family()) {
        if (tuple.isOf(socket)) {
          return object.address();
        }
        if (listening == 0 && tuple.comesTo(socket)) {
          listening = object.address();
        }
      }
    }
    return listening;
  }
}
