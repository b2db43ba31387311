package org.ebpf4j.contract;

import org.jspecify.annotations.Nullable;

/// What is in a map, as the commands of `bpf(2)` see it. Whoever calls it holds the map's lock.
/// Error numbers are Linux's; 0 is none.
interface Content {
  /// The value of a key; null where the key is not there.
  byte @Nullable [] get(byte[] key);

  /// Writes a value. `mode` is `BPF_ANY` (0), `BPF_NOEXIST` (1) or `BPF_EXIST` (2).
  int put(byte[] key, byte[] value, int mode);

  /// Removes a key.
  int remove(byte[] key);

  /// Removes a key, and gives its value; null where it is not there.
  ///
  /// @throws Unsupported where the type of map has no such command
  byte @Nullable [] take(byte[] key);

  /// The key after a key, or the first; null where there is none.
  byte @Nullable [] next(byte @Nullable [] key);

  /// Whether entries are taken out by one command on many.
  boolean takesMany();

  /// That a type of map has no such command.
  final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unsupported() {
      super("no such command", null, false, false);
    }
  }
}
