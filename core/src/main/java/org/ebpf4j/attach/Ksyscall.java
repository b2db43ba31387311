package org.ebpf4j.attach;

/// The function of the kernel that serves a system call, whatever it is called on this
/// architecture.
///
/// @param name the system call, such as `openat`
/// @param onReturn whether at the return from it, not at its entry
/// @param cookie what `bpf_get_attach_cookie` gives the program (since 5.15); 0 for none
public record Ksyscall(String name, boolean onReturn, long cookie) implements AttachPoint {
  /// @throws IllegalArgumentException for an empty name
  public Ksyscall {
    PlaceText.check("a system call", name);
    if (!PlaceText.isName(name)) {
      throw new IllegalArgumentException("a system call is named here, not '" + name + "'");
    }
  }

  /// The entry of a system call.
  public static Ksyscall entry(String name) {
    return new Ksyscall(name, false, 0);
  }

  /// The return from a system call.
  public static Ksyscall exit(String name) {
    return new Ksyscall(name, true, 0);
  }

  /// The same place, with a cookie.
  public Ksyscall withCookie(long number) {
    return new Ksyscall(name, onReturn, number);
  }

  @Override
  public String kind() {
    return onReturn ? "kretsyscall" : "ksyscall";
  }

  @Override
  public String place() {
    return name + PlaceText.value("cookie", cookie);
  }
}
