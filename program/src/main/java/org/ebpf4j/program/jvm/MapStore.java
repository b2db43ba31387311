package org.ebpf4j.program.jvm;

import org.ebpf4j.error.Errno;
import org.jspecify.annotations.Nullable;

/// What is in a map on the JVM, as bytes: the calls that `bpf(2)` makes on maps, with the error
/// numbers of the kernel. May be used by several threads at a time.
public interface MapStore {
  /// `BPF_ANY`: puts a value whether there is one or not.
  int ANY = 0;

  /// `BPF_NOEXIST`: puts a value only where there is none.
  int NO_EXIST = 1;

  /// `BPF_EXIST`: puts a value only where there is one; into a queue, in place of the oldest.
  int EXIST = 2;

  /// How many bytes a key has; 0 for maps without.
  int keySize();

  /// How many bytes a value has, of one CPU in maps with a value for each.
  int valueSize();

  /// The value at a key, of all CPUs in maps with a value for each; null where there is none.
  byte @Nullable [] get(byte[] key);

  /// Puts a value. 0, or an error number.
  int put(byte[] key, byte[] value, int mode);

  /// Takes an entry out. 0, or an error number.
  int remove(byte[] key);

  /// Takes a value out and gives it; null where there is none.
  default byte @Nullable [] take(byte[] key) {
    var value = get(key);
    return value != null && remove(key) == 0 ? value : null;
  }

  /// The key behind one, or the first; null where there is none.
  byte @Nullable [] next(byte @Nullable [] key);

  /// Has the map as it was made.
  void clear();

  /// That the type of map has no such call.
  static int refused() {
    return Errno.EINVAL;
  }
}
