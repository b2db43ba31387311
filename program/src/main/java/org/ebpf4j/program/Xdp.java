package org.ebpf4j.program;

/// The context of an XDP program (`struct xdp_md`).
public final class Xdp {
  public static final int ABORTED = 0;
  public static final int DROP = 1;
  public static final int PASS = 2;
  public static final int TX = 3;
  public static final int REDIRECT = 4;

  private final Packet packet;

  /// A context of a test.
  public Xdp(byte[] packet) {
    this.packet = new Packet(packet);
  }

  /// The packet.
  @PacketAt(data = 0, end = 4)
  public Packet packet() {
    return packet;
  }
}
