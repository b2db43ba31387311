package org.ebpf4j.linker;

import org.ebpf4j.elf.Symbol;
import org.jspecify.annotations.Nullable;

/// A symbol of the linked file. What is global in several input files is one, and what they say of
/// it comes together here.
final class OutputSymbol {
  private final String name;
  private long value;
  private long size;
  private int binding;
  private int type;
  private int visibility;
  private @Nullable OutputSection section;
  private int reservedSection;
  private int handle;

  /// A symbol as one file has it.
  ///
  /// @param value bytes from the start of `section`
  /// @param section where it is defined, if it is in a section
  OutputSymbol(Symbol symbol, long value, @Nullable OutputSection section) {
    this.name = symbol.name();
    this.value = value;
    this.size = symbol.size();
    this.binding = symbol.binding();
    this.type = symbol.type();
    this.visibility = symbol.visibility();
    this.section = section;
    this.reservedSection = section == null ? symbol.section() : 0;
  }

  /// Takes the place and type of a definition; binding and visibility stay.
  void define(Symbol symbol, long at, OutputSection in) {
    value = at;
    size = symbol.size();
    type = symbol.type();
    section = in;
    reservedSection = 0;
  }

  /// Makes the symbol strong.
  void strengthen() {
    binding = Symbol.GLOBAL;
  }

  /// Makes the symbol as hidden as that, if it is less so.
  void restrict(int stricter) {
    visibility = Math.max(visibility, stricter);
  }

  String name() {
    return name;
  }

  long value() {
    return value;
  }

  long size() {
    return size;
  }

  int binding() {
    return binding;
  }

  int type() {
    return type;
  }

  int visibility() {
    return visibility;
  }

  /// The index of its section in the linked file; undefined where that is one that only BTF knows.
  int sectionIndex() {
    return section == null ? reservedSection : section.index();
  }

  /// What it is known by to the writer of the linked file.
  int handle() {
    return handle;
  }

  void setHandle(int known) {
    handle = known;
  }
}
