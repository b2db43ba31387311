package org.ebpf4j.vm.internal.helper;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.HostContent;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.internal.packet.PacketContext;
import org.ebpf4j.vm.internal.packet.PacketEffects.Target;
import org.ebpf4j.vm.internal.packet.SocketOptions;
import org.ebpf4j.vm.internal.packet.SocketRegion;
import org.jspecify.annotations.Nullable;

/// Options of sockets, callbacks of `sock_ops`, and which socket gets a packet
/// (`net/core/filter.c`).
final class SocketHelpers {
  private static final int TCP = 6;
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int ESTABLISHED = 1;
  private static final int REPLACE = 1;
  private static final int NO_REUSEPORT = 2;
  private static final int SOL_SOCKET = 1;
  private static final int SO_REUSEPORT = 15;
  private static final long CALLBACKS = 0x7f;

  /// `BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB` and the others that a socket may be put in a map in.
  private static final int ACTIVE = 4;

  private static final int PASSIVE = 5;
  private static final int LISTENS = 11;

  private SocketHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put(
        "setsockopt",
        (run, of, level, name, value, size) ->
            set(run, of, (int) level, (int) name, run.memory().read(value, size)));
    all.put("getsockopt", SocketHelpers::get);
    all.put("sock_ops_cb_flags_set", SocketHelpers::setCallbacks);
    all.put("sk_assign", SocketHelpers::assign);
    all.put("sk_release", (run, socket, b, c, d, e) -> 0);
    all.put("sk_select_reuseport", SocketHelpers::select);
    all.put(
        "sock_map_update",
        (run, context, map, key, flags, e) -> update(run, context, map, key, 4, flags));
    all.put(
        "sock_hash_update",
        (run, context, map, key, flags, e) ->
            update(run, context, map, key, Store.at(run.memory(), map).shape().keySize(), flags));
    all.put("bind", SocketHelpers::bind);
    all.put(
        "get_retval",
        (run, a, b, c, d, e) -> run.subject() instanceof PacketContext at ? at.result() : 0);
    all.put("set_retval", SocketHelpers::setResult);
    LookupHelpers.addTo(all);
  }

  /// A socket that options are of.
  ///
  /// @param region what programs see of it; null where a context stands for it
  record Socket(SocketOptions options, SocketOptions.Kind kind, @Nullable SocketRegion region) {}

  /// The socket at an address: itself, or that of a context.
  static Socket socket(Run run, long at) {
    var region = run.memory().find(at);
    if (region instanceof SocketRegion socket) {
      return new Socket(socket.options(), socket.kind(), socket);
    }
    if (region instanceof PacketContext context) {
      return context.has("sk")
              && run.memory().find(context.get("sk")) instanceof SocketRegion socket
          ? new Socket(socket.options(), socket.kind(), socket)
          : new Socket(context.options(), kind(context), null);
    }
    throw new MemoryFault(at, "no socket");
  }

  private static SocketOptions.Kind kind(PacketContext context) {
    var family = context.has("family") ? (int) context.get("family") : INET;
    if (family == 0 && context.has("user_family")) {
      family = (int) context.get("user_family");
    }
    var protocol = context.has("protocol") ? (int) context.get("protocol") : TCP;
    return new SocketOptions.Kind(family, protocol);
  }

  private static long set(Run run, long of, int level, int name, byte[] value) {
    var socket = socket(run, of);
    var refused = socket.options().set(socket.kind(), level, name, value);
    if (refused == 0) {
      Environment.of(run).recorder().record("bpf_setsockopt", level, name, number(value));
    }
    return refused;
  }

  /// The number that bytes are, as far as it has 8 of them.
  private static long number(byte[] value) {
    return ByteBuffer.wrap(java.util.Arrays.copyOf(value, Long.BYTES))
        .order(ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }

  private static long get(Run run, long of, long level, long name, long to, long size) {
    var socket = socket(run, of);
    var value = new byte[(int) size];
    var refused = socket.options().get(socket.kind(), (int) level, (int) name, value);
    run.memory().write(to, value);
    return refused;
  }

  private static long setCallbacks(Run run, long context, long flags, long c, long d, long e) {
    var at = PacketHelpers.context(run, context);
    if (at.get("is_fullsock") == 0) {
      return -Errno.EINVAL;
    }
    at.put("bpf_sock_ops_cb_flags", flags & CALLBACKS);
    socket(run, context).options().putCallbackFlags((int) (flags & CALLBACKS));
    Environment.of(run).recorder().record("bpf_sock_ops_cb_flags_set", flags & CALLBACKS);
    return flags & 0xffff_ffffL & ~CALLBACKS;
  }

  private static long assign(Run run, long context, long socket, long flags, long d, long e) {
    var at = PacketHelpers.context(run, context);
    if (!at.struct().name().equals("bpf_sk_lookup")) {
      return assignPacket(run, socket, flags);
    }
    if ((flags & ~(REPLACE | NO_REUSEPORT)) != 0) {
      return -Errno.EINVAL;
    }
    if (socket != 0) {
      if (!(run.memory().find(socket) instanceof SocketRegion found)) {
        throw new MemoryFault(socket, "no socket");
      }
      if (found.get("state") == ESTABLISHED) {
        return -Errno.ESOCKTNOSUPPORT;
      }
      if (found.get("protocol") != at.get("protocol")) {
        return -Errno.EPROTOTYPE;
      }
      if (found.get("family") != at.get("family") && found.get("family") == INET) {
        return -Errno.EAFNOSUPPORT;
      }
    }
    if (at.get("sk") != 0 && (flags & REPLACE) == 0) {
      return -Errno.EEXIST;
    }
    at.put("sk", socket);
    at.effects().shareSocket((flags & NO_REUSEPORT) == 0 && isShared(run, socket));
    return 0;
  }

  private static boolean isShared(Run run, long socket) {
    var value =
        run.memory().find(socket) instanceof SocketRegion found
            ? found.options().find(SOL_SOCKET, SO_REUSEPORT)
            : null;
    return value != null && number(value) != 0;
  }

  /// What a classifier gives a packet to, as it comes in.
  private static long assignPacket(Run run, long socket, long flags) {
    if (socket == 0 || flags != 0) {
      return -Errno.EINVAL;
    }
    Environment.of(run).recorder().record("bpf_sk_assign", socket);
    return 0;
  }

  private static long select(Run run, long context, long map, long key, long flags, long e) {
    var at = PacketHelpers.context(run, context);
    var store = Store.at(run.memory(), map);
    if (flags != 0) {
      return -Errno.EINVAL;
    }
    HostObject found;
    synchronized (store) {
      var bytes = run.memory().read(key, store.shape().keySize());
      found = store.content() instanceof HostContent sockets ? sockets.at(bytes) : null;
    }
    if (found == null) {
      return -Errno.ENOENT;
    }
    if (found.region() instanceof SocketRegion socket
        && socket.get("protocol") != 0
        && socket.get("protocol") != at.get("ip_protocol")) {
      return -Errno.EBADFD;
    }
    at.effects().redirect(new Target.Entry(map, run.memory().load(key, 4), flags, false));
    Environment.of(run).recorder().record("bpf_sk_select_reuseport", found.id());
    return 0;
  }

  private static long update(Run run, long context, long map, long key, int size, long flags) {
    var at = PacketHelpers.context(run, context);
    if (flags < 0 || flags > 2) {
      return -Errno.EINVAL;
    }
    var op = at.get("op");
    if (op != ACTIVE && op != PASSIVE && op != LISTENS) {
      return -Errno.EOPNOTSUPP;
    }
    var store = Store.at(run.memory(), map);
    var socket = at.get("sk");
    for (var object : Environment.of(run).host().objects()) {
      if (object.address() == socket && store.content() instanceof HostContent sockets) {
        var bytes =
            size == 4 ? Values.u32((int) run.memory().load(key, 4)) : run.memory().read(key, size);
        synchronized (store) {
          return -sockets.put(bytes, object, (int) flags);
        }
      }
    }
    return -Errno.EOPNOTSUPP;
  }

  private static long bind(Run run, long context, long address, long size, long d, long e) {
    if (size < 2) {
      return -Errno.EINVAL;
    }
    var family = run.memory().load(address, 2);
    if (family != INET && family != INET6) {
      return -Errno.EAFNOSUPPORT;
    }
    if (size < (family == INET ? 16 : 24)) {
      return -Errno.EINVAL;
    }
    var port = run.memory().load(address + 2, 2);
    Environment.of(run)
        .recorder()
        .record(
            "bpf_bind", family, (port & 0xff) << 8 | port >>> 8, run.memory().load(address + 4, 4));
    return 0;
  }

  private static long setResult(Run run, long result, long b, long c, long d, long e) {
    if (run.subject() instanceof PacketContext at) {
      at.setResult((int) result);
    }
    Environment.of(run).recorder().record("bpf_set_retval", result << Integer.SIZE >> Integer.SIZE);
    return 0;
  }
}
