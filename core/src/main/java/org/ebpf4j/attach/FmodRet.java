package org.ebpf4j.attach;

/// The entry of a function whose result the program may decide; the kernel says which functions
/// allow that.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
/// @param cookie what `bpf_get_attach_cookie` gives the program; 0 for none
public record FmodRet(String module, String name, long cookie) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public FmodRet {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public FmodRet(String name) {
    this("", name, 0);
  }

  /// In that module, or, for an empty name, in the kernel or whichever module has it.
  public FmodRet(String module, String name) {
    this(module, name, 0);
  }

  /// The same with another cookie.
  public FmodRet withCookie(long number) {
    return new FmodRet(module, name, number);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @param options `cookie`
  /// @throws IllegalArgumentException for an empty name
  public static FmodRet parse(String text, PlaceOptions options) {
    return new FmodRet(
        PlaceText.module(text), PlaceText.afterModule(text), options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "fmod_ret";
  }
}
