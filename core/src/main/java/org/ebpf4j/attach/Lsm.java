package org.ebpf4j.attach;

/// A hook of the Linux security modules, for every process.
///
/// @param name the hook, such as `file_open`
public record Lsm(String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public Lsm {
    PlaceText.check("an LSM hook", name);
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
