package org.ebpf4j.vm.internal.packet;

import java.util.Arrays;

/// What a flow dissector fills in (`struct bpf_flow_keys`), before and after it.
final class FlowKeys {
  private static final int HEADER = 14;
  private static final int NEXT = 0;
  private static final int TRANSPORT = 2;
  private static final int PROTOCOL = 10;
  private static final int FLAGS = 48;

  private FlowKeys() {}

  /// What the kernel knows before.
  ///
  /// @param given the keys that were given, whose flags count
  static void set(byte[] keys, byte[] frame, byte[] given) {
    Arrays.fill(keys, (byte) 0);
    keys[NEXT] = HEADER;
    keys[TRANSPORT] = HEADER;
    keys[PROTOCOL] = frame[12];
    keys[PROTOCOL + 1] = frame[13];
    if (given.length >= FLAGS + 4) {
      System.arraycopy(given, FLAGS, keys, FLAGS, 4);
    }
  }

  /// The keys, with offsets that lie in the packet.
  static byte[] clamped(byte[] keys, int length) {
    var out = keys.clone();
    var next = Math.clamp(u16(out, NEXT), HEADER, length);
    put(out, NEXT, next);
    put(out, TRANSPORT, Math.clamp(u16(out, TRANSPORT), next, length));
    return out;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) | (bytes[at + 1] & 0xff) << 8;
  }

  private static void put(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >>> 8);
  }
}
