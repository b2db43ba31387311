package org.ebpf4j.linker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.elf.FileBytes;

/// The records of one kind in a `.BTF.ext` section, as they stand in the file.
///
/// @param recordSize how many bytes each has
/// @param groups the records by sections of code
record ExtRecords(int recordSize, List<Group> groups) {
  private static final int MAGIC = 0xeb9f;
  private static final int SMALLEST_HEADER = 24;
  private static final int GROUP_HEADER = 8;

  /// The records of one section of code.
  ///
  /// @param section where BTF's strings have the section's name
  /// @param records the bytes of all its records
  record Group(long section, FileBytes records) {}

  /// What a kind of records is.
  enum Kind {
    /// Which function starts where.
    FUNCTION(8, 8),
    /// Which line of C the instructions came from.
    LINE(16, 16),
    /// CO-RE relocations.
    RELOCATION(24, 16);

    private final int headerField;
    private final int smallest;

    Kind(int headerField, int smallest) {
      this.headerField = headerField;
      this.smallest = smallest;
    }

    /// Where a record of this kind has the id of a type, or -1.
    int typeField() {
      return this == LINE ? -1 : 4;
    }

    /// Where a record of this kind has strings.
    List<Integer> stringFields() {
      return switch (this) {
        case FUNCTION -> List.of();
        case LINE -> List.of(4, 8);
        case RELOCATION -> List.of(8);
      };
    }
  }

  ExtRecords {
    groups = List.copyOf(groups);
  }

  /// Reads the records of a kind from the bytes of a `.BTF.ext` section.
  static ExtRecords read(FileBytes data, Kind kind) {
    data.check(0, GROUP_HEADER, "the header of .BTF.ext");
    if (data.u16(0) != MAGIC) {
      throw data.malformed(0, "not BTF: magic 0x" + Integer.toHexString(data.u16(0)));
    }
    if (data.u8(2) != 1 || data.u8(3) != 0) {
      throw data.malformed(2, "version or flags that are unknown in .BTF.ext");
    }
    var header = data.u32(4);
    if (header < SMALLEST_HEADER || header > data.size()) {
      throw data.malformed(4, "a header of " + header + " bytes in .BTF.ext");
    }
    if (header < kind.headerField + 8) {
      return new ExtRecords(0, List.of());
    }
    var offset = data.u32(kind.headerField);
    var size = data.u32(kind.headerField + 4);
    if (size == 0) {
      return new ExtRecords(0, List.of());
    }
    data.check(header + offset, size, "a record area of .BTF.ext");
    if (offset % 4 != 0) {
      throw data.malformed(kind.headerField, "a record area of .BTF.ext that is not aligned");
    }
    return readArea(data.part(".BTF.ext", header + offset, size), kind);
  }

  private static ExtRecords readArea(FileBytes area, Kind kind) {
    var recordSize = area.u32(0);
    if (recordSize < kind.smallest || recordSize % 4 != 0 || recordSize > area.size()) {
      throw area.malformed(0, "records of " + recordSize + " bytes in .BTF.ext");
    }
    var groups = new ArrayList<Group>();
    for (long at = 4; at < area.size(); ) {
      var count = area.u32(at + 4);
      if (count == 0) {
        throw area.malformed(at + 4, "a section without records in .BTF.ext");
      }
      var records = area.part(".BTF.ext", at + GROUP_HEADER, count * recordSize);
      groups.add(new Group(area.u32(at), records));
      at += GROUP_HEADER + records.size();
    }
    return new ExtRecords((int) recordSize, groups);
  }

  /// How many bytes an area takes that holds these records.
  static int areaSize(int recordCountBytes, int groups) {
    return groups == 0 ? 0 : 4 + GROUP_HEADER * groups + recordCountBytes;
  }

  /// Writes the header of a section with areas of those sizes, in the order of [Kind].
  static void putHeader(ByteBuffer buffer, List<Integer> areaSizes) {
    buffer.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(headerSize());
    var at = 0;
    for (int size : areaSizes) {
      buffer.putInt(at).putInt(size);
      at += size;
    }
  }

  /// How many bytes the header takes that is written.
  static int headerSize() {
    return 8 + 8 * Kind.values().length;
  }
}
