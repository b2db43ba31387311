package org.ebpf4j.attach;

/// The return from a function of the kernel.
///
/// @param symbol the function, as `/proc/kallsyms` names it
public record Kretprobe(String symbol) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty symbol, or one with an offset: only entries have
  ///   those
  public Kretprobe {
    if (symbol.isEmpty() || symbol.contains("+")) {
      throw new IllegalArgumentException(
          "a kretprobe is a SYMBOL without an offset, not '" + symbol + "'");
    }
  }

  @Override
  public String kind() {
    return "kretprobe";
  }

  @Override
  public String place() {
    return symbol;
  }
}
