package org.ebpf4j.attach;

/// Sockets that share a port (`SO_REUSEPORT`): the program chooses which of them gets a connection
/// or a packet. A group of sockets has one program; one that is attached later takes its place.
///
/// @param socket one of the sockets, bound with `SO_REUSEPORT`; it stays the caller's
public record SkReuseport(Handle socket) implements AttachPoint {
  /// A TCP socket that is to listen, and to share its port.
  ///
  /// @param text `listen=ADDRESS:PORT`, or `listen=PORT` for the loopback interface
  /// @throws IllegalArgumentException where it is neither
  public static Place parse(String text) {
    if (!text.startsWith("listen=")) {
      throw new IllegalArgumentException(
          "a socket is listen=ADDRESS:PORT, as in sk_reuseport:listen=127.0.0.1:9527; not '"
              + text
              + "'");
    }
    var address = SocketFilter.address(text.substring("listen=".length()));
    return surroundings -> new SkReuseport(surroundings.sharing(address));
  }

  @Override
  public String kind() {
    return "sk_reuseport";
  }

  @Override
  public String place() {
    return socket.name();
  }

  @Override
  public String describe() {
    return "the sockets that share the port of " + socket.name();
  }
}
