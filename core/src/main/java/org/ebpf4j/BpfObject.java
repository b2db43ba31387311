package org.ebpf4j;

import java.util.List;

/// The maps and programs of one object file, alive in a kernel. Holds one reference to each;
/// closing gives them back, and what nothing else refers to (a pin, a link, a hook, a program) is
/// gone.
public interface BpfObject extends AutoCloseable {
  /// The name of the object.
  String name();

  /// Its programs, in the order of the file.
  List<? extends BpfProgram> programs();

  /// The program of that name.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is none
  BpfProgram program(String name);

  /// Its maps, in the order of the file.
  List<? extends BpfMap<byte[], byte[]>> maps();

  /// The map of that name.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is none
  BpfMap<byte[], byte[]> map(String name);

  @Override
  void close();
}
