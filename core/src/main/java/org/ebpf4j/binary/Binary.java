package org.ebpf4j.binary;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.elf.FileBytes;
import org.ebpf4j.error.MalformedObjectException;

/// A program file or shared library (ELF, 64 bits): what is in it, and where. Only what is asked
/// for is read of it. Numbers are those of the System V ABI (`include/uapi/linux/elf.h`). It never
/// changes; any thread may use it where its source takes that. Whoever opened the source closes it.
public final class Binary {
  /// Machines.
  public static final int X86_64 = 62;

  public static final int AARCH64 = 183;

  private static final int HEADER_SIZE = 64;
  private static final int SEGMENT_SIZE = 56;
  private static final int SECTION_SIZE = 64;
  private static final int NOBITS = 8;
  private static final int LOAD = 1;
  private static final int EXECUTE = 1;
  private static final int EXECUTABLE = 2;
  private static final int SHARED = 3;

  /// How much of the first line of a script the kernel reads.
  private static final int LONGEST_LINE = 256;

  private final String file;
  private final ByteSource source;
  private final ByteOrder order;
  private final int machine;
  private final boolean isMovable;
  private final List<Segment> segments;
  private final List<BinarySection> sections;

  /// The program that runs a script, as its first line names it with its argument; empty for a file
  /// that is no script.
  private static Optional<String> interpreter(ByteSource source) {
    var beginning = source.read(0, (int) Math.min(LONGEST_LINE, source.size()));
    var text = new String(beginning, StandardCharsets.UTF_8);
    return text.startsWith("#!")
        ? text.substring(2).lines().findFirst().map(String::strip).filter(l -> !l.isEmpty())
        : Optional.empty();
  }

  private Binary(String file, ByteSource source) {
    this.file = file;
    this.source = source;
    var identification = source.read(0, (int) Math.min(HEADER_SIZE, source.size()));
    if (!isElf(identification)) {
      throw new MalformedObjectException(
          file,
          "",
          0,
          "not a program file or library: "
              + interpreter(source)
                  .map(i -> "it is a script, which " + i + " runs")
                  .orElse("it does not begin with 7f 45 4c 46 (ELF)"));
    }
    if (identification.length < HEADER_SIZE) {
      throw new MalformedObjectException(
          file, "", source.size(), "the file ends inside the ELF header, which takes 64 bytes");
    }
    order = order(file, identification);
    var header = FileBytes.of(file, identification, order);
    var type = header.u16(16);
    if (type != EXECUTABLE && type != SHARED) {
      throw header.malformed(
          16, "ELF type " + type + ", where a program (2) or a shared library (3) was expected");
    }
    isMovable = type == SHARED;
    machine = header.u16(18);
    segments = readSegments(header);
    sections = readSections(header);
  }

  /// Reads the headers of a file.
  ///
  /// @param file the name for messages
  /// @throws MalformedObjectException where the bytes are not such a file
  public static Binary read(String file, ByteSource source) {
    return new Binary(file, source);
  }

  private static boolean isElf(byte[] bytes) {
    return bytes.length >= 4
        && bytes[0] == 0x7f
        && bytes[1] == 'E'
        && bytes[2] == 'L'
        && bytes[3] == 'F';
  }

  private static ByteOrder order(String file, byte[] bytes) {
    if (bytes[4] != 2) {
      throw new MalformedObjectException(
          file, "", 4, "ELF class " + bytes[4] + ", where 64-bit (2) was expected");
    }
    return switch (bytes[5]) {
      case 1 -> ByteOrder.LITTLE_ENDIAN;
      case 2 -> ByteOrder.BIG_ENDIAN;
      default ->
          throw new MalformedObjectException(
              file, "", 5, "byte order " + bytes[5] + ", where 1 (little) or 2 (big) was expected");
    };
  }

  /// Some bytes of the file as a section, or as the part of no section where the name is empty.
  private FileBytes bytes(String section, long offset, long size, long said) {
    if (offset < 0 || size < 0 || offset > source.size() || size > source.size() - offset) {
      throw new MalformedObjectException(
          file,
          section,
          said,
          Long.toUnsignedString(size)
              + " bytes should be at 0x"
              + Long.toHexString(offset)
              + ", but the file has "
              + source.size()
              + "; it is truncated or damaged");
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw new MalformedObjectException(
          file, section, said, size + " bytes of one section are more than can be read");
    }
    return FileBytes.of(file, section, source.read(offset, (int) size), offset, order);
  }

