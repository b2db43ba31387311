package org.ebpf4j.map;

import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;

/// How the maps of a kernel refer to its other objects: they are written by one number, and read as
/// another.
public interface KernelObjects {
  /// Opens the map that a map of maps gave the id of.
  ///
  /// @throws org.ebpf4j.error.KernelException with `ENOENT` where it is gone
  RawMap openMap(int id);

  /// Opens the program that an array of programs gave the id of.
  ///
  /// @throws org.ebpf4j.error.KernelException with `ENOENT` where it is gone
  BpfProgram openProgram(int id);

  /// Calls `use` with what is written to put a map into a map of maps: on Linux, its descriptor,
  /// which stays the map's meanwhile.
  ///
  /// @throws IllegalArgumentException for a map of another kernel
  void with(RawMap map, IntConsumer use);

  /// Calls `use` with what is written to put a program into an array of programs: on Linux, its
  /// descriptor, which stays the program's meanwhile.
  ///
  /// @throws IllegalArgumentException for a program of another kernel
  void with(BpfProgram program, IntConsumer use);

  /// Calls `use` with what stands for a process in the keys of its storage, while it is open.
  ///
  /// @throws org.ebpf4j.error.KernelException where there is no such process
  <T> T with(ProcessHandle process, IntFunction<T> use);

  /// Calls `use` with what stands for a file in the keys of its storage, while it is open.
  ///
  /// @throws org.ebpf4j.error.KernelException where the file cannot be opened
  <T> T with(Path file, IntFunction<T> use);
}
