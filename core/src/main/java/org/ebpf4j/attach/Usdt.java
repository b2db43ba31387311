package org.ebpf4j.attach;

/// A static probe in a program file or library (USDT), as `readelf -n` lists them.
///
/// @param binary the file: a path, or the name of a library or program that is searched for
/// @param provider who the probe belongs to
/// @param name the probe
public record Usdt(String binary, String provider, String name) implements AttachPoint {
  private static final String FORM =
      "a USDT probe is FILE:PROVIDER:NAME, as in libc.so.6:libc:setjmp";

  /// @throws IllegalArgumentException for an empty part
  public Usdt {
    if (binary.isEmpty() || provider.isEmpty() || name.isEmpty()) {
      throw new IllegalArgumentException(FORM);
    }
  }

  /// Reads `FILE:PROVIDER:NAME`.
  ///
  /// @throws IllegalArgumentException for another form
  public static Usdt parse(String text) {
    var last = text.lastIndexOf(':');
    var first = last < 0 ? -1 : text.lastIndexOf(':', last - 1);
    if (first <= 0 || first + 1 == last || last == text.length() - 1) {
      throw new IllegalArgumentException(FORM + "; not '" + text + "'");
    }
    return new Usdt(
        text.substring(0, first), text.substring(first + 1, last), text.substring(last + 1));
  }

  @Override
  public String kind() {
    return "usdt";
  }

  @Override
  public String place() {
    return binary + ":" + provider + ":" + name;
  }
}
