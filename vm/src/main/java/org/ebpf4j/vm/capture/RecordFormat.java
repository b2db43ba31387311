package org.ebpf4j.vm.capture;

import org.jspecify.annotations.Nullable;

/// pcap: a header, then a record for each packet.
final class RecordFormat implements CaptureFormat {
  /// The first number, where times have microseconds.
  static final int MICROS = 0xa1b2c3d4;

  /// The first number, where times have nanoseconds.
  static final int NANOS = 0xa1b23c4d;

  private static final int HEADER = 24;
  private static final int RECORD = 16;
  private static final int VERSION = 2;

  private final CaptureInput input;
  private final boolean little;
  private final int unit;
  private final LinkType linkType;
  private final byte[] record = new byte[RECORD];

  private RecordFormat(CaptureInput input, boolean little, int unit, LinkType linkType) {
    this.input = input;
    this.little = little;
    this.unit = unit;
    this.linkType = linkType;
  }

  /// Reads what comes behind the first number.
  ///
  /// @param unit how many nanoseconds the unit of times has
  static RecordFormat read(String name, CaptureInput input, boolean little, int unit) {
    var header = input.bytes(HEADER - 4, "its header");
    var version = CaptureInput.u16(header, 0, little);
    if (version != VERSION) {
      throw input.malformed(4, "version " + version + " of the format; there is version 2 alone");
    }
    // The upper bits say whether there are checksums behind frames.
    var number = CaptureInput.u32(header, 16, little) & 0xffff;
    return new RecordFormat(input, little, unit, CaptureFormat.linkType(name, number));
  }

  @Override
  public @Nullable CapturedPacket next() {
    var at = input.offset();
    var count = input.some(record);
    if (count == 0) {
      return null;
    }
    if (count < RECORD) {
      throw input.malformed(at, "the file ends in the middle of a record");
    }
    var kept = CaptureInput.u32(record, 8, little);
    var length = CaptureInput.u32(record, 12, little);
    if (kept < 0 || kept > MOST || length < 0) {
      throw input.malformed(
          at + 8,
          "a packet of "
              + Integer.toUnsignedString(length)
              + " bytes, of which "
              + Integer.toUnsignedString(kept)
              + " were kept; no capture keeps more than "
              + MOST);
    }
    var seconds = Integer.toUnsignedLong(CaptureInput.u32(record, 0, little));
    var fraction = Integer.toUnsignedLong(CaptureInput.u32(record, 4, little));
    var bytes = input.bytes(kept, "a packet");
    return new CapturedPacket(
        seconds * 1_000_000_000 + fraction * unit, Math.max(length, kept), linkType, bytes);
  }
}
