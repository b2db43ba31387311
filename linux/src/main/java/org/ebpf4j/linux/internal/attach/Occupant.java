package org.ebpf4j.linux.internal.attach;

import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Who has a hook that takes only one, or no more, programs: for messages.
final class Occupant {
  private Occupant() {}

  /// A program with its name and type, as far as they can be known: `program 42 'drop' (xdp)`.
  static String program(int id) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, id);
    if (!opened.ok()) {
      return "program " + id;
    }
    try (var fd = opened.fd()) {
      return programOf(fd.number());
    }
  }

  /// The program that a descriptor refers to: `program 42 'drop' (xdp)`.
  static String programOf(int fd) {
    var info = ObjectInfo.program(fd);
    return "program " + info.id() + " '" + info.name() + "' (" + info.typeLabel() + ")";
  }
}
