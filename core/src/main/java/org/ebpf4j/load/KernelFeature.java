package org.ebpf4j.load;

/// Something that kernels have since some release, or by how they were configured, and that changes
/// what an object is made into for them.
public enum KernelFeature {
  /// Programs and maps have names.
  PROGRAM_NAMES,
  /// Instructions point into the values of maps.
  GLOBAL_DATA,
  /// BTF, in its first form.
  BTF,
  /// BTF says which functions there are.
  BTF_FUNCTIONS,
  /// It says which of them are global.
  BTF_GLOBAL_FUNCTIONS,
  /// It describes sections of data, and the variables in them.
  BTF_DATA_SECTIONS,
  /// Names of such sections may begin with a question mark.
  BTF_OPTIONAL_SECTIONS,
  /// It has numbers with a fraction.
  BTF_FLOATS,
  /// It has tags on declarations.
  BTF_DECLARATION_TAGS,
  /// It has tags on types.
  BTF_TYPE_TAGS,
  /// It has enumerations of 64 bits.
  BTF_ENUM64,
  /// Its header says how long types of each kind are.
  BTF_LAYOUT,
  /// The values of an array can be mapped into memory.
  MMAPABLE_ARRAYS,
  /// A program is loaded for a type of attachment.
  EXPECTED_ATTACH_TYPE,
  /// The helpers that read memory say whose: `bpf_probe_read_kernel` and its like.
  PROBE_READ_KERNEL,
  /// A program can be given a map to keep alive that its instructions do not name.
  PROGRAM_BIND_MAP,
  /// Modules have BTF.
  MODULE_BTF,
  /// Programs are attached to perf events by links.
  PERF_LINKS,
  /// Maps and programs are charged to a memory cgroup, not to the limit on locked memory.
  CGROUP_MEMORY_ACCOUNTING,
  /// Attachments carry a number that the program can ask for.
  ATTACH_COOKIE,
  /// System calls take their arguments through a wrapper, so that a kprobe sees the wrapper's.
  SYSCALL_WRAPPER,
  /// One link attaches to many functions of the kernel.
  KPROBE_MULTI,
  /// One program runs at the entries of and the returns from many functions of the kernel.
  KPROBE_SESSION,
  /// One link attaches to many places of a program, of one process or of all.
  UPROBE_MULTI,
  /// A tag on a parameter of a global function says that it is the context.
  CONTEXT_TAG,
  /// Instructions point anywhere into the values of maps, also beyond 512 MiB.
  WIDE_VALUE_OFFSETS
}
