package org.ebpf4j.attach;

/// Many functions of a program file or library at once, by a pattern.
///
/// @param mode when the program runs
/// @param binary the file: a path, or the name of a library or program that is searched for
/// @param pattern the functions, as the file's symbols name them, where `*` is any text and `?` one
///   character
public record UprobeMulti(ProbeMode mode, String binary, String pattern) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty file or pattern
  public UprobeMulti {
    PlaceText.check("a program file", binary);
    PlaceText.check("a pattern of functions", pattern);
  }

  /// Reads `FILE:PATTERN`.
  ///
  /// @throws IllegalArgumentException for another form
  public static UprobeMulti parse(ProbeMode mode, String text) {
    var colon = text.lastIndexOf(':');
    if (colon <= 0 || colon == text.length() - 1) {
      throw new IllegalArgumentException(
          "a probe of many functions of a program is FILE:PATTERN, as in libc.so.6:mem*; not '"
              + text
              + "'");
    }
    return new UprobeMulti(mode, text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public String kind() {
    return switch (mode) {
      case ENTRY -> "uprobe.multi";
      case RETURN -> "uretprobe.multi";
      case SESSION -> "uprobe.session";
    };
  }

  @Override
  public String place() {
    return binary + ":" + pattern;
  }
}
