package org.ebpf4j.linker;

import java.util.Optional;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.jspecify.annotations.Nullable;

/// A section of an input file, and where its bytes go. One that only BTF knows, such as `.kconfig`,
/// has no bytes: its externs are resolved by who loads the object.
final class InputSection {
  private final String name;
  private final @Nullable Section elf;
  private final byte[] bytes;
  private boolean skipped;
  private int dataSection;
  private @Nullable OutputSection output;
  private long offset;

  private InputSection(String name, @Nullable Section elf, boolean skipped, byte[] bytes) {
    this.name = name;
    this.elf = elf;
    this.skipped = skipped;
    this.bytes = bytes;
  }

  static InputSection of(Section elf, boolean skipped) {
    var bytes = skipped || !holdsData(elf) ? new byte[0] : elf.data().copy();
    return new InputSection(elf.name(), elf, skipped, bytes);
  }

  static InputSection ofBtfOnly(String name) {
    return new InputSection(name, null, false, new byte[0]);
  }

  private static boolean holdsData(Section elf) {
    return elf.type() == ElfFile.SHT_PROGBITS || elf.type() == ElfFile.SHT_NOBITS;
  }

  String name() {
    return name;
  }

  /// The section of the file; empty where only BTF knows this one.
  Optional<Section> elf() {
    return Optional.ofNullable(elf);
  }

  /// The section of the file, which must have it.
  Section section() {
    return elf().orElseThrow();
  }

  /// Whether it is code, data, zeroes, or externs.
  boolean isData() {
    return !skipped && (elf == null || holdsData(elf));
  }

  /// Whether nothing of it goes to the output.
  boolean isSkipped() {
    return skipped;
  }

  void skip() {
    skipped = true;
  }

  /// The id of its data section in BTF, or 0.
  int dataSection() {
    return dataSection;
  }

  void setDataSection(int id) {
    dataSection = id;
  }

  /// Its bytes, in which relocations are adjusted.
  byte[] bytes() {
    return bytes;
  }

  /// Where its bytes go; empty before it is placed, and for sections that hold no data.
  Optional<OutputSection> output() {
    return Optional.ofNullable(output);
  }

  /// Where in the output section its bytes start.
  long offset() {
    return offset;
  }

  void place(OutputSection section, long at) {
    output = section;
    offset = at;
  }
}
