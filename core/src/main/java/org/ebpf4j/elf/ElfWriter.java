package org.ebpf4j.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Builds a relocatable ELF64 file for the BPF machine. Sections keep the order in which they are
/// added; the tables of relocations, symbols and strings follow them. As the System V ABI wants it,
/// local symbols stand before the others, so a symbol is known by a handle until the file is
/// written. One thread at a time may use it.
public final class ElfWriter {
  /// The section of a symbol that is not defined in the file (`SHN_UNDEF`).
  public static final int UNDEFINED = 0;

  private static final int HEADER_SIZE = 64;
  private static final int SECTION_HEADER_SIZE = 64;
  private static final int SYMBOL_SIZE = 24;
  private static final int RELOCATION_SIZE = 16;
  private static final int MAX_SECTIONS = 0xff00;

  /// Sections are read at their offset and never mapped, so a larger alignment only costs bytes.
  private static final int MAX_FILE_ALIGNMENT = 16;

  private record Content(
      String name,
      int type,
      long flags,
      long alignment,
      long entrySize,
      int link,
      int info,
      ByteBuffer data,
      long size) {}

  private record NewSymbol(
      String name, long value, long size, int binding, int type, int visibility, int section) {}

  private record NewRelocation(long offset, int type, int symbol) {}

  private final ByteOrder order;
  private final List<Content> sections = new ArrayList<>();
  private final List<NewSymbol> symbols = new ArrayList<>();
  private final Map<Integer, List<NewRelocation>> relocations = new HashMap<>();

  /// An empty file of that byte order.
  public ElfWriter(ByteOrder order) {
    this.order = order;
  }

  /// Adds a section with bytes. The array is not copied and must not change.
  ///
  /// @return its index in the section header table
  public int addSection(
      String name, int type, long flags, long alignment, long entrySize, byte[] data) {
    return add(
        new Content(
            name, type, flags, alignment, entrySize, 0, 0, ByteBuffer.wrap(data), data.length));
  }

  /// Adds a section of `size` zero bytes that take no room in the file ([ElfFile#SHT_NOBITS]).
  ///
  /// @return its index in the section header table
  public int addZeroes(String name, long flags, long alignment, long entrySize, long size) {
    return add(
        new Content(
            name,
            ElfFile.SHT_NOBITS,
            flags,
            alignment,
            entrySize,
            0,
            0,
            ByteBuffer.allocate(0),
            size));
  }

  private int add(Content content) {
    if (sections.size() + 1 >= MAX_SECTIONS) {
      throw new IllegalArgumentException("more than " + MAX_SECTIONS + " sections");
    }
    sections.add(content);
    return sections.size();
  }

  /// Adds a symbol.
  ///
  /// @param section the index of its section, or a reserved one, or [#UNDEFINED]
  /// @return a handle for [#addRelocation(int, long, int, int)]
  public int addSymbol(
      String name, long value, long size, int binding, int type, int visibility, int section) {
    symbols.add(new NewSymbol(name, value, size, binding, type, visibility, section));
    return symbols.size() - 1;
  }

  /// Adds a relocation of a section.
  ///
  /// @param section the index of the section that is patched
  /// @param offset bytes from its start
  /// @param type one of `R_BPF_*`
  /// @param symbol the handle of the symbol
  public void addRelocation(int section, long offset, int type, int symbol) {
    if (section < 1 || section > sections.size() || symbol < 0 || symbol >= symbols.size()) {
      throw new IllegalArgumentException("no section " + section + " or no symbol " + symbol);
    }
    relocations
        .computeIfAbsent(section, _ -> new ArrayList<>())
        .add(new NewRelocation(offset, type, symbol));
  }

  /// The bytes of the file.
  public byte[] toBytes() {
    var all = new ArrayList<>(sections);
    var patched = relocations.keySet().stream().sorted().toList();
    var symbolTable = sections.size() + patched.size() + 1;
    var places = places();
    for (var section : patched) {
      all.add(relocationTable(section, symbolTable, places));
    }
    var strings = new StringTable();
    all.add(symbolTable(symbolTable, places, strings));
    all.forEach(section -> strings.add(section.name()));
    strings.add(".strtab");
    var bytes = strings.bytes();
    all.add(
        new Content(
            ".strtab",
            ElfFile.SHT_STRTAB,
            ElfFile.SHF_STRINGS,
            1,
            0,
            0,
            0,
            ByteBuffer.wrap(bytes),
            bytes.length));
    return assemble(all, strings);
  }

  /// The handles of the local symbols, then of the others.
  private List<Integer> inOrder() {
    var handles = new ArrayList<Integer>();
    for (var local : List.of(true, false)) {
      for (int i = 0; i < symbols.size(); i++) {
        if ((symbols.get(i).binding() == Symbol.LOCAL) == local) {
          handles.add(i);
        }
      }
    }
    return handles;
  }

