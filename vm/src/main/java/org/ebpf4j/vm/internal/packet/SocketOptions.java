package org.ebpf4j.vm.internal.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// The options of a socket, as `bpf_setsockopt` and `bpf_getsockopt` know them
/// (`sol_socket_sockopt` and its like in `net/core/filter.c`). What was not set is zero. Any thread
/// may use it.
public final class SocketOptions {
  /// `SOL_SOCKET`, `SOL_IP`, `SOL_TCP`, `SOL_IPV6`.
  private static final int SOCKET = 1;

  private static final int IP = 0;
  private static final int TCP = 6;
  private static final int IPV6 = 41;

  private static final int BIND_TO_DEVICE = 25;
  private static final int CONGESTION = 13;
  private static final int SAVED_SYN = 28;

  /// `TCP_BPF_SOCK_OPS_CB_FLAGS`.
  private static final int CALLBACK_FLAGS = 1008;

  /// `SO_SNDBUF` and `SO_RCVBUF`, of which the kernel keeps twice what is asked for.
  private static final int SEND_BUFFER = 7;

  private static final int RECEIVE_BUFFER = 8;
  private static final int LEAST_SEND_BUFFER = 4608;
  private static final int LEAST_RECEIVE_BUFFER = 2304;

  private static final int NAME = 16;

  private final Map<Long, byte[]> values = new HashMap<>();

  /// What is known of the socket that they are of, which says what options it has.
  ///
  /// @param family `AF_INET` (2) or `AF_INET6` (10)
  /// @param protocol `IPPROTO_TCP` (6) and the like
  public record Kind(int family, int protocol) {
    private static final int INET = 2;
    private static final int INET6 = 10;

    private boolean isTcp() {
      return protocol == TCP;
    }
  }

  private static long key(int level, int name) {
    return (long) level << Integer.SIZE | (name & 0xffff_ffffL);
  }

  /// Sets an option.
  ///
  /// @return 0 or a negative error number
  public synchronized int set(Kind of, int level, int name, byte[] value) {
    var refused = refusal(of, level, name, value.length, true);
    if (refused == 0) {
      values.put(key(level, name), kept(level, name, value));
    }
    return refused;
  }

  private static byte[] kept(int level, int name, byte[] value) {
    if (level == SOCKET && (name == SEND_BUFFER || name == RECEIVE_BUFFER)) {
      var number = Math.max(0, ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt());
      var least = name == SEND_BUFFER ? LEAST_SEND_BUFFER : LEAST_RECEIVE_BUFFER;
      return bytes(Math.max(least, Math.min(number, Integer.MAX_VALUE / 2) * 2));
    }
    return value.clone();
  }

  private static byte[] bytes(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  /// Reads an option into a buffer.
  ///
  /// @return 0 or a negative error number
  public synchronized int get(Kind of, int level, int name, byte[] to) {
    var refused = refusal(of, level, name, to.length, false);
    var value = find(level, name);
    if (refused == 0 && value != null) {
      System.arraycopy(value, 0, to, 0, Math.min(value.length, to.length));
      if (name == CONGESTION && level == TCP) {
        to[Math.min(to.length, NAME) - 1] = 0;
      }
    }
    return refused;
  }

  /// What was set; null where nothing was.
  public synchronized byte @Nullable [] find(int level, int name) {
    return values.get(key(level, name));
  }

  /// Sets what any kernel would have set itself.
  public synchronized void put(int level, int name, byte[] value) {
    values.put(key(level, name), value.clone());
  }

  /// Sets the callbacks that programs of `sock_ops` are called for.
  public void putCallbackFlags(int flags) {
    put(TCP, CALLBACK_FLAGS, bytes(flags));
  }

  private static int refusal(Kind of, int level, int name, int length, boolean set) {
    return switch (level) {
      case SOCKET -> ofSocket(name, length, set);
      case TCP -> of.isTcp() ? ofTcp(name, length, set) : -Errno.EINVAL;
      case IP -> of.family() == Kind.INET && name == 1 ? number(length) : -Errno.EINVAL;
      case IPV6 ->
          of.family() == Kind.INET6 && (name == 67 || name == 70) ? number(length) : -Errno.EINVAL;
      default -> -Errno.EINVAL;
    };
  }

  private static int number(int length) {
    return length == Integer.BYTES ? 0 : -Errno.EINVAL;
  }

  private static int ofSocket(int name, int length, boolean set) {
    return switch (name) {
      // SO_REUSEADDR, SNDBUF, RCVBUF, KEEPALIVE, PRIORITY, REUSEPORT, RCVLOWAT, MARK,
      // MAX_PACING_RATE, BINDTOIFINDEX, TXREHASH, SK_BPF_CB_FLAGS
      case 2, SEND_BUFFER, RECEIVE_BUFFER, 9, 12, 15, 18, 36, 47, 62, 74, 1009 -> number(length);
      case BIND_TO_DEVICE -> set ? 0 : -Errno.EINVAL;
      default -> -Errno.EINVAL;
    };
  }

  private static int ofTcp(int name, int length, boolean set) {
    return switch (name) {
      // TCP_NODELAY, MAXSEG, KEEPIDLE, KEEPINTVL, KEEPCNT, SYNCNT, WINDOW_CLAMP,
      // THIN_LINEAR_TIMEOUTS, USER_TIMEOUT, NOTSENT_LOWAT, SAVE_SYN, RTO_MAX_MS, and those of
      // programs alone: TCP_BPF_SNDCWND_CLAMP, DELACK_MAX, RTO_MIN, SOCK_OPS_CB_FLAGS
      case 1, 2, 4, 5, 6, 7, 10, 16, 18, 25, 27, 44, 1002, 1003, 1004, CALLBACK_FLAGS ->
          number(length);
      case 1001 -> set ? number(length) : -Errno.EINVAL;
      case CONGESTION -> length < 2 ? -Errno.EINVAL : 0;
      case SAVED_SYN -> set || length < 1 ? -Errno.EINVAL : 0;
      default -> -Errno.EINVAL;
    };
  }
}
