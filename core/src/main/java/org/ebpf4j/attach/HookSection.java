package org.ebpf4j.attach;

import java.util.Optional;
import java.util.Set;

/// A name of sections whose functions are programs for a kind of hook: libbpf's names with libbpf's
/// meaning.
///
/// @param name the name, or what stands before the first `/` of it where `open`
/// @param open whether `/` and a place may follow
/// @param type the program type
/// @param attachType the expected attach type, where the section decides it
/// @param flags what else follows from the section
public record HookSection(
    String name, boolean open, ProgramType type, Optional<AttachType> attachType, Set<Flag> flags) {

  public HookSection {
    flags = Set.copyOf(flags);
  }

  /// What else follows from a section name.
  public enum Flag {
    /// Kernels that do not know the attach type load the program without it.
    ATTACH_TYPE_OPTIONAL,
    /// Kernels that know `TRACE_UPROBE_MULTI` load the program with it.
    MULTI_WHERE_KNOWN,
    /// The program may sleep (`BPF_F_SLEEPABLE`).
    SLEEPABLE,
    /// The program knows packets in several buffers (`BPF_F_XDP_HAS_FRAGS`).
    FRAGS,
    /// The place is a type of the kernel's BTF, and its id is wanted at load.
    KERNEL_BTF
  }

  /// A name that stands alone.
  static HookSection exact(String name, ProgramType type, Flag... flags) {
    return new HookSection(name, false, type, Optional.empty(), Set.of(flags));
  }

  static HookSection exact(String name, ProgramType type, AttachType attachType, Flag... flags) {
    return new HookSection(name, false, type, Optional.of(attachType), Set.of(flags));
  }

  /// A name that a place may follow.
  static HookSection open(String name, ProgramType type, Flag... flags) {
    return new HookSection(name, true, type, Optional.empty(), Set.of(flags));
  }

  static HookSection open(String name, ProgramType type, AttachType attachType, Flag... flags) {
    return new HookSection(name, true, type, Optional.of(attachType), Set.of(flags));
  }

  /// Whether a section of that name is one of these.
  public boolean matches(String section) {
    return section.equals(name) || (open && section.startsWith(name + "/"));
  }

  /// How such a section is named: `kprobe/SYMBOL`.
  ///
  /// @param form how a place of its kind is written
  public String usage(String form) {
    return open && !form.isEmpty() ? name + "/" + form : name;
  }

  /// The place in the name of a section that matches; empty where it names none.
  public String place(String section) {
    return open && section.length() > name.length() ? section.substring(name.length() + 1) : "";
  }
}