  /// The index in the symbol table for each handle; the first symbol is the null symbol.
  private int[] places() {
    var places = new int[symbols.size()];
    var next = 1;
    for (int handle : inOrder()) {
      places[handle] = next++;
    }
    return places;
  }

  private ByteBuffer buffer(int size) {
    return ByteBuffer.allocate(size).order(order);
  }

  private Content relocationTable(int section, int symbolTable, int[] places) {
    var entries = Optional.ofNullable(relocations.get(section)).orElse(List.of());
    var buffer = buffer(Math.multiplyExact(entries.size(), RELOCATION_SIZE));
    for (var entry : entries) {
      buffer.putLong(entry.offset());
      buffer.putLong((long) places[entry.symbol()] << 32 | Integer.toUnsignedLong(entry.type()));
    }
    return new Content(
        ".rel" + sections.get(section - 1).name(),
        ElfFile.SHT_REL,
        0,
        8,
        RELOCATION_SIZE,
        symbolTable,
        section,
        buffer.flip(),
        buffer.limit());
  }

  private Content symbolTable(int index, int[] places, StringTable strings) {
    var buffer = buffer(Math.multiplyExact(symbols.size() + 1, SYMBOL_SIZE));
    var firstGlobal = 1;
    for (int handle : inOrder()) {
      var symbol = symbols.get(handle);
      if (symbol.binding() == Symbol.LOCAL) {
        firstGlobal++;
      }
      var at = places[handle] * SYMBOL_SIZE;
      buffer.putInt(at, strings.add(symbol.name()));
      buffer.put(at + 4, (byte) (symbol.binding() << 4 | symbol.type()));
      buffer.put(at + 5, (byte) symbol.visibility());
      buffer.putShort(at + 6, (short) symbol.section());
      buffer.putLong(at + 8, symbol.value());
      buffer.putLong(at + 16, symbol.size());
    }
    return new Content(
        ".symtab",
        ElfFile.SHT_SYMTAB,
        0,
        8,
        SYMBOL_SIZE,
        index + 1,
        firstGlobal,
        buffer,
        buffer.capacity());
  }

  private byte[] assemble(List<Content> all, StringTable strings) {
    var offsets = new int[all.size()];
    long end = HEADER_SIZE;
    for (int i = 0; i < offsets.length; i++) {
      var content = all.get(i);
      end = align(end, Math.clamp(content.alignment(), 1, MAX_FILE_ALIGNMENT));
      offsets[i] = Math.toIntExact(end);
      end += content.data().limit();
    }
    var headers = Math.toIntExact(align(end, 8));
    var bytes =
        new byte[Math.addExact(headers, Math.multiplyExact(all.size() + 1, SECTION_HEADER_SIZE))];
    var buffer = ByteBuffer.wrap(bytes).order(order);
    header(buffer, headers, all.size());
    for (int i = 0; i < offsets.length; i++) {
      var content = all.get(i);
      buffer.put(offsets[i], content.data(), 0, content.data().limit());
      buffer.position(headers + (i + 1) * SECTION_HEADER_SIZE);
      buffer
          .putInt(strings.add(content.name()))
          .putInt(content.type())
          .putLong(content.flags())
          .putLong(0)
          .putLong(offsets[i])
          .putLong(content.size())
          .putInt(content.link())
          .putInt(content.info())
          .putLong(content.alignment())
          .putLong(content.entrySize());
    }
    return bytes;
  }

  private void header(ByteBuffer buffer, int headers, int lastSection) {
    buffer
        .put(new byte[] {0x7f, 'E', 'L', 'F', 2})
        .put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2))
        .put((byte) 1)
        .position(16);
    buffer
        .putShort((short) ElfFile.ET_REL)
        .putShort((short) ElfFile.EM_BPF)
        .putInt(1)
        .putLong(0)
        .putLong(0)
        .putLong(headers)
        .putInt(0)
        .putShort((short) HEADER_SIZE)
        .putShort((short) 0)
        .putShort((short) 0)
        .putShort((short) SECTION_HEADER_SIZE)
        .putShort((short) (lastSection + 1))
        .putShort((short) lastSection);
  }

  private static long align(long offset, long alignment) {
    return (offset + alignment - 1) / alignment * alignment;
  }

  /// Strings, each ended by a zero byte and each there once; the first is empty.
  private static final class StringTable {
    private final Map<String, Integer> offsets = new HashMap<>();
    private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();

    StringTable() {
      add("");
    }

    /// Where the string stands.
    int add(String string) {
      var known = offsets.get(string);
      if (known != null) {
        return known;
      }
      var offset = bytes.size();
      offsets.put(string, offset);
      bytes.writeBytes(string.getBytes(StandardCharsets.UTF_8));
      bytes.write(0);
      return offset;
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }
}
