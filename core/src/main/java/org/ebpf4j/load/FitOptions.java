package org.ebpf4j.load;

import java.util.Map;
import java.util.Optional;
import org.ebpf4j.relocation.TargetTypes;

/// What a caller says of the kernel that an object is fitted to, beside the [KernelFacts].
///
/// @param config more of the configuration, as lines `CONFIG_NAME=value`; they win over the
///   kernel's own
/// @param types the types that CO-RE adapts to, in place of the kernel's own
/// @param targets the programs that `freplace` and tracing programs of the object are for, by the
///   names of these
public record FitOptions(
    String config, Optional<TargetTypes> types, Map<String, TargetProgram> targets) {
  /// Nothing is said.
  public static final FitOptions NONE = new FitOptions("", Optional.empty(), Map.of());

  public FitOptions {
    targets = Map.copyOf(targets);
  }
}
