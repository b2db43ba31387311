package org.ebpf4j.vm.capture;

/// A packet of a capture. A value.
///
/// @param nanos when it was captured, in nanoseconds since 1970
/// @param length how many bytes it had; more than were kept where the capture cut it
/// @param linkType what it begins with
/// @param bytes the bytes that were kept
@SuppressWarnings("ArrayRecordComponent") // Copied, and never compared.
public record CapturedPacket(long nanos, int length, LinkType linkType, byte[] bytes) {
  /// Copies the bytes.
  public CapturedPacket {
    bytes = bytes.clone();
  }

  /// A packet that was kept whole and begins with an Ethernet header.
  public static CapturedPacket of(long nanos, byte[] frame) {
    return new CapturedPacket(nanos, frame.length, LinkType.ETHERNET, frame);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /// The packet with an Ethernet header, as programs see it. Where it had another header, or none,
  /// the addresses are zero.
  public byte[] frame() {
    var frame = linkType.frame(bytes);
    return linkType == LinkType.ETHERNET ? frame.clone() : frame;
  }
}
