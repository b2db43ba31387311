package org.ebpf4j.verifier.internal.engine;

import org.ebpf4j.verifier.internal.state.RegisterKind;

/// The fields of sockets that programs may read (`struct bpf_sock` and others of
/// `include/uapi/linux/bpf.h`).
final class SocketFields {
  private static final int WORD = 4;
  private static final int SOCKET_BYTES = 80;
  private static final int TCP_BYTES = 112;
  private static final int TCP_WIDE_START = 80;
  private static final int TCP_WIDE_END = 96;
  private static final int PORT = 48;
  private static final int PORT_END = 50;
  private static final int TYPE = 8;
  private static final int PRIORITY_END = 24;

  private SocketFields() {}

  static boolean allows(RegisterKind kind, int offset, int size) {
    if (offset < 0 || offset % size != 0) {
      return false;
    }
    return switch (kind) {
      case SOCKET -> socket(offset, size);
      case SOCKET_COMMON -> !(offset >= TYPE && offset < PRIORITY_END) && socket(offset, size);
      case TCP_SOCKET ->
          offset < TCP_BYTES
              && size
                  == (offset == TCP_WIDE_START || offset == TCP_WIDE_END - 2 * WORD
                      ? 2 * WORD
                      : WORD);
      case XDP_SOCKET -> offset == 0 && size == WORD;
      default -> false;
    };
  }

  private static boolean socket(int offset, int size) {
    if (offset >= SOCKET_BYTES || size > WORD) {
      return false;
    }
    if (offset >= PORT && offset < PORT + WORD) {
      return offset < PORT_END && (size == WORD ? offset == PORT : size <= 2);
    }
    boolean narrow =
        switch (offset) {
          case 4, 8, 12, 24, 44, 72, 76 -> true;
          default -> (offset >= 28 && offset < 44) || (offset >= 52 && offset < 72);
        };
    return narrow || size == WORD;
  }
}
