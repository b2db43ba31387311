package org.ebpf4j.vm.capture;

import org.ebpf4j.error.UnsupportedFeatureException;
import org.jspecify.annotations.Nullable;

/// A format of captures: what is read after its begin.
interface CaptureFormat {
  /// The first four bytes of pcapng in both byte orders.
  int SECTION = 0x0a0d0d0a;

  /// What libpcap takes at most (`MAXIMUM_SNAPLEN`).
  int MOST = 262_144;

  /// The next packet; null at the end.
  @Nullable CapturedPacket next();

  /// The format of a file, by its first bytes.
  static CaptureFormat of(String name, CaptureInput input) {
    var magic = new byte[4];
    var count = input.some(magic);
    if (count == 4) {
      if (CaptureInput.u32(magic, 0, true) == SECTION) {
        return new BlockFormat(name, input);
      }
      for (var little : new boolean[] {true, false}) {
        switch (CaptureInput.u32(magic, 0, little)) {
          case RecordFormat.MICROS -> {
            return RecordFormat.read(name, input, little, 1000);
          }
          case RecordFormat.NANOS -> {
            return RecordFormat.read(name, input, little, 1);
          }
          default -> {
            // Maybe in the other order.
          }
        }
      }
    }
    throw new MalformedCaptureException(
        name,
        0,
        count == 0 ? "it is empty" : "it begins like no capture, neither pcap nor pcapng",
        "tcpdump -w " + name + ", which writes one");
  }

  /// The link type of a number.
  static LinkType linkType(String name, int number) {
    return LinkType.of(number)
        .orElseThrow(() ->
            new UnsupportedFeatureException(
                "link type " + number,
                null,
                name
                    + ": its packets are of link type "
                    + number
                    + ", which programs cannot be given\n  try: a capture of Ethernet, raw IP,"
                    + " loopback or Linux's cooked packets"));
  }
}
