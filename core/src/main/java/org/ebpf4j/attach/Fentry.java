package org.ebpf4j.attach;

/// The entry of a function of the kernel, a module or another program, with its arguments typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the function, as the types name it
/// @param cookie what `bpf_get_attach_cookie` gives the program; 0 for none
public record Fentry(String module, String name, long cookie) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Fentry {
    PlaceText.check("a function", name);
  }

  /// In the kernel, or in whichever module has it.
  public Fentry(String name) {
    this("", name, 0);
  }

  /// In that module, or, for an empty name, in the kernel or whichever module has it.
  public Fentry(String module, String name) {
    this(module, name, 0);
  }

  /// The same with another cookie.
  public Fentry withCookie(long number) {
    return new Fentry(module, name, number);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @param options `cookie`
  /// @throws IllegalArgumentException for an empty name
  public static Fentry parse(String text, PlaceOptions options) {
    return new Fentry(
        PlaceText.module(text), PlaceText.afterModule(text), options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "fentry";
  }
}
