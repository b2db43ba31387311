package org.ebpf4j.attach;

/// A socket: the program sees each packet that arrives for it, and returns how many bytes of it to
/// keep (0 drops it). Sockets that a listening one accepts inherit the program.
///
/// @param fd the descriptor of the socket, in this process; it stays the caller's
public record SocketFilter(int fd) implements AttachPoint {
  @Override
  public String describe() {
    return "socket fd " + fd;
  }
}
