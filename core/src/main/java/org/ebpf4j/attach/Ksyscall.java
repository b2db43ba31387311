package org.ebpf4j.attach;

/// The function of the kernel that serves a system call, whatever it is called on this
/// architecture.
///
/// @param name the system call, such as `openat`
/// @param onReturn whether at the return from it, not at its entry
public record Ksyscall(String name, boolean onReturn) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty name
  public Ksyscall {
    PlaceText.check("a system call", name);
  }

  @Override
  public String kind() {
    return onReturn ? "kretsyscall" : "ksyscall";
  }

  @Override
  public String place() {
    return name;
  }
}
