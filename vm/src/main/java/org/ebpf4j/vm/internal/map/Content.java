package org.ebpf4j.vm.internal.map;

import java.util.List;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.life.Kept;
import org.jspecify.annotations.Nullable;

/// What is in a map, as the commands of `bpf(2)` and the functions that programs call see it.
/// Whoever calls it holds the map's lock. Error numbers are Linux's; 0 is none.
///
/// Values of per-CPU maps are those of all CPUs, each in a multiple of 8 bytes, but where a CPU is
/// given.
public interface Content {
  /// `BPF_ANY`: the entry is made or changed.
  int ANY = 0;

  /// `BPF_NOEXIST`: the entry is made.
  int NO_EXIST = 1;

  /// `BPF_EXIST`: the entry is changed.
  int EXIST = 2;

  /// A copy of the value of a key; null where the key is not there.
  byte @Nullable [] get(byte[] key);

  /// The address of the value of a key, for programs on a CPU; 0 where the key is not there.
  ///
  /// @throws Unsupported where programs get no address of a value of this type of map
  default long address(byte[] key, int cpu) {
    throw new Unsupported(Errno.EOPNOTSUPP);
  }

  /// The same for a key that is in `memory` at `at`.
  default long address(byte[] memory, int at, int cpu) {
    throw new Unsupported(Errno.EOPNOTSUPP);
  }

  /// Whether keys are found where they stand, by [#address(byte[], int, int)].
  default boolean findsInPlace() {
    return false;
  }

  /// Whether all values are there from the start, at addresses that stay: these are found without
  /// the lock.
  default boolean isFixed() {
    return false;
  }

  /// Writes a value. `mode` is one of [#ANY], [#NO_EXIST] and [#EXIST].
  int put(byte[] key, byte[] value, int mode);

  /// Writes the value of one CPU, as programs do; another map has but one value.
  default int put(byte[] key, byte[] value, int mode, int cpu) {
    return put(key, value, mode);
  }

  /// Removes a key.
  int remove(byte[] key);

  /// Removes a key, and gives its value; null where it is not there.
  ///
  /// @throws Unsupported where the type of map has no such command
  default byte @Nullable [] take(byte[] key) {
    throw new Unsupported(Errno.ENOTSUPP);
  }

  /// The key after a key, or the first; null where there is none.
  ///
  /// @throws Unsupported where the type of map has no such command
  default byte @Nullable [] next(byte @Nullable [] key) {
    throw new Unsupported(Errno.ENOTSUPP);
  }

  /// Whether entries are taken out by one command on many.
  default boolean takesMany() {
    return false;
  }

  /// The objects that it holds, once for each reference.
  default List<Kept.Held> held() {
    return List.of();
  }

  /// Lets go of what it has for user space alone, as no user has the map any more.
  default void unused() {}

  /// Lets go of all that it holds, as the map is gone.
  default void release() {}

  /// That a type of map has no such command.
  final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int errno;

    /// @param errno what the command comes to
    Unsupported(int errno) {
      super("no such command", null, false, false);
      this.errno = errno;
    }

    /// What the command comes to.
    int errno() {
      return errno;
    }
  }
}
