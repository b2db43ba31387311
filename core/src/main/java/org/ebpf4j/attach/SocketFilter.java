package org.ebpf4j.attach;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/// A socket: the program sees each packet that arrives for it, and returns how many bytes of it to
/// keep (0 drops it). Sockets that a listening one accepts inherit the program.
///
/// The kernel has no link for a socket: the program stays until it is taken off or the last
/// descriptor of the socket is closed. A process that is killed leaves it on sockets that other
/// processes have, too. A socket has one program; one that is attached later takes its place.
///
/// @param socket the socket; it stays the caller's
public record SocketFilter(Handle socket) implements AttachPoint {
  private static final String FORM =
      "a socket is listen=ADDRESS:PORT, as in socket:listen=127.0.0.1:9527";

  /// A TCP socket that is to listen.
  ///
  /// @param text `listen=ADDRESS:PORT`, or `listen=PORT` for the loopback interface
  /// @throws IllegalArgumentException where it is neither
  public static Place parse(String text) {
    if (!text.startsWith("listen=")) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    var address = address(text.substring("listen=".length()));
    return surroundings -> new SocketFilter(surroundings.listening(address));
  }

  /// Reads `ADDRESS:PORT`, or a port of the loopback interface.
  ///
  /// @throws IllegalArgumentException where it is neither
  public static InetSocketAddress address(String text) {
    var colon = text.lastIndexOf(':');
    try {
      var port = Integer.parseInt(text.substring(colon + 1));
      var host = colon < 0 ? "" : text.substring(0, colon).replace("[", "").replace("]", "");
      return new InetSocketAddress(
          host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host), port);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no ADDRESS:PORT: behind the last colon there is no number", e);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no ADDRESS:PORT: the address is not known", e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is no ADDRESS:PORT: ports are 0 to 65535", e);
    }
  }

  @Override
  public String kind() {
    return "socket";
  }

  @Override
  public String place() {
    return socket.name();
  }

  @Override
  public String describe() {
    return "socket " + socket.name();
  }
}
