package org.ebpf4j.linker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.BtfType.SectionVariable;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.error.IncompatibleObjectsException;
import org.jspecify.annotations.Nullable;

/// A section of the linked file: the sections of its name of all input files, one after the other.
/// Until one of them has bytes, it is one that only BTF knows.
final class OutputSection {
  /// A relocation of this section.
  record Patch(long offset, int type, OutputSymbol symbol) {}

  /// Records of `.BTF.ext` for instructions that start at `offset`.
  record Records(InputObject input, ExtRecords.Group group, int recordSize, long offset) {}

  private final String name;
  private @Nullable InputObject first;
  private @Nullable Section header;
  private long alignment;
  private long size;
  private final List<InputSection> pieces = new ArrayList<>();
  private final List<Patch> patches = new ArrayList<>();
  private @Nullable OutputSymbol symbol;
  private int index;
  private boolean inBtf;
  private final List<SectionVariable> variables = new ArrayList<>();
  private final Map<ExtRecords.Kind, List<Records>> records = new EnumMap<>(ExtRecords.Kind.class);

  OutputSection(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  /// What the first input section with bytes says of itself; empty while there is none.
  Optional<Section> header() {
    return Optional.ofNullable(header);
  }

  long alignment() {
    return alignment;
  }

  long size() {
    return size;
  }

  List<Patch> patches() {
    return patches;
  }

  /// The symbol that stands for the section.
  Optional<OutputSymbol> symbol() {
    return Optional.ofNullable(symbol);
  }

  void setSymbol(OutputSymbol section) {
    symbol = section;
  }

  /// Its index in the linked file; 0 where it has no bytes.
  int index() {
    return index;
  }

  void setIndex(int number) {
    index = number;
  }

  /// Whether BTF says which variables are in it, be it none.
  boolean inBtf() {
    return inBtf;
  }

  void setInBtf() {
    inBtf = true;
  }

  /// Its variables and extern functions in BTF.
  List<SectionVariable> variables() {
    return variables;
  }

  /// Its records of that kind in `.BTF.ext`.
  List<Records> records(ExtRecords.Kind kind) {
    return records.computeIfAbsent(kind, _ -> new ArrayList<>());
  }

  /// Takes the header of a first section with bytes.
  void start(InputObject input, Section section) {
    first = input;
    header = section;
    alignment = Math.max(1, section.alignment());
  }

  /// Throws where a section of another file is not of the same sort.
  void checkSame(InputObject input, Section section) {
    if (header == null || first == null) {
      return;
    }
    var problem =
        header.type() != section.type()
            ? "types " + header.type() + " and " + section.type()
            : header.flags() != section.flags()
                ? "flags " + header.flags() + " and " + section.flags()
                : header.entrySize() != section.entrySize()
                    ? "entry sizes " + header.entrySize() + " and " + section.entrySize()
                    : "";
    if (!problem.isEmpty()) {
      throw new IncompatibleObjectsException(
          name,
          "section '" + name + "' of " + first.name() + " and " + input.name() + " has " + problem);
    }
  }

  /// Throws unless a section that is there once for all files holds what the first one did.
  void checkEqual(InputObject input, InputSection section) {
    if (first != null && !Arrays.equals(pieces.getFirst().bytes(), section.bytes())) {
      throw new IncompatibleObjectsException(
          name,
          "section '"
              + name
              + "' of "
              + first.name()
              + " and "
              + input.name()
              + " holds different things: "
              + quoted(pieces.getFirst().bytes())
              + " and "
              + quoted(section.bytes()));
    }
  }

  private static String quoted(byte[] bytes) {
    var text = new StringBuilder("'");
    for (int i = 0; i < Math.min(bytes.length, 40) && bytes[i] != 0; i++) {
      text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '?');
    }
    return text.append('\'').toString();
  }

  /// Appends the bytes of a section at its alignment.
  void append(InputSection section) {
    var elf = section.section();
    alignment = Math.max(alignment, elf.alignment());
    var at = (size + alignment - 1) & -alignment;
    section.place(this, at);
    pieces.add(section);
    size = at + elf.size();
  }

  /// All the bytes, with zeroes between what had to be aligned.
  byte[] bytes() {
    var all = new byte[Math.toIntExact(size)];
    for (var piece : pieces) {
      System.arraycopy(
          piece.bytes(), 0, all, Math.toIntExact(piece.offset()), piece.bytes().length);
    }
    return all;
  }

  /// Whether it takes no room in the file.
  boolean isZeroes() {
    return header != null && header.type() == ElfFile.SHT_NOBITS;
  }
}
