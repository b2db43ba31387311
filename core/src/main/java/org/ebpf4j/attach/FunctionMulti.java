package org.ebpf4j.attach;

/// Many functions of the kernel at once, by a pattern, with their arguments typed.
///
/// @param mode when the program runs
/// @param pattern the functions, as the types name them, where `*` is any text and `?` one
///   character
public record FunctionMulti(ProbeMode mode, String pattern) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty pattern
  public FunctionMulti {
    PlaceText.check("a pattern of functions", pattern);
  }

  @Override
  public String kind() {
    return switch (mode) {
      case ENTRY -> "fentry.multi";
      case RETURN -> "fexit.multi";
      case SESSION -> "fsession.multi";
    };
  }

  @Override
  public String place() {
    return pattern;
  }
}
