package org.ebpf4j.junit.packet;

import java.util.HexFormat;

/// The address of a network device. A value.
///
/// @param value its 48 bits
public record MacAddress(long value) {
  /// The address of all.
  public static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

  /// @throws IllegalArgumentException for more than 48 bits
  public MacAddress {
    if (value >>> 48 != 0) {
      throw new IllegalArgumentException("0x" + Long.toHexString(value) + " has more than 48 bits");
    }
  }

  /// Reads `02:00:00:00:00:01`.
  ///
  /// @throws IllegalArgumentException for another form
  public static MacAddress of(String text) {
    if (!text.matches("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}")) {
      throw new IllegalArgumentException("'" + text + "' is no address such as 02:00:00:00:00:01");
    }
    return new MacAddress(HexFormat.fromHexDigitsToLong(text.replace(":", "")));
  }

  @Override
  public String toString() {
    return HexFormat.ofDelimiter(":").formatHex(bytes());
  }

  byte[] bytes() {
    var bytes = new byte[6];
    for (int i = 0; i < 6; i++) {
      bytes[i] = (byte) (value >>> (40 - 8 * i));
    }
    return bytes;
  }
}
