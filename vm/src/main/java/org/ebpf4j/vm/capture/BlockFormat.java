package org.ebpf4j.vm.capture;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// pcapng: sections of blocks. Blocks that are no packets are left out but for those that say what
/// packets are.
final class BlockFormat implements CaptureFormat {
  private static final int BYTE_ORDER = 0x1a2b3c4d;
  private static final int INTERFACE = 1;
  private static final int OLD_PACKET = 2;
  private static final int SIMPLE_PACKET = 3;
  private static final int ENHANCED_PACKET = 6;
  private static final int RESOLUTION = 9;
  private static final int TIME_OFFSET = 14;
  private static final int MOST_INTERFACES = 1 << 16;
  private static final int MOST_INTERFACE_BYTES = 1 << 20;
  private static final long SECOND = 1_000_000_000;

  private final String name;
  private final CaptureInput input;
  private final List<Device> devices = new ArrayList<>();
  private final byte[] begin = new byte[8];
  private boolean little;

  /// What was captured at.
  ///
  /// @param linkType the number of its link type
  /// @param kept how much is kept of a packet; 0 for all of it
  /// @param units how many units of time a second has
  /// @param offset seconds that are added to times
  private record Device(int linkType, int kept, long units, long offset) {
    long nanos(long time) {
      var seconds = Long.divideUnsigned(time, units);
      var rest = Long.remainderUnsigned(time, units);
      var nanos =
          units <= SECOND
              ? rest * (SECOND / units) + rest * (SECOND % units) / units
              : Math.round((double) rest / units * SECOND);
      return (seconds + offset) * SECOND + nanos;
    }
  }

  /// Begins behind the first four bytes.
  BlockFormat(String name, CaptureInput input) {
    this.name = name;
    this.input = input;
    section(0, input.bytes(4, "its first block"));
  }

  /// Begins a section; the type of its block has been read.
  ///
  /// @param length the length of the block, in whatever byte order
  private void section(long at, byte[] length) {
    var magic = input.bytes(4, "the begin of a section");
    little = CaptureInput.u32(magic, 0, true) == BYTE_ORDER;
    if (!little && CaptureInput.u32(magic, 0, false) != BYTE_ORDER) {
      throw input.malformed(at + 8, "a section that does not say its byte order");
    }
    devices.clear();
    var size = CaptureInput.u32(length, 0, little);
    checkSize(at, size, 28);
    var body = input.bytes(4, "the begin of a section");
    var version = CaptureInput.u16(body, 0, little);
    if (version != 1) {
      throw input.malformed(at + 12, "version " + version + " of pcapng; there is version 1 alone");
    }
    input.skip(size - 20L, "the begin of a section");
    end(at, size);
  }

  private void checkSize(long at, int size, int least) {
    if (size < least || size % 4 != 0) {
      throw input.malformed(
          at + 4,
          "a block of "
              + Integer.toUnsignedString(size)
              + " bytes; it has "
              + least
              + " or more, a multiple of 4");
    }
  }

  private void end(long at, int size) {
    var again = CaptureInput.u32(input.bytes(4, "a block"), 0, little);
    if (again != size) {
      throw input.malformed(
          at + size - 4L,
          "a block of "
              + size
              + " bytes that says at its end that it has "
              + Integer.toUnsignedString(again));
    }
  }

  @Override
  public @Nullable CapturedPacket next() {
    while (true) {
      var at = input.offset();
      var count = input.some(begin);
      if (count == 0) {
        return null;
      }
      if (count < begin.length) {
        throw input.malformed(at, "the file ends in the middle of a block");
      }
      var type = CaptureInput.u32(begin, 0, little);
      if (type == SECTION) {
        section(at, java.util.Arrays.copyOfRange(begin, 4, 8));
        continue;
      }
      var size = CaptureInput.u32(begin, 4, little);
      checkSize(at, size, 12);
      var packet =
          switch (type) {
            case INTERFACE -> readDevice(at, size);
            case ENHANCED_PACKET, OLD_PACKET -> packet(at, size, type);
            case SIMPLE_PACKET -> simplePacket(at, size);
            default -> {
              input.skip(size - 12L, "a block");
              yield null;
            }
          };
      end(at, size);
      if (packet != null) {
        return packet;
      }
    }
  }

