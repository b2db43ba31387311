package org.ebpf4j.attach;

/// An instruction of the kernel: a function, and how many bytes into it.
///
/// @param symbol the function, as `/proc/kallsyms` names it
/// @param offset bytes from its start; it must be the start of an instruction
public record Kprobe(String symbol, long offset) implements AttachPoint {
  private static final String FORM = "a kprobe is SYMBOL or SYMBOL+OFFSET, as in do_unlinkat";

  /// @throws IllegalArgumentException for an empty symbol or a negative offset
  public Kprobe {
    if (symbol.isEmpty() || offset < 0) {
      throw new IllegalArgumentException(FORM);
    }
  }

  /// The first instruction of a function.
  public Kprobe(String symbol) {
    this(symbol, 0);
  }

  /// Reads `symbol` or `symbol+offset` (decimal, or hexadecimal with `0x`).
  ///
  /// @throws IllegalArgumentException for another form
  public static Kprobe parse(String text) {
    var address = PlaceText.address(text);
    if (address == null) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Kprobe(address.symbol(), address.offset());
  }

  @Override
  public String kind() {
    return "kprobe";
  }

  @Override
  public String place() {
    return symbol + PlaceText.plus(offset);
  }
}
