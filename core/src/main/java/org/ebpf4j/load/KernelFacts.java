package org.ebpf4j.load;

import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfFeatures;

/// What has to be known of a kernel and its machine to fit an object to it. A running kernel
/// supplies it, a directory ([StoredFacts]), or a test. Whoever fits an object asks in its own
/// thread; a source that is shared has to take calls of several threads.
///
/// Each fact is asked for only when an object wants it, so that a source need not have all. A
/// source that lacks one throws a [org.ebpf4j.error.BpfException] that says what is missing. The
/// answers stay the same for as long as one object is fitted.
public interface KernelFacts {
  /// The types of the kernel itself (`/sys/kernel/btf/vmlinux`).
  Btf types();

  /// The modules that have types, in the order in which they are to be searched.
  List<ModuleTypes> modules();

  /// The addresses of symbols, by name; those that the kernel does not have are left out.
  ///
  /// @throws org.ebpf4j.error.RelocationException where a name stands for several addresses
  Map<String, Long> addresses(Set<String> names);

  /// How the kernel was configured.
  KernelConfig config();

  /// Whether the kernel has a feature.
  boolean has(KernelFeature feature);

  /// `LINUX_VERSION_CODE`: major version << 16, minor << 8, patch level up to 255.
  int versionCode();

  /// The byte order of the machine.
  ByteOrder order();

  /// The bytes in a page of memory.
  int pageSize();

  /// How many CPUs the machine could ever have.
  int possibleCpus();

  /// The struct that `bpf_user_pt_regs_t` is on the machine, such as `pt_regs`.
  String registers();

  /// The functions that programs may call (kfuncs), for a kernel that has them by name, whatever
  /// its types say; empty where its types say which there are.
  default Optional<NamedFunctions> functions() {
    return Optional.empty();
  }

  /// Functions of a kernel.
  ///
  /// @param names their names
  /// @param mend what to try where one is missing; `%s` stands for its name
  record NamedFunctions(Set<String> names, String mend) {
    public NamedFunctions {
      names = Set.copyOf(names);
    }
  }

  /// Whether the kernel takes structs of functions that its types do not have, laid out as the
  /// object has them.
  default boolean takesAnyStruct() {
    return false;
  }

  /// What the kernel knows of BTF.
  default BtfFeatures btf() {
    return new BtfFeatures(
        has(KernelFeature.BTF_FUNCTIONS),
        has(KernelFeature.BTF_GLOBAL_FUNCTIONS),
        has(KernelFeature.BTF_DATA_SECTIONS),
        has(KernelFeature.BTF_OPTIONAL_SECTIONS),
        has(KernelFeature.BTF_FLOATS),
        has(KernelFeature.BTF_DECLARATION_TAGS),
        has(KernelFeature.BTF_TYPE_TAGS),
        has(KernelFeature.BTF_ENUM64),
        has(KernelFeature.BTF_LAYOUT));
  }
}