  private @Nullable CapturedPacket readDevice(long at, int size) {
    if (size < 20 || size > MOST_INTERFACE_BYTES || devices.size() == MOST_INTERFACES) {
      throw input.malformed(at + 4, "the description of a device of " + size + " bytes");
    }
    var body = input.bytes(size - 12, "the description of a device");
    long units = 1_000_000;
    long offset = 0;
    for (int i = 8; i + 4 <= body.length; ) {
      var code = CaptureInput.u16(body, i, little);
      var length = CaptureInput.u16(body, i + 2, little);
      if (code == 0 || i + 4 + length > body.length) {
        break;
      }
      if (code == RESOLUTION && length >= 1) {
        units = units(at + 12 + i, body[i + 4]);
      } else if (code == TIME_OFFSET && length >= 8) {
        var low = CaptureInput.u32(body, i + (little ? 4 : 8), little) & 0xffff_ffffL;
        offset = (long) CaptureInput.u32(body, i + (little ? 8 : 4), little) << 32 | low;
      }
      i += 4 + (length + 3) / 4 * 4;
    }
    devices.add(
        new Device(
            CaptureInput.u16(body, 0, little), CaptureInput.u32(body, 4, little), units, offset));
    return null;
  }

  private long units(long at, byte resolution) {
    var power = resolution & 0x7f;
    if (resolution < 0 ? power > 62 : power > 18) {
      throw input.malformed(at, "a unit of time that is too small");
    }
    if (resolution < 0) {
      return 1L << power;
    }
    long units = 1;
    for (int i = 0; i < power; i++) {
      units *= 10;
    }
    return units;
  }

  private Device device(long at, int number) {
    if (number < 0 || number >= devices.size()) {
      throw input.malformed(
          at + 8, "a packet of device " + number + ", of which the file has said nothing");
    }
    return devices.get(number);
  }

  private CapturedPacket packet(long at, int size, int type) {
    if (size < 32) {
      throw input.malformed(at + 4, "a packet in a block of " + size + " bytes; it has 32 or more");
    }
    var head = input.bytes(20, "a packet");
    var number =
        type == OLD_PACKET ? CaptureInput.u16(head, 0, little) : CaptureInput.u32(head, 0, little);
    var device = device(at, number);
    var kept = CaptureInput.u32(head, 12, little);
    checkKept(at + 20, kept, size - 32);
    var time =
        ((long) CaptureInput.u32(head, 4, little) << 32)
            | (CaptureInput.u32(head, 8, little) & 0xffff_ffffL);
    var bytes = input.bytes(kept, "a packet");
    input.skip(size - 32L - kept, "a packet");
    return made(device, device.nanos(time), CaptureInput.u32(head, 16, little), bytes);
  }

  private CapturedPacket simplePacket(long at, int size) {
    if (size < 16) {
      throw input.malformed(at + 4, "a packet in a block of " + size + " bytes; it has 16 or more");
    }
    var device = device(at, 0);
    var length = CaptureInput.u32(input.bytes(4, "a packet"), 0, little);
    var kept =
        device.kept() == 0 || Integer.compareUnsigned(length, device.kept()) < 0
            ? length
            : device.kept();
    checkKept(at + 8, kept, size - 16);
    var bytes = input.bytes(kept, "a packet");
    input.skip(size - 16L - kept, "a packet");
    return made(device, 0, length, bytes);
  }

  private void checkKept(long at, int kept, int room) {
    if (kept < 0 || kept > room || kept > MOST) {
      throw input.malformed(
          at,
          "a packet of which "
              + Integer.toUnsignedString(kept)
              + " bytes were kept, in a block with room for "
              + room);
    }
  }

  private CapturedPacket made(Device device, long nanos, int length, byte[] bytes) {
    return new CapturedPacket(
        nanos,
        Math.max(length, bytes.length),
        CaptureFormat.linkType(name, device.linkType()),
        bytes);
  }
}
