package org.ebpf4j.linux.machine;

/// One thing that a kernel can do, or cannot, for this user.
///
/// @param group what it is one of
/// @param name its name, such as `xdp`; of a helper, with the type of program before it: `xdp
///   bpf_redirect_map`
/// @param loadable whether a program of it can be loaded, a map of it made, or the helper called
/// @param attachable whether a program can be attached there; the same as `loadable` where nothing
///   is attached
/// @param basis how that is known
/// @param why why not; empty where both hold
public record Feature(
    Group group, String name, boolean loadable, boolean attachable, Basis basis, String why) {
  /// The groups of features.
  public enum Group {
    /// A type of programs.
    PROGRAM_TYPE,
    /// A type of maps.
    MAP_TYPE,
    /// A kind of place that programs are attached to.
    HOOK,
    /// A helper function, for a type of programs.
    HELPER
  }

  /// How something is known.
  public enum Basis {
    /// It was done, and undone.
    TRIED,
    /// Programs were loaded, and what the machine says was read; nothing was attached.
    INFERRED,
    /// It is not known, and counts as missing.
    NOT_PROBED
  }
}
