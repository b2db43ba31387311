package org.ebpf4j.attach;

/// An instruction of the kernel: a function, and how many bytes into it.
///
/// @param symbol the function, as `/proc/kallsyms` names it
/// @param offset bytes from its start; it must be the start of an instruction
public record Kprobe(String symbol, long offset) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty symbol or a negative offset
  public Kprobe {
    if (symbol.isEmpty() || offset < 0) {
      throw new IllegalArgumentException("a kprobe is SYMBOL or SYMBOL+OFFSET");
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
    var plus = text.indexOf('+');
    if (plus < 0) {
      return new Kprobe(text);
    }
    try {
      return new Kprobe(text.substring(0, plus), Long.decode(text.substring(plus + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "a kprobe is SYMBOL or SYMBOL+OFFSET, not '" + text + "'", e);
    }
  }

  @Override
  public String describe() {
    return "kprobe/" + symbol + (offset == 0 ? "" : "+" + offset);
  }
}
