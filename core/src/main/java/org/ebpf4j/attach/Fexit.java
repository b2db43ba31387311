package org.ebpf4j.attach;

/// The return from a function, with its arguments and result typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
public record Fexit(String module, String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Fexit {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public Fexit(String name) {
    this("", name);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @throws IllegalArgumentException for an empty name
  public static Fexit parse(String text) {
    return new Fexit(PlaceText.module(text), PlaceText.afterModule(text));
  }

  @Override
  public String kind() {
    return "fexit";
  }
}
