package org.ebpf4j.btf;

/// The line of C that an instruction, and those after it, came from.
///
/// @param slot the instruction, in 8-byte slots from the start of what the record belongs to
/// @param file the source file, as clang was given it
/// @param text the line
/// @param line its number, from 1
/// @param column its column, from 1
/// @param fileOffset where BTF's strings have the file's name
/// @param textOffset where BTF's strings have the line
public record LineInfo(
    int slot, String file, String text, int line, int column, int fileOffset, int textOffset) {

  /// A line whose strings are added to `types`: for compilers.
  public static LineInfo of(
      BtfBuilder types, int slot, String file, String text, int line, int column) {
    return new LineInfo(slot, file, text, line, column, types.string(file), types.string(text));
  }

  /// The same line, for an instruction elsewhere.
  public LineInfo at(int otherSlot) {
    return new LineInfo(otherSlot, file, text, line, column, fileOffset, textOffset);
  }

  /// `file:line text`, the file without its directories.
  public String describe() {
    var name = file.substring(file.lastIndexOf('/') + 1);
    return name + ":" + line + "  " + text.strip();
  }
}
