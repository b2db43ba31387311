package org.ebpf4j.attach;

/// The entry of and the return from a function, both to one program.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
public record Fsession(String module, String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Fsession {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public Fsession(String name) {
    this("", name);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @throws IllegalArgumentException for an empty name
  public static Fsession parse(String text) {
    return new Fsession(PlaceText.module(text), PlaceText.afterModule(text));
  }

  @Override
  public String kind() {
    return "fsession";
  }
}
