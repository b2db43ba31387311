package org.ebpf4j.attach;

/// A hook of the Linux security modules, for the processes of a cgroup.
///
/// @param name the hook, such as `socket_bind`
public record LsmCgroup(String name) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public LsmCgroup {
    PlaceText.check("an LSM hook", name);
  }

  @Override
  public String kind() {
    return "lsm_cgroup";
  }

  @Override
  public String typePrefix() {
    return "bpf_lsm_";
  }
}
