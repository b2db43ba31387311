package org.ebpf4j.vm.internal.map;

/// The flags of `MAP_CREATE` (`BPF_F_*` of `include/uapi/linux/bpf.h`).
final class MapFlags {
  static final int NO_PREALLOC = 1;
  static final int NO_COMMON_LRU = 1 << 1;
  static final int NUMA_NODE = 1 << 2;

  /// The descriptor that is made only reads, or only writes.
  static final int RDONLY = 1 << 3;

  static final int WRONLY = 1 << 4;
  static final int STACK_BUILD_ID = 1 << 5;
  static final int ZERO_SEED = 1 << 6;

  /// Programs only read, or only write.
  static final int RDONLY_PROG = 1 << 7;

  static final int WRONLY_PROG = 1 << 8;
  static final int CLONE = 1 << 9;
  static final int MMAPABLE = 1 << 10;
  static final int PRESERVE_ELEMS = 1 << 11;
  static final int INNER_MAP = 1 << 12;

  static final int SEGV_ON_FAULT = 1 << 17;
  static final int NO_USER_CONV = 1 << 18;

  /// All that say who may read and write.
  static final int ACCESS = RDONLY | WRONLY | RDONLY_PROG | WRONLY_PROG;

  private MapFlags() {}
}
