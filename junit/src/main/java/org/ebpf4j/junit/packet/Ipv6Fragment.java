package org.ebpf4j.junit.packet;

/// The header of a fragment of IPv6 (RFC 8200).
///
/// @param nextHeader what follows in the whole packet
/// @param offset where the fragment belongs, in bytes, a multiple of 8
/// @param more whether others follow
/// @param id the identification
public record Ipv6Fragment(int nextHeader, int offset, boolean more, int id) implements Layer {
  /// The number by which a header says that this one follows.
  public static final int TYPE = 44;

  /// @throws IllegalArgumentException for an offset that does not fit
  public Ipv6Fragment {
    Fields.checkOrAuto("nextHeader", nextHeader, 0xff);
    Fields.check("offset", offset, 0xfff8);
    if (offset % 8 != 0) {
      throw new IllegalArgumentException("a fragment at " + offset + ", no multiple of 8");
    }
  }

  /// One that is worked out what follows of; for others than the first, say that.
  public static Ipv6Fragment of(int id, int offset, boolean more) {
    return new Ipv6Fragment(AUTO, offset, more, id);
  }

  /// The same with another number of what follows.
  public Ipv6Fragment withNextHeader(int other) {
    return new Ipv6Fragment(other, offset, more, id);
  }

  @Override
  public int size() {
    return 8;
  }
}
