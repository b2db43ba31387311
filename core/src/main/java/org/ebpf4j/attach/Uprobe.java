package org.ebpf4j.attach;

/// An instruction of a program file or library: a function, and how many bytes into it.
///
/// @param binary the file: a path, or the name of a library or program that is searched for
/// @param symbol the function, as the file's symbols name it
/// @param offset bytes from its start; it must be the start of an instruction
public record Uprobe(String binary, String symbol, long offset) implements AttachPoint {
  private static final String FORM =
      "a uprobe is FILE:SYMBOL or FILE:SYMBOL+OFFSET, as in libc.so.6:malloc";

  /// @throws IllegalArgumentException for an empty file or symbol or a negative offset
  public Uprobe {
    if (binary.isEmpty() || symbol.isEmpty() || offset < 0) {
      throw new IllegalArgumentException(FORM);
    }
  }

  /// The first instruction of a function.
  public Uprobe(String binary, String symbol) {
    this(binary, symbol, 0);
  }

  /// Reads `FILE:SYMBOL` or `FILE:SYMBOL+OFFSET` (decimal, or hexadecimal with `0x`).
  ///
  /// @throws IllegalArgumentException for another form
  public static Uprobe parse(String text) {
    var colon = text.lastIndexOf(':');
    var address = PlaceText.address(text.substring(colon + 1));
    if (colon <= 0 || address == null) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Uprobe(text.substring(0, colon), address.symbol(), address.offset());
  }

  @Override
  public String kind() {
    return "uprobe";
  }

  @Override
  public String place() {
    return binary + ":" + symbol + PlaceText.plus(offset);
  }
}
