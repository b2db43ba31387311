package org.ebpf4j.program;

/// The context of an XDP program (`struct xdp_md`), and what such a program returns.
public final class Xdp extends Context {
  /// The program failed; the packet is dropped, and a tracepoint tells of it.
  public static final int ABORTED = 0;

  /// The packet is dropped.
  public static final int DROP = 1;

  /// The packet goes on into the network stack.
  public static final int PASS = 2;

  /// The packet goes back out of the device that it came in by.
  public static final int TX = 3;

  /// The packet goes where a helper function said.
  public static final int REDIRECT = 4;

  /// A context of a test.
  public Xdp(byte[] packet) {
    super("xdp_md", packet);
  }

  /// The packet.
  @PacketAt(data = 0, end = 4)
  public Packet packet() {
    return bytesOfPacket();
  }

  /// The number of the device that the packet came in by.
  @At(offset = 12, size = 4)
  public int ingressIfindex() {
    return u32(12);
  }

  /// The queue of the device that the packet came in by.
  @At(offset = 16, size = 4)
  public int rxQueueIndex() {
    return u32(16);
  }

  /// The number of the device that the packet goes out by, for programs of a device map. Since
  /// Linux 5.8.
  @At(offset = 20, size = 4)
  public int egressIfindex() {
    return u32(20);
  }
}
