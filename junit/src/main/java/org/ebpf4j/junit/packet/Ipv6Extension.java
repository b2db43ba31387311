package org.ebpf4j.junit.packet;

import org.ebpf4j.object.Bytes;

/// An extension header of IPv6 that says its own length (RFC 8200).
///
/// @param type which one it is: [#HOP_BY_HOP], [#ROUTING], [#DESTINATION]
/// @param nextHeader what follows
/// @param content what is behind the two bytes that each begins with: 6 bytes, or 8 more, and so on
public record Ipv6Extension(int type, int nextHeader, Bytes content) implements Layer {
  /// Options for each hop.
  public static final int HOP_BY_HOP = 0;

  /// Routers that it is to pass.
  public static final int ROUTING = 43;

  /// Options for the destination.
  public static final int DESTINATION = 60;

  /// @throws IllegalArgumentException for another type, or a content of another size
  public Ipv6Extension {
    Fields.checkOrAuto("nextHeader", nextHeader, 0xff);
    if (!isType(type)) {
      throw new IllegalArgumentException("extension header " + type);
    }
    if (content.size() % 8 != 6 || content.size() > 2046) {
      throw new IllegalArgumentException(
          content.size() + " bytes, where 6, 14, 22, … are expected");
    }
  }

  static boolean isType(int type) {
    return type == HOP_BY_HOP || type == ROUTING || type == DESTINATION;
  }

  /// Options that say nothing (`PadN`), of 8 bytes in all.
  ///
  /// @param type [#HOP_BY_HOP] or [#DESTINATION]
  public static Ipv6Extension padding(int type) {
    return new Ipv6Extension(type, AUTO, Bytes.of(new byte[] {1, 4, 0, 0, 0, 0}));
  }

  /// One with a content.
  public static Ipv6Extension of(int type, byte... content) {
    return new Ipv6Extension(type, AUTO, Bytes.of(content));
  }

  @Override
  public int size() {
    return 2 + content.size();
  }
}
