package org.ebpf4j.attach;

/// Something that is alive in a kernel and that a place refers to: a map, a program, a socket. It
/// stays its owner's. Each kernel takes its own only. Any thread may use it, until its owner closes
/// it.
public interface Handle {
  /// Its name, such as that of a map in its object.
  String name();
}
