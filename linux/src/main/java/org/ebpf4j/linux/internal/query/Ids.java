package org.ebpf4j.linux.internal.query;

import java.util.EnumSet;
import java.util.Locale;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// Ids: numbers by which a kernel gives a reference to what is alive.
public final class Ids {
  private Ids() {}

  /// Opens what has an id.
  ///
  /// @throws KernelException where there is none (`ENOENT`)
  public static Fd open(ObjectKind kind, int id) {
    var opened = Bpf.openById(kind, id);
    if (opened.ok()) {
      return opened.fd();
    }
    var command = kind.commandPrefix() + "_GET_FD_BY_ID";
    var label = kind.name().toLowerCase(Locale.ROOT);
    if (opened.errno() == Errno.ENOENT) {
      throw new KernelException(
          command,
          Errno.ENOENT,
          "no "
              + label
              + " with id "
              + Integer.toUnsignedString(id)
              + "\n  try: ebpf4j "
              + shortName(kind)
              + " list, which lists those there are");
    }
    throw Refusal.of(
        label + " " + id, command, opened.errno(), EnumSet.of(Capability.CAP_SYS_ADMIN));
  }

  /// What the command line calls objects of a kind.
  private static String shortName(ObjectKind kind) {
    return switch (kind) {
      case PROGRAM -> "prog";
      case MAP -> "map";
      case LINK -> "link";
      case TYPES -> "btf";
    };
  }
}
