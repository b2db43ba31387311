package org.ebpf4j.linux.internal.attachment;

import org.ebpf4j.linux.internal.query.Holders;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Who has a hook that takes only one, or no more, programs: for messages.
public final class Occupant {
  private Occupant() {}

  /// The program at an index of a hook, with its link, and the process that holds one of both,
  /// where it is to be found: `program 42 'drop' (xdp), by link 7, of process 1234 (java)`.
  public static String on(LinkCalls.Attached hook, int index) {
    var link = hook.links()[index];
    return program(hook.programs()[index])
        + (link == 0 ? ", without a link" : ", by link " + link)
        + (link == 0 ? "" : Holders.ofLink(link).map(h -> " of " + h).orElse(""));
  }

  /// A program with its name and type, as far as they can be known: `program 42 'drop' (xdp)`.
  public static String program(int id) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, id);
    if (!opened.ok()) {
      return "program " + id;
    }
    try (var fd = opened.fd()) {
      return programOf(fd.number());
    }
  }

  /// The program that a descriptor refers to: `program 42 'drop' (xdp)`.
  public static String programOf(int fd) {
    var info = ObjectInfo.program(fd);
    return "program " + info.id() + " '" + info.name() + "' (" + info.typeLabel() + ")";
  }
}
