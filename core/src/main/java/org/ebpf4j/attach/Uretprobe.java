package org.ebpf4j.attach;

/// The return from a function of a program file or library.
///
/// @param binary the file: a path, or the name of a library or program that is searched for
/// @param symbol the function, as the file's symbols name it
public record Uretprobe(String binary, String symbol) implements AttachPoint {
  private static final String FORM =
      "a uretprobe is FILE:SYMBOL without an offset, as in libc.so.6:malloc";

  /// @throws IllegalArgumentException for an empty file or symbol, or a symbol with an offset: only
  ///   entries have those
  public Uretprobe {
    if (binary.isEmpty() || symbol.isEmpty() || symbol.contains("+")) {
      throw new IllegalArgumentException(FORM + "; not '" + binary + ":" + symbol + "'");
    }
  }

  /// Reads `FILE:SYMBOL`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Uretprobe parse(String text) {
    var colon = text.lastIndexOf(':');
    if (colon <= 0) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Uretprobe(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String kind() {
    return "uretprobe";
  }

  @Override
  public String place() {
    return binary + ":" + symbol;
  }
}
