package org.ebpf4j.object;

import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.jspecify.annotations.Nullable;

/// One row of the table of section names: what a function in such a section is.
///
/// @param name the name, or what stands before the first `/` of it where `open`
/// @param open whether `/` and a target may follow
/// @param type the program type
/// @param attachType the expected attach type, where the section decides it
/// @param flags what else follows from the section
record SectionDefinition(
    String name, boolean open, ProgramType type, @Nullable AttachType attachType, Set<Flag> flags) {

  SectionDefinition {
    flags = Set.copyOf(flags);
  }

  /// What else follows from a section name.
  enum Flag {
    /// Kernels that do not know the attach type load the program without it.
    ATTACH_TYPE_OPTIONAL,
    /// The program may sleep (`BPF_F_SLEEPABLE`).
    SLEEPABLE,
    /// The program knows packets in several buffers (`BPF_F_XDP_HAS_FRAGS`).
    FRAGS,
    /// The target is a type of the kernel's BTF, and its id is wanted at load.
    KERNEL_BTF
  }

  boolean matches(String section) {
    return section.equals(name) || (open && section.startsWith(name + "/"));
  }
}
