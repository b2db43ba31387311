package org.ebpf4j.btf;

import org.ebpf4j.elf.FileBytes;
import org.jspecify.annotations.Nullable;

/// The areas of a `.BTF` section, as its header says.
///
/// @param types the types, one after another
/// @param strings the strings, which continue those of the base where there is one
/// @param layout how large the types of each kind are, by kind; empty where the file does not say
record BtfAreas(FileBytes types, Strings strings, FileBytes layout) {
  private static final int HEADER_SIZE = 24;
  private static final int LAYOUT_HEADER_SIZE = 32;

  /// @param base the strings of what is continued
  static BtfAreas of(FileBytes data, @Nullable Strings base) {
    var header = headerSize(data);
    data.check(header, data.u32(12), "BTF's type area");
    data.check(header, data.u32(20), "BTF's string area");
    var types = data.part(".BTF", header + data.u32(8), data.u32(12));
    if (data.u32(8) % 4 != 0 || data.u32(8) + data.u32(12) > data.u32(16)) {
      throw data.malformed(8, "BTF's type area is not aligned, or not before the strings");
    }
    return new BtfAreas(types, strings(data, header, base), layout(data, header));
  }

  private static long headerSize(FileBytes data) {
    if (data.size() < HEADER_SIZE) {
      throw data.malformed(data.size(), "BTF ends inside its header of 24 bytes");
    }
    if (data.u16(0) != Btf.MAGIC) {
      throw data.malformed(
          0,
          "not BTF: magic 0x" + Integer.toHexString(data.u16(0)) + ", where 0xeb9f was expected");
    }
    if (data.u8(2) != 1) {
      throw data.malformed(2, "BTF version " + data.u8(2) + ", where 1 was expected");
    }
    var header = data.u32(4);
    if (header < HEADER_SIZE) {
      throw data.malformed(
          4, "a header of " + header + " bytes, where at least 24 were expected in BTF");
    }
    return header;
  }

  private static Strings strings(FileBytes data, long header, @Nullable Strings base) {
    var area = data.part(".BTF", header + data.u32(16), data.u32(20));
    var last = area.size() - 1;
    if (last < 0 ? base == null : area.u8(last) != 0) {
      throw area.malformed(area.size(), "BTF's last string has no end");
    }
    if (base != null) {
      return new Strings(area, base.end(), base);
    }
    if (area.u8(0) != 0) {
      throw area.malformed(0, "BTF's first string is not empty, as only that of split BTF may be");
    }
    return new Strings(area, 0, null);
  }

  /// The area that says how large the types of each kind are, by kind; empty where there is none.
  private static FileBytes layout(FileBytes data, long header) {
    if (header < LAYOUT_HEADER_SIZE || data.u32(28) == 0) {
      return data.part(".BTF", header, 0);
    }
    var offset = data.u32(24);
    var size = data.u32(28);
    data.check(header + offset, size, "BTF's layout area");
    if (offset % 4 != 0
        || size % 4 != 0
        || offset < data.u32(8) + data.u32(12)
        || offset + size > data.u32(16)) {
      throw data.malformed(
          24, "BTF's layout area is not aligned, or not between the types and the strings");
    }
    return data.part(".BTF", header + offset, size);
  }
}
