package org.ebpf4j.attach;

/// Many functions of the kernel at once, by a pattern.
///
/// @param mode when the program runs
/// @param pattern the functions, as `/proc/kallsyms` names them, where `*` is any text and `?` one
///   character
public record KprobeMulti(ProbeMode mode, String pattern) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty pattern
  public KprobeMulti {
    PlaceText.check("a pattern of functions", pattern);
  }

  @Override
  public String kind() {
    return switch (mode) {
      case ENTRY -> "kprobe.multi";
      case RETURN -> "kretprobe.multi";
      case SESSION -> "kprobe.session";
    };
  }

  @Override
  public String place() {
    return pattern;
  }
}
