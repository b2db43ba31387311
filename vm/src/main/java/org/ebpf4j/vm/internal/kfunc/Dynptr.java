package org.ebpf4j.vm.internal.kfunc;

import org.ebpf4j.vm.internal.machine.Memory;

/// A dynptr, as it lies in 16 bytes of the program's memory: an address, the size with the type and
/// whether it is read-only, an offset (`struct bpf_dynptr_kern`).
///
/// @param data the address of the memory, or of the context of a packet; 0 for none
/// @param type one of the constants below
/// @param size its bytes
/// @param offset where in the memory it begins
record Dynptr(long data, int type, boolean readOnly, int size, int offset) {
  static final int LOCAL = 1;
  static final int RING = 2;
  static final int SOCKET_BUFFER = 3;
  static final int XDP = 4;
  static final int METADATA = 5;

  /// The most bytes there may be.
  static final int MOST = (1 << 24) - 1;

  private static final int TYPE_SHIFT = 28;
  private static final int READ_ONLY = 1 << 31;

  /// One that leads nowhere.
  static final Dynptr NONE = new Dynptr(0, 0, false, 0, 0);

  /// Reads one.
  static Dynptr at(Memory memory, long address) {
    long data = memory.load(address, 8);
    int size = (int) memory.load(address + 8, 4);
    return new Dynptr(
        data,
        size >>> TYPE_SHIFT & 7,
        (size & READ_ONLY) != 0,
        size & MOST,
        (int) memory.load(address + 12, 4));
  }

  void store(Memory memory, long address) {
    memory.store(address, 8, data);
    memory.store(address + 8, 4, size | (long) type << TYPE_SHIFT | (readOnly ? READ_ONLY : 0));
    memory.store(address + 12, 4, offset);
  }

  boolean isNone() {
    return data == 0;
  }

  /// Whether bytes lie within it.
  boolean has(long from, long length) {
    return Long.compareUnsigned(length, size) <= 0
        && Long.compareUnsigned(from, size - length) <= 0;
  }
}
