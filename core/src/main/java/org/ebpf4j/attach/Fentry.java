package org.ebpf4j.attach;

/// The entry of a function of the kernel, a module or another program, with its arguments typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
public record Fentry(String module, String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Fentry {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public Fentry(String name) {
    this("", name);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @throws IllegalArgumentException for an empty name
  public static Fentry parse(String text) {
    return new Fentry(PlaceText.module(text), PlaceText.afterModule(text));
  }

  @Override
  public String kind() {
    return "fentry";
  }
}
