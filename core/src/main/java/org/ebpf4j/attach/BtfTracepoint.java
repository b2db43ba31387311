package org.ebpf4j.attach;

/// A tracepoint of the kernel or a module, with its arguments typed.
///
/// @param module the module that has it; empty for the kernel and then every module
/// @param name the tracepoint, such as `sched_switch`
public record BtfTracepoint(String module, String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public BtfTracepoint {
    PlaceText.check("a tracepoint", name);
  }

  /// In the kernel, or in whichever module has it.
  public BtfTracepoint(String name) {
    this("", name);
  }

  /// Reads `[MODULE:]NAME`.
  ///
  /// @throws IllegalArgumentException for an empty name
  public static BtfTracepoint parse(String text) {
    return new BtfTracepoint(PlaceText.module(text), PlaceText.afterModule(text));
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
