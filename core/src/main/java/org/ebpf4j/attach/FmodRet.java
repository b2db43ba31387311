package org.ebpf4j.attach;

/// The entry of a function whose result the program may decide; the kernel says which functions
/// allow that.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
public record FmodRet(String module, String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public FmodRet {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public FmodRet(String name) {
    this("", name);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @throws IllegalArgumentException for an empty name
  public static FmodRet parse(String text) {
    return new FmodRet(PlaceText.module(text), PlaceText.afterModule(text));
  }

  @Override
  public String kind() {
    return "fmod_ret";
  }
}
