package org.ebpf4j.vm.internal.packet;

/// What the kernel fills into a `struct __sk_buff` for a packet that comes in (`eth_type_trans`,
/// `bpf_prog_test_run_skb`), by offsets of `include/uapi/linux/bpf.h`.
public final class SocketBuffer {
  static final String NAME = "__sk_buff";

  public static final int PACKET_TYPE = 4;
  public static final int MARK = 8;
  static final int QUEUE_MAPPING = 12;
  public static final int PROTOCOL = 16;
  public static final int VLAN_PRESENT = 20;
  public static final int VLAN_TCI = 24;
  public static final int VLAN_PROTOCOL = 28;
  public static final int IFINDEX = 40;
  static final int TC_INDEX = 44;
  public static final int HASH = 68;
  static final int TC_CLASSID = 72;
  private static final int FAMILY = 88;
  private static final int REMOTE_IP4 = 92;
  private static final int LOCAL_IP4 = 96;
  private static final int REMOTE_IP6 = 100;
  private static final int LOCAL_IP6 = 116;
  public static final int TIMESTAMP = 152;
  public static final int WIRE_LENGTH = 160;

  private static final int ETHERNET = 14;
  private static final int LEAST_PROTOCOL = 0x600;
  private static final int IPV4 = 0x0800;
  private static final int IPV6 = 0x86dd;
  private static final int INET = 2;
  private static final int INET6 = 10;
  private static final int IPV4_SOURCE = 12;
  private static final int IPV4_TARGET = 16;
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_SOURCE = 8;
  private static final int IPV6_TARGET = 24;
  private static final int IPV6_HEADER = 40;

  private SocketBuffer() {}

  /// Fills in what was not given. The packet begins with its Ethernet header.
  ///
  /// @param hidden how many bytes of it programs do not see
  public static void fill(PacketContext context, byte[] frame, int hidden) {
    context.put(PACKET_TYPE, 4, packetType(frame));
    var protocol = protocol(frame);
    context.put(PROTOCOL, 4, swapped(protocol));
    if (context.get(IFINDEX, 4) == 0) {
      context.put(IFINDEX, 4, 1);
    }
    if (context.get(WIRE_LENGTH, 4) == 0) {
      context.put(WIRE_LENGTH, 4, frame.length - hidden);
    }
    if (protocol == IPV4 && frame.length >= ETHERNET + IPV4_HEADER) {
      context.put(FAMILY, 4, INET);
      copy(frame, ETHERNET + IPV4_SOURCE, context, LOCAL_IP4, 4);
      copy(frame, ETHERNET + IPV4_TARGET, context, REMOTE_IP4, 4);
    } else if (protocol == IPV6 && frame.length >= ETHERNET + IPV6_HEADER) {
      context.put(FAMILY, 4, INET6);
      copy(frame, ETHERNET + IPV6_SOURCE, context, LOCAL_IP6, 16);
      copy(frame, ETHERNET + IPV6_TARGET, context, REMOTE_IP6, 16);
    }
  }

  private static void copy(byte[] from, int at, PacketContext to, int offset, int size) {
    for (int i = 0; i < size; i++) {
      to.put(offset + i, 1, from[at + i]);
    }
  }

  /// `PACKET_HOST`, `PACKET_MULTICAST` or `PACKET_OTHERHOST`, as the loopback device says, whose
  /// addresses are all zeroes.
  private static int packetType(byte[] frame) {
    for (int i = 0; i < 6; i++) {
      if (frame[i] != 0) {
        return (frame[0] & 1) == 0 ? 3 : 2;
      }
    }
    return 0;
  }

  /// What is behind the Ethernet header, as `eth_type_trans` says.
  private static int protocol(byte[] frame) {
    var next = frame.length >= ETHERNET + 2 ? u16(frame, ETHERNET) : 0;
    return protocol(u16(frame, 12), next);
  }

  /// What is behind a header whose type or length is given.
  ///
  /// @param next the two bytes behind it
  public static int protocol(int type, int next) {
    if (type >= LEAST_PROTOCOL) {
      return type;
    }
    return next == 0xffff ? 1 : 4;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
  }

  /// A number of two bytes in the other byte order.
  public static int swapped(int value) {
    return (value & 0xff) << 8 | (value >>> 8 & 0xff);
  }

  /// The fields that a run by itself gives back, of what was given and of what the program left
  /// (`convert_skb_to___skb`).
  public static byte[] shown(PacketContext context, byte[] given) {
    var out = new byte[context.struct().size()];
    System.arraycopy(given, 0, out, 0, Math.min(given.length, out.length));
    var now = context.fields();
    for (var name :
        new String[] {
          "mark",
          "priority",
          "ingress_ifindex",
          "ifindex",
          "cb",
          "tstamp",
          "wire_len",
          "gso_segs",
          "hwtstamp"
        }) {
      var field = context.struct().field(name);
      System.arraycopy(now, field.offset(), out, field.offset(), field.size());
    }
    return out;
  }
}
