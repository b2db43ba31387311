package org.ebpf4j.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import org.ebpf4j.error.MalformedObjectException;

/// Takes single sections out of ELF64 files of any machine and any size, such as a kernel with all
/// that a debugger wants, and reads no more of them than it must. The channel stays its caller's.
public final class SectionFinder {
  private static final int HEADER_SIZE = 64;
  private static final int SECTION_HEADER_SIZE = 64;
  private static final int SHN_XINDEX = 0xffff;

  /// More sections, or more bytes of names, no file has that is what it says.
  private static final int MAX_SECTIONS = 1 << 20;

  private static final int MAX_NAMES = 1 << 26;

  private final String file;
  private final SeekableByteChannel channel;
  private final ByteOrder order;

  private SectionFinder(String file, SeekableByteChannel channel, ByteOrder order) {
    this.file = file;
    this.channel = channel;
    this.order = order;
  }

  /// The bytes of the first section of that name, if there is one with bytes.
  ///
  /// @param file the name of the file, for messages
  /// @throws MalformedObjectException where the file is no such file, or the section is not whole
  /// @throws IOException where it cannot be read
  public static Optional<FileBytes> find(String file, SeekableByteChannel channel, String name)
      throws IOException {
    var start = new SectionFinder(file, channel, ByteOrder.LITTLE_ENDIAN);
    var header = start.read("", 0, HEADER_SIZE, HEADER_SIZE);
    if (header.s32(0) != 0x464c457f) {
      throw header.malformed(0, "not an ELF file: it does not begin with 7f 45 4c 46");
    }
    if (header.u8(4) != 2) {
      throw header.malformed(4, "ELF class " + header.u8(4) + ", where 64-bit (2) was expected");
    }
    var order =
        switch (header.u8(5)) {
          case 1 -> ByteOrder.LITTLE_ENDIAN;
          case 2 -> ByteOrder.BIG_ENDIAN;
          default ->
              throw header.malformed(
                  5, "byte order " + header.u8(5) + ", where 1 (little) or 2 (big) was expected");
        };
    return new SectionFinder(file, channel, order).find(name);
  }

  private Optional<FileBytes> find(String wanted) throws IOException {
    var header = read("", 0, HEADER_SIZE, HEADER_SIZE);
    var offset = header.u64(40);
    if (header.u16(58) != SECTION_HEADER_SIZE) {
      throw header.malformed(
          58, "section headers of " + header.u16(58) + " bytes, where 64 were expected");
    }
    // What does not fit into the header of the file stands in that of the first section.
    var first = read("", offset, SECTION_HEADER_SIZE, SECTION_HEADER_SIZE);
    var count = header.u16(60) != 0 ? header.u16(60) : first.u64(32);
    var namesIndex = header.u16(62) != SHN_XINDEX ? header.u16(62) : first.u32(40);
    if (count < 0 || count > MAX_SECTIONS || namesIndex >= count) {
      throw header.malformed(
          60,
          "impossible number of sections "
              + Long.toUnsignedString(count)
              + ", with the names in section "
              + namesIndex);
    }
    var table =
        read("", offset, count * SECTION_HEADER_SIZE, (long) MAX_SECTIONS * SECTION_HEADER_SIZE);
    var names = section(table, ".shstrtab", (int) namesIndex, MAX_NAMES);
    for (int i = 1; i < count; i++) {
      var at = (long) i * SECTION_HEADER_SIZE;
      if (table.s32(at + 4) == ElfFile.SHT_PROGBITS && names.string(table.u32(at)).equals(wanted)) {
        return Optional.of(section(table, wanted, i, Integer.MAX_VALUE - 8));
      }
    }
    return Optional.empty();
  }

  private FileBytes section(FileBytes table, String name, int index, long most) throws IOException {
    var at = (long) index * SECTION_HEADER_SIZE;
    return read(name, table.u64(at + 24), table.u64(at + 32), most);
  }

  /// A part of the file, which must be all there.
  private FileBytes read(String section, long offset, long size, long most) throws IOException {
    var end = channel.size();
    if (offset < 0 || size < 0 || size > most || offset > end || size > end - offset) {
      throw new MalformedObjectException(
          file,
          section,
          Math.clamp(offset, 0, end),
          Long.toUnsignedString(size)
              + " bytes at 0x"
              + Long.toHexString(offset)
              + " do not fit into the file of "
              + end
              + " bytes; it is truncated or damaged");
    }
    var bytes = ByteBuffer.allocate((int) size);
    channel.position(offset);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new MalformedObjectException(
            file, section, offset + bytes.position(), "the file has become shorter");
      }
    }
    return FileBytes.of(file, bytes.array(), order).part(section, 0, size);
  }
}
