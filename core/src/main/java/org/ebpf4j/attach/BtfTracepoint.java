package org.ebpf4j.attach;

/// A tracepoint of the kernel or a module, with its arguments typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the tracepoint, such as `sched_switch`
/// @param cookie what `bpf_get_attach_cookie` gives the program; 0 for none
public record BtfTracepoint(String module, String name, long cookie) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public BtfTracepoint {
    PlaceText.check("a tracepoint", name);
  }

  /// In the kernel, or in whichever module has it.
  public BtfTracepoint(String name) {
    this("", name, 0);
  }

  /// In that module, or, for an empty name, in the kernel or whichever module has it.
  public BtfTracepoint(String module, String name) {
    this(module, name, 0);
  }

  /// The same with another cookie.
  public BtfTracepoint withCookie(long number) {
    return new BtfTracepoint(module, name, number);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @param options `cookie`
  /// @throws IllegalArgumentException for an empty name
  public static BtfTracepoint parse(String text, PlaceOptions options) {
    return new BtfTracepoint(
        PlaceText.module(text), PlaceText.afterModule(text), options.number("cookie", 0));
  }

  @Override
  public String kind() {
    return "tp_btf";
  }

  @Override
  public String typePrefix() {
    return "btf_trace_";
  }
}
