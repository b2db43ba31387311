package org.ebpf4j.attach;

/// A hook of the Linux security modules, for every process.
///
/// @param name the hook, such as `file_open`
/// @param cookie what `bpf_get_attach_cookie` gives the program; 0 for none
public record Lsm(String name, long cookie) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Lsm {
    PlaceText.check("an LSM hook", name);
  }

  /// Without a cookie.
  public Lsm(String name) {
    this(name, 0);
  }

  /// The same with another cookie.
  public Lsm withCookie(long number) {
    return new Lsm(name, number);
  }

  /// Reads the name of a hook.
  ///
  /// @param options `cookie`
  /// @throws IllegalArgumentException for an empty name
  public static Lsm parse(String text, PlaceOptions options) {
    return new Lsm(text, options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "lsm";
  }

  @Override
  public String typePrefix() {
    return "bpf_lsm_";
  }
}
