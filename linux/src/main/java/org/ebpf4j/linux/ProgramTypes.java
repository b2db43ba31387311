package org.ebpf4j.linux;

import java.util.EnumSet;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.object.ProgramSpec;

/// The types that a program in the kernel was loaded with.
final class ProgramTypes {
  private ProgramTypes() {}

  /// Those of `other`, in which `program` looks for function `name`.
  static Btf of(ProgramSpec program, String name, LinuxProgram other) {
    var what =
        "program '"
            + program.name()
            + "' is for function '"
            + name
            + "' of program '"
            + other.name()
            + "'";
    var id = ObjectInfo.typesId(other.fd());
    if (id == 0) {
      throw new BpfException(what + ", which was loaded without types");
    }
    var opened = Bpf.openById(ObjectKind.TYPES, id);
    if (!opened.ok()) {
      throw Refusal.of(
          what, "BTF_GET_FD_BY_ID", opened.errno(), EnumSet.of(Capability.CAP_SYS_ADMIN));
    }
    try (var fd = opened.fd()) {
      return Btf.read("types " + id, ObjectInfo.types(fd.number()).bytes());
    }
  }
}
