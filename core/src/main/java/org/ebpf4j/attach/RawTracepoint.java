package org.ebpf4j.attach;

/// A tracepoint of the kernel, with its raw arguments; by name alone, such as `sched_switch` or
/// `sys_enter`.
///
/// @param name the tracepoint
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 6.10); 0 for none
public record RawTracepoint(String name, long cookie) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty name
  public RawTracepoint {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a raw tracepoint needs a name");
    }
  }

  /// A tracepoint without a cookie.
  public RawTracepoint(String name) {
    this(name, 0);
  }

  /// The same tracepoint, with a cookie.
  public RawTracepoint withCookie(long number) {
    return new RawTracepoint(name, number);
  }

  /// A tracepoint, with the option `cookie`.
  ///
  /// @throws IllegalArgumentException for an empty name
  static RawTracepoint parse(String name, PlaceOptions options) {
    return new RawTracepoint(name, options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "raw_tracepoint";
  }

  @Override
  public String place() {
    return name + PlaceText.value("cookie", cookie);
  }
}
