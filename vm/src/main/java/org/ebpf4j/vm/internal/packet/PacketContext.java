package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.PacketLoad;
import org.ebpf4j.vm.internal.machine.Region;

/// The context of a program that sees a packet: fields as programs know them, of which some are
/// what the kernel makes of the packet.
public final class PacketContext extends Region implements PacketLoad {
  private static final int NETWORK_OFFSET = -0x100000;
  private static final int LINK_OFFSET = -0x200000;
  private static final int ETHERNET = 14;

  private final Packet packet;
  private final Layout layout;
  private final byte[] fields;

  /// Where the fields are that the kernel makes of the packet.
  ///
  /// @param name what the context is in C
  /// @param size its bytes
  /// @param data where the address of the packet is
  /// @param dataEnd where the address behind its end is
  /// @param dataMeta where the address of its metadata is
  /// @param length where its length is, or -1
  /// @param writable the offsets from and to which programs may write
  @SuppressWarnings("ArrayRecordComponent") // Copied, and never compared.
  public record Layout(
      String name, int size, int data, int dataEnd, int dataMeta, int length, int[] writable) {
    /// `struct xdp_md`.
    public static final Layout XDP = new Layout("struct xdp_md", 24, 0, 4, 8, -1, new int[] {});

    /// `struct __sk_buff`: mark, queue_mapping, priority, tc_index, cb, tc_classid and tstamp may
    /// be written.
    public static final Layout SOCKET_BUFFER =
        new Layout(
            "struct __sk_buff",
            192,
            76,
            80,
            140,
            0,
            new int[] {8, 16, 32, 36, 44, 68, 72, 76, 152, 160});

    public Layout {
      writable = writable.clone();
    }

    @Override
    public int[] writable() {
      return writable.clone();
    }

    boolean isWritable(int offset) {
      for (int i = 0; i < writable.length; i += 2) {
        if (offset >= writable[i] && offset < writable[i + 1]) {
          return true;
        }
      }
      return false;
    }
  }

  /// A context of a packet.
  ///
  /// @param given the fields that were given, or nothing
  public PacketContext(Layout layout, Packet packet, byte[] given) {
    super("the context (" + layout.name() + ")", layout.size(), true);
    this.layout = layout;
    this.packet = packet;
    this.fields = Arrays.copyOf(given, layout.size());
  }

  /// The packet.
  public Packet packet() {
    return packet;
  }

  /// The fields, as the program left them.
  public byte[] fields() {
    var out = fields.clone();
    put(out, layout.data(), 4, packet.start() - packet.from());
    put(out, layout.dataEnd(), 4, packet.to() - packet.from());
    if (layout.length() >= 0) {
      put(out, layout.length(), 4, packet.length());
    }
    return out;
  }

  private static void put(byte[] bytes, int offset, int size, long value) {
    for (int i = 0; i < size; i++) {
      bytes[offset + i] = (byte) (value >>> (8 * i));
    }
  }

  @Override
  protected long read(int offset, int size) {
    if (offset == layout.data() || offset == layout.dataEnd() || offset == layout.dataMeta()) {
      if (size != 4) {
        throw new MemoryFault(address() + offset, name() + " has an address there, of 4 bytes");
      }
      return packet.address() + edge(offset);
    }
    if (offset == layout.length() && size == 4) {
      return packet.length();
    }
    long value = 0;
    for (int i = size - 1; i >= 0; i--) {
      value = (value << 8) | (fields[offset + i] & 0xff);
    }
    return value;
  }

  private int edge(int offset) {
    if (offset == layout.data()) {
      return packet.start();
    }
    return offset == layout.dataEnd() ? packet.to() : packet.from();
  }

  @Override
  protected void write(int offset, int size, long value) {
    if (!layout.isWritable(offset)) {
      throw new MemoryFault(address() + offset, name() + " cannot be written there");
    }
    put(fields, offset, size, value);
  }

  @Override
  public long loadPacket(int offset, int size) {
    int at = packet.start();
    if (offset >= 0) {
      at += offset;
    } else if (offset >= NETWORK_OFFSET) {
      at += offset - NETWORK_OFFSET;
    } else if (offset >= LINK_OFFSET) {
      at += offset - LINK_OFFSET - ETHERNET;
    } else {
      return -1;
    }
    if (at < 0 || at > packet.to() - size) {
      return -1;
    }
    var bytes = java.util.Objects.requireNonNull(packet.bytes());
    long value = 0;
    for (int i = 0; i < size; i++) {
      value = (value << 8) | (bytes[at + i] & 0xff);
    }
    return value;
  }
}
