package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.List;

/// The flags that a map is created with (`BPF_F_*` of `include/uapi/linux/bpf.h`), in the order of
/// their bits.
public enum MapFlag {
  /// Memory is taken when entries are added.
  NO_PREALLOC,
  /// Each CPU has a list of the recently used of its own.
  NO_COMMON_LRU,
  /// Memory on a NUMA node of choice.
  NUMA_NODE,
  /// The descriptor that was asked for may only read.
  RDONLY,
  /// The descriptor that was asked for may only write.
  WRONLY,
  /// Stacks are build ids and offsets in place of addresses.
  STACK_BUILD_ID,
  /// Hashes begin with 0 in place of a random number.
  ZERO_SEED,
  /// Programs may only read it.
  RDONLY_PROG,
  /// Programs may only write to it.
  WRONLY_PROG,
  /// Values of a socket are copied to sockets that are made of it.
  CLONE,
  /// It can be mapped into memory.
  MMAPABLE,
  /// Perf events stay when the descriptor by which they were put in is closed.
  PRESERVE_ELEMS,
  /// Arrays of other sizes may stand for it in maps of maps.
  INNER_MAP,
  /// A `struct_ops` map is put to work by a link.
  LINK,
  /// A path is named by the descriptor of a directory.
  PATH_FD,
  /// The type of its values is in the BTF of a module.
  VTYPE_BTF_OBJ_FD,
  /// The rights are those of a token.
  TOKEN_FD,
  /// A fault in an arena is a signal, and adds no page.
  SEGV_ON_FAULT,
  /// Pointers in an arena are not made those of user space.
  NO_USER_CONV,
  /// A ring writes over its oldest records.
  RB_OVERWRITE;

  /// The flag's bit.
  public int number() {
    return 1 << ordinal();
  }

  /// Its name in C, such as `BPF_F_MMAPABLE`.
  public String label() {
    return "BPF_F_" + name();
  }

  /// The names of the flags in a number, and, as `0x…`, what this library has no name for.
  public static List<String> labels(int flags) {
    var labels = new ArrayList<String>();
    var rest = flags;
    for (var flag : values()) {
      if ((flags & flag.number()) != 0) {
        labels.add(flag.label());
        rest &= ~flag.number();
      }
    }
    if (rest != 0) {
      labels.add("0x" + Integer.toHexString(rest));
    }
    return labels;
  }
}
