package org.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Optional;

/// A hook of the Linux security modules, for the processes and sockets of a cgroup and of those
/// below it.
///
/// @param name the hook, such as `socket_bind`
/// @param cgroup the directory of the cgroup, of the second version; said when the program is
///   attached
public record LsmCgroup(String name, Optional<Path> cgroup) implements TypedPoint {
  /// @throws IllegalArgumentException for an empty name
  public LsmCgroup {
    PlaceText.check("an LSM hook", name);
  }

  /// Without a cgroup, as the name of a section has it.
  public LsmCgroup(String name) {
    this(name, Optional.empty());
  }

  /// The same for a cgroup.
  public LsmCgroup in(Path directory) {
    return new LsmCgroup(name, Optional.of(directory));
  }

  /// Reads the name of a hook.
  ///
  /// @param options `cgroup`
  /// @throws IllegalArgumentException for an empty name
  public static LsmCgroup parse(String text, PlaceOptions options) {
    return new LsmCgroup(text, options.text("cgroup").map(Path::of));
  }

  @Override
  public String kind() {
    return "lsm_cgroup";
  }

  @Override
  public String typePrefix() {
    return "bpf_lsm_";
  }

  @Override
  public String place() {
    return name + PlaceText.value("cgroup", cgroup.map(Path::toString).orElse(""));
  }
}
