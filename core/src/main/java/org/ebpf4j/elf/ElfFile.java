package org.ebpf4j.elf;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.MalformedObjectException;

/// A relocatable ELF64 file for the BPF machine: its sections, symbols and relocations, each
/// checked to lie inside the file. Reads both byte orders. Numbers are those of the System V ABI
/// (`include/uapi/linux/elf.h`).
///
/// @param file the name it was read by, for messages
/// @param order the byte order of the file
/// @param sections all sections, by index
/// @param symbols all symbols, by index; empty where there is no symbol table
public record ElfFile(String file, ByteOrder order, List<Section> sections, List<Symbol> symbols) {
  public static final int SHT_PROGBITS = 1;
  public static final int SHT_SYMTAB = 2;
  public static final int SHT_STRTAB = 3;
  public static final int SHT_RELA = 4;
  public static final int SHT_NOBITS = 8;
  public static final int SHT_REL = 9;
  public static final long SHF_WRITE = 1;
  public static final long SHF_ALLOC = 2;
  public static final long SHF_EXECINSTR = 4;
  public static final long SHF_STRINGS = 0x20;

  private static final int HEADER_SIZE = 64;
  private static final int SECTION_HEADER_SIZE = 64;
  private static final int SYMBOL_SIZE = 24;
  private static final int RELOCATION_SIZE = 16;
  static final int ET_REL = 1;
  private static final int EM_NONE = 0;
  static final int EM_BPF = 247;
  private static final int SHN_LORESERVE = 0xff00;

  /// Names may share their ends in the file, but not in memory. More is made to fill it.
  private static final long MOST_NAME_BYTES = 1L << 26;

  public ElfFile {
    sections = List.copyOf(sections);
    symbols = List.copyOf(symbols);
  }

  /// Reads a file. The array is not copied and must not change.
  ///
  /// @param file the name for messages
  /// @throws MalformedObjectException where the bytes are not such a file
  public static ElfFile read(String file, byte[] bytes) {
    var order = checkIdentification(file, bytes);
    var whole = FileBytes.of(file, bytes, order);
    var type = whole.u16(16);
    var machine = whole.u16(18);
    if (machine != EM_BPF && machine != EM_NONE) {
      throw whole.malformed(
          18,
          "made for machine "
              + machine
              + machineName(machine)
              + ", not for BPF (247); compile with clang -target bpf");
    }
    if (type != ET_REL) {
      throw whole.malformed(
          16, "ELF type " + type + ", where a relocatable object (1) was expected");
    }
    var sections = readSections(whole);
    return new ElfFile(file, order, sections, readSymbols(sections));
  }

  private static ByteOrder checkIdentification(String file, byte[] bytes) {
    var whole = FileBytes.of(file, bytes, ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 4
        || bytes[0] != 0x7f
        || bytes[1] != 'E'
        || bytes[2] != 'L'
        || bytes[3] != 'F') {
      throw whole.malformed(0, "not an ELF file: it does not begin with 7f 45 4c 46");
    }
    if (bytes.length < HEADER_SIZE) {
      throw whole.malformed(
          bytes.length,
          "the file ends inside the ELF header, which takes " + HEADER_SIZE + " bytes");
    }
    if (bytes[4] != 2) {
      throw whole.malformed(4, "ELF class " + bytes[4] + ", where 64-bit (2) was expected");
    }
    return switch (bytes[5]) {
      case 1 -> ByteOrder.LITTLE_ENDIAN;
      case 2 -> ByteOrder.BIG_ENDIAN;
      default ->
          throw whole.malformed(
              5, "byte order " + bytes[5] + ", where 1 (little) or 2 (big) was expected");
    };
  }

  private static String machineName(int machine) {
    return switch (machine) {
      case 3 -> " (x86)";
      case 40 -> " (ARM)";
      case 62 -> " (x86-64)";
      case 183 -> " (AArch64)";
      case 243 -> " (RISC-V)";
      default -> "";
    };
  }

  private record Header(
      int index,
      long name,
      int type,
      long flags,
      long offset,
      long size,
      int link,
      int info,
      long alignment,
      long entrySize) {}

  private static List<Section> readSections(FileBytes whole) {
    var tableOffset = whole.u64(40);
    var entrySize = whole.u16(58);
    var count = (long) whole.u16(60);
    var namesIndex = whole.u16(62);
    if (tableOffset == 0) {
      throw whole.malformed(40, "no section header table");
    }
    if (entrySize != SECTION_HEADER_SIZE) {
      throw whole.malformed(
          58, "section headers of " + entrySize + " bytes, where 64 were expected");
    }
    if (count == 0) {
      // More sections than the header can say: the first section header holds the number.
      whole.check(tableOffset, SECTION_HEADER_SIZE, "the section header table");
      count = whole.u64(tableOffset + 32);
      if (count < 0 || count > whole.size() / SECTION_HEADER_SIZE) {
        throw whole.malformed(
            tableOffset + 32, "impossible number of sections " + Long.toUnsignedString(count));
      }
    }
    whole.check(tableOffset, count * SECTION_HEADER_SIZE, "the section header table");
    var headers = new ArrayList<Header>();
    for (int i = 0; i < count; i++) {
      var at = tableOffset + (long) i * SECTION_HEADER_SIZE;
      headers.add(
          new Header(
              i,
              whole.u32(at),
              whole.s32(at + 4),
              whole.u64(at + 8),
              whole.u64(at + 24),
              whole.u64(at + 32),
              whole.s32(at + 40),
              whole.s32(at + 44),
              whole.u64(at + 48),
              whole.u64(at + 56)));
    }
    if (namesIndex >= headers.size()) {
      throw whole.malformed(
          62, "section " + namesIndex + " should hold the section names; there are " + count);
    }
    var namesHeader = headers.get(namesIndex);
    if (namesHeader.type() == SHT_NOBITS) {
      throw whole.malformed(62, "the section that should hold the section names holds no bytes");
    }
    var names = whole.part(".shstrtab", namesHeader.offset(), namesHeader.size());
    var sections = new ArrayList<Section>();
    long together = 0;
    long nameBytes = 0;
    for (var header : headers) {
      var section = section(whole, header, names, tableOffset);
      sections.add(section);
      nameBytes += section.name().length();
      if (nameBytes > MOST_NAME_BYTES) {
        throw names.malformed(header.name(), tooManyNames("sections"));
      }
      together += section.data().size();
      // So that nothing read from the sections takes more memory than the file accounts for.
      if (together > whole.size()) {
        throw whole.malformed(
            tableOffset + (long) header.index() * SECTION_HEADER_SIZE + 24,
            "sections overlap: up to '"
                + section.name()
                + "' they have "
                + together
                + " bytes, the file "
                + whole.size());
      }
    }
    return sections;
  }

