package org.ebpf4j.load;

import org.ebpf4j.btf.Btf;

/// A program in a kernel that another program replaces a function of, or traces. Any thread may use
/// it.
public interface TargetProgram {
  /// Its name, for messages.
  String name();

  /// The types it was loaded with.
  ///
  /// @param what who wants them and for what, for the message of a failure
  /// @throws org.ebpf4j.error.BpfException where it has none, or they are not to be had
  Btf types(String what);
}
