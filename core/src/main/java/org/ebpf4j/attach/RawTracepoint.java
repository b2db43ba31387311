package org.ebpf4j.attach;

/// A tracepoint of the kernel, with its raw arguments; by name alone, such as `sched_switch` or
/// `sys_enter`.
///
/// @param name the tracepoint
public record RawTracepoint(String name) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty name
  public RawTracepoint {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("a raw tracepoint needs a name");
    }
  }

  @Override
  public String kind() {
    return "raw_tracepoint";
  }

  @Override
  public String place() {
    return name;
  }
}
