package org.ebpf4j.attach;

/// The return from a function, with its arguments and result typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
/// @param cookie what `bpf_get_attach_cookie` gives the program; 0 for none
public record Fexit(String module, String name, long cookie) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Fexit {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public Fexit(String name) {
    this("", name, 0);
  }

  /// In that module, or, for an empty name, in the kernel or whichever module has it.
  public Fexit(String module, String name) {
    this(module, name, 0);
  }

  /// The same with another cookie.
  public Fexit withCookie(long number) {
    return new Fexit(module, name, number);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @param options `cookie`
  /// @throws IllegalArgumentException for an empty name
  public static Fexit parse(String text, PlaceOptions options) {
    return new Fexit(
        PlaceText.module(text), PlaceText.afterModule(text), options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "fexit";
  }
}
