package org.ebpf4j.linux.inspect;

import java.util.ArrayList;
import java.util.List;

/// The flags that a map is created with (`BPF_F_*` of `include/uapi/linux/bpf.h`), in the order of
/// their bits.
public enum MapFlag {
  /// Memory is taken when entries are added.
  NO_PREALLOC(0),
  /// Each CPU has a list of the recently used of its own.
  NO_COMMON_LRU(1),
  /// Memory on a NUMA node of choice.
  NUMA_NODE(2),
  /// The descriptor that was asked for may only read.
  RDONLY(3),
  /// The descriptor that was asked for may only write.
  WRONLY(4),
  /// Stacks are build ids and offsets in place of addresses.
  STACK_BUILD_ID(5),
  /// Hashes begin with 0 in place of a random number.
  ZERO_SEED(6),
  /// Programs may only read it.
  RDONLY_PROG(7),
  /// Programs may only write to it.
  WRONLY_PROG(8),
  /// Values of a socket are copied to sockets that are made of it.
  CLONE(9),
  /// It can be mapped into memory.
  MMAPABLE(10),
  /// Perf events stay when the descriptor by which they were put in is closed.
  PRESERVE_ELEMS(11),
  /// Arrays of other sizes may stand for it in maps of maps.
  INNER_MAP(12),
  /// A `struct_ops` map is put to work by a link.
  LINK(13),
  /// A path is named by the descriptor of a directory.
  PATH_FD(14),
  /// The type of its values is in the BTF of a module.
  VTYPE_BTF_OBJ_FD(15),
  /// The rights are those of a token.
  TOKEN_FD(16),
  /// A fault in an arena is a signal, and adds no page.
  SEGV_ON_FAULT(17),
  /// Pointers in an arena are not made those of user space.
  NO_USER_CONV(18),
  /// A ring writes over its oldest records.
  RB_OVERWRITE(19);

  private final int number;

  MapFlag(int bit) {
    this.number = 1 << bit;
  }

  /// The flag's bit.
  public int number() {
    return number;
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
