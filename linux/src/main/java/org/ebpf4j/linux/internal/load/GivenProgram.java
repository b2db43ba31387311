package org.ebpf4j.linux.internal.load;

import java.util.EnumSet;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.load.TargetProgram;

/// A program that the caller has, and keeps.
///
/// @param name its name
/// @param fd its descriptor
public record GivenProgram(String name, int fd) implements TargetProgram {
  @Override
  public Btf types(String what) {
    var id = ObjectInfo.typesId(fd);
    if (id == 0) {
      throw new BpfException(what + ", which was loaded without types");
    }
    var opened = Bpf.openById(ObjectKind.TYPES, id);
    if (!opened.ok()) {
      throw Refusal.of(
          what, "BTF_GET_FD_BY_ID", opened.errno(), EnumSet.of(Capability.CAP_SYS_ADMIN));
    }
    try (var types = opened.fd()) {
      return Btf.read("types " + id, ObjectInfo.types(types.number()).bytes());
    }
  }
}