  private List<Segment> readSegments(FileBytes header) {
    var offset = header.u64(32);
    var count = header.u16(56);
    if (count == 0) {
      return List.of();
    }
    if (header.u16(54) != SEGMENT_SIZE) {
      throw header.malformed(
          54, "program headers of " + header.u16(54) + " bytes, where 56 were expected");
    }
    var table = bytes("", offset, (long) count * SEGMENT_SIZE, 32);
    var found = new ArrayList<Segment>();
    for (int i = 0; i < count; i++) {
      var at = (long) i * SEGMENT_SIZE;
      if (table.u32(at) == LOAD) {
        found.add(
            new Segment(
                table.u64(at + 8),
                table.u64(at + 16),
                table.u64(at + 32),
                table.u64(at + 40),
                (table.u32(at + 4) & EXECUTE) != 0));
      }
    }
    return List.copyOf(found);
  }

  private List<BinarySection> readSections(FileBytes header) {
    var offset = header.u64(40);
    if (offset == 0) {
      return List.of();
    }
    if (header.u16(58) != SECTION_SIZE) {
      throw header.malformed(
          58, "section headers of " + header.u16(58) + " bytes, where 64 were expected");
    }
    var first = bytes("", offset, SECTION_SIZE, 40);
    // More than the header can say are said by the first section.
    var count = header.u16(60) == 0 ? first.u64(32) : header.u16(60);
    var namesIndex = header.u16(62) == 0xffff ? first.u32(40) : header.u16(62);
    if (count < 0 || count > source.size() / SECTION_SIZE) {
      throw header.malformed(60, "impossible number of sections " + Long.toUnsignedString(count));
    }
    if (namesIndex >= count) {
      throw header.malformed(
          62, "section " + namesIndex + " should hold the section names; there are " + count);
    }
    var table = bytes("", offset, count * SECTION_SIZE, 40);
    var names =
        bytes(
            ".shstrtab",
            table.u64(namesIndex * SECTION_SIZE + 24),
            table.u64(namesIndex * SECTION_SIZE + 32),
            offset + namesIndex * SECTION_SIZE + 24);
    var found = new ArrayList<BinarySection>();
    long nameBytes = 0;
    for (long i = 0; i < count; i++) {
      var at = i * SECTION_SIZE;
      var name = i == 0 ? "" : names.string(table.u32(at));
      nameBytes += name.length();
      if (nameBytes > source.size()) {
        throw names.malformed(table.u32(at), "the names of the sections overlap");
      }
      found.add(
          new BinarySection(
              name,
              table.s32(at + 4),
              table.u64(at + 16),
              table.u64(at + 24),
              table.u64(at + 32),
              table.s32(at + 40),
              table.s32(at + 44)));
    }
    return List.copyOf(found);
  }

  /// The name it was read by.
  public String file() {
    return file;
  }

  /// The machine it is made for, such as [#X86_64].
  public int machine() {
    return machine;
  }

  /// Whether it is mapped wherever there is room, as libraries and most programs are; others have
  /// their place in the file.
  public boolean isMovable() {
    return isMovable;
  }

  /// What is mapped of it.
  public List<Segment> segments() {
    return segments;
  }

  /// Its sections, by index; none where they were stripped off.
  public List<BinarySection> sections() {
    return sections;
  }

  /// The first section of that name.
  public Optional<BinarySection> section(String name) {
    return sections.stream().filter(s -> s.name().equals(name)).findFirst();
  }

  /// The bytes of a section.
  ///
  /// @throws MalformedObjectException where they are not in the file
  public FileBytes bytes(BinarySection section) {
    return section.type() == NOBITS
        ? bytes(section.name(), 0, 0, 0)
        : bytes(section.name(), section.offset(), section.size(), section.offset());
  }

  /// The byte of the file that is mapped at an address of it; empty where none is.
  public Optional<Long> fileOffset(long address) {
    for (var segment : segments) {
      if (segment.holds(address)) {
        return Optional.of(address - segment.address() + segment.offset());
      }
    }
    return Optional.empty();
  }

  /// Reads its functions.
  ///
  /// @param decompressor what unpacks the symbols of MiniDebugInfo; empty where nothing does
  /// @throws MalformedObjectException where a table is damaged
  public Functions functions(Optional<SymbolDecompressor> decompressor) {
    return new FunctionReader(this).read(decompressor);
  }

  /// Whether it has symbols that need a [SymbolDecompressor].
  public boolean hasPackedSymbols() {
    return section(FunctionReader.PACKED).isPresent();
  }

  /// The libraries that it is linked with, by the names that the dynamic linker looks for.
  ///
  /// @throws MalformedObjectException where the section is damaged
  public List<String> neededLibraries() {
    return new FunctionReader(this).neededLibraries();
  }

  /// The static probes that it has, in the order of the file.
  ///
  /// @throws MalformedObjectException where a note is damaged
  public List<StaticProbe> staticProbes() {
    return StaticProbeReader.read(this);
  }
}
