package org.ebpf4j;

import java.util.Optional;

/// An array of programs, which programs jump to by their index. It is another view of a [RawMap],
/// and closed with it. The kernel empties it when nobody but programs refers to it any more. It may
/// be used from any thread.
public interface ProgramArray {
  /// The map that this is a view of.
  RawMap map();

  /// The program at an index, as a reference of its own, which is the caller's to close. Empty
  /// where there is none.
  Optional<BpfProgram> get(int index);

  /// Puts a program in, in place of what was there.
  ///
  /// @throws IllegalArgumentException for a program of another kernel
  /// @throws org.ebpf4j.error.KernelException with `EINVAL` for a program of another type than
  ///   those that are in it
  void set(int index, BpfProgram program);

  /// Takes a program out; false where there was none.
  boolean clear(int index);
}