  private static Section section(
      FileBytes whole, Header header, FileBytes names, long tableOffset) {
    var name = header.index() == 0 ? "" : names.string(header.name());
    var hasBytes = header.index() != 0 && header.type() != SHT_NOBITS && header.type() != 0;
    FileBytes data;
    try {
      data = hasBytes ? whole.part(name, header.offset(), header.size()) : whole.part(name, 0, 0);
    } catch (MalformedObjectException e) {
      throw new MalformedObjectException(
          whole.file(),
          name,
          tableOffset + (long) header.index() * SECTION_HEADER_SIZE + 24,
          "the header says "
              + Long.toUnsignedString(header.size())
              + " bytes at 0x"
              + Long.toHexString(header.offset())
              + ", but the file has "
              + whole.size()
              + "; it is truncated or damaged");
    }
    return new Section(
        header.index(),
        name,
        header.type(),
        header.flags(),
        header.size(),
        header.link(),
        header.info(),
        header.alignment(),
        header.entrySize(),
        data);
  }

  private static List<Symbol> readSymbols(List<Section> sections) {
    var symbols = new ArrayList<Symbol>();
    for (var section : sections) {
      if (section.type() == SHT_SYMTAB) {
        if (!symbols.isEmpty()) {
          throw section.data().malformed(0, "a second symbol table");
        }
        if (section.link() < 0 || section.link() >= sections.size()) {
          throw section
              .data()
              .malformed(
                  0, "its strings should be in section " + section.link() + ", which is not there");
        }
        var data = section.data();
        if (data.size() % SYMBOL_SIZE != 0) {
          throw data.malformed(
              data.size(), "the symbol table is no whole number of symbols of 24 bytes");
        }
        var names = sections.get(section.link()).data();
        long nameBytes = 0;
        for (int i = 0; i < data.size() / SYMBOL_SIZE; i++) {
          var symbol = symbol(data, names, i, sections);
          symbols.add(symbol);
          nameBytes += symbol.name().length();
          if (nameBytes > MOST_NAME_BYTES) {
            throw data.malformed((long) i * SYMBOL_SIZE, tooManyNames("symbols"));
          }
        }
      }
    }
    return symbols;
  }

  private static String tooManyNames(String what) {
    return "the names of the " + what + " take more than " + MOST_NAME_BYTES + " bytes together";
  }

  private static Symbol symbol(FileBytes data, FileBytes names, int index, List<Section> sections) {
    var at = (long) index * SYMBOL_SIZE;
    var name = data.u32(at) == 0 ? "" : names.string(data.u32(at));
    var section = data.u16(at + 6);
    if (section < SHN_LORESERVE && section >= sections.size()) {
      throw data.malformed(
          at + 6, "symbol '" + name + "' is in section " + section + ", which is not there");
    }
    return new Symbol(
        index,
        name,
        data.u64(at + 8),
        data.u64(at + 16),
        data.u8(at + 4) >> 4,
        data.u8(at + 4) & 0xf,
        data.u8(at + 5) & 3,
        section);
  }

  /// The first section of that name.
  public Optional<Section> section(String name) {
    return sections.stream().filter(s -> s.index() != 0 && s.name().equals(name)).findFirst();
  }

  /// The relocations that apply to a section, in the order of the file. BPF objects have them
  /// without addends (`SHT_REL`).
  ///
  /// @throws MalformedObjectException where an entry names a symbol that is not there
  public List<Relocation> relocations(Section target) {
    var relocations = new ArrayList<Relocation>();
    for (var section : sections) {
      if (section.info() != target.index() || target.index() == 0) {
        continue;
      }
      if (section.type() == SHT_RELA) {
        throw section
            .data()
            .malformed(0, "relocations with addends (SHT_RELA), which BPF objects do not have");
      }
      if (section.type() != SHT_REL) {
        continue;
      }
      var data = section.data();
      if (data.size() % RELOCATION_SIZE != 0) {
        throw data.malformed(data.size(), "no whole number of relocations of 16 bytes");
      }
      for (long at = 0; at < data.size(); at += RELOCATION_SIZE) {
        var info = data.u64(at + 8);
        var symbol = info >>> 32;
        if (symbol >= symbols.size()) {
          throw data.malformed(
              at + 8, "relocation against symbol " + symbol + "; there are " + symbols.size());
        }
        relocations.add(
            new Relocation(data.u64(at), (int) info, (int) symbol, data.fileOffset(at)));
      }
    }
    return relocations;
  }
}
