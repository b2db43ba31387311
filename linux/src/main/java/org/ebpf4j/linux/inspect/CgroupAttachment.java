package org.ebpf4j.linux.inspect;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;

/// A program on a cgroup, whoever attached it and however.
///
/// @param path where the directory of the cgroup is
/// @param cgroup the id of the cgroup
/// @param hook the number of the kind of hook (`enum bpf_attach_type`)
/// @param programId the id of the program
/// @param programName its name; empty where it cannot be told
/// @param linkId the id of the link that holds it there; 0 for none, and where the kernel does not
///   say (before 6.6)
/// @param flags `BPF_F_ALLOW_OVERRIDE` (1) and `BPF_F_ALLOW_MULTI` (2), which the hook has
public record CgroupAttachment(
    String path, long cgroup, int hook, int programId, String programName, int linkId, int flags) {
  /// The kind of hook; empty for one that this library does not know.
  public Optional<AttachType> attachType() {
    return AttachType.of(hook);
  }

  /// The name of the kind of hook, or `type N`.
  public String attachTypeLabel() {
    return attachType().map(AttachType::label).orElse("type " + hook);
  }

  /// The flags by their names: `override`, `multi`, and `0x…` for what has none.
  public List<String> flagLabels() {
    var labels = new ArrayList<String>();
    if ((flags & 1) != 0) {
      labels.add("override");
    }
    if ((flags & 2) != 0) {
      labels.add("multi");
    }
    if ((flags & ~3) != 0) {
      labels.add("0x" + Integer.toHexString(flags & ~3));
    }
    return labels;
  }
}
