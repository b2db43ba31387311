package org.ebpf4j.linux.internal.attach;

import java.util.List;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Structs of functions that the kernel calls: a map takes the programs, and, where it was created
/// with `BPF_F_LINK`, a link puts it to work. One without goes to work with its value, and stops
/// when that is deleted.
public final class StructOpsHook {
  private static final byte[] KEY = new byte[4];

  private StructOpsHook() {}

  /// @param what the map, for messages
  /// @param value the struct of functions with the descriptors of programs
  /// @param link whether the map was created with `BPF_F_LINK`
  public static Attachment attach(String what, int map, byte[] value, boolean link) {
    var errno = Bpf.mapUpdate(map, KEY, value, 0);
    // One that has its value already is put to work once more.
    if (errno != 0 && !(link && errno == org.ebpf4j.error.Errno.EBUSY)) {
      throw KernelException.of(what, "MAP_UPDATE_ELEM", errno);
    }
    if (!link) {
      var kept = Fd.duplicate(map);
      return Attachment.ofHook(
          List.of(kept),
          () -> {
            var failed = Bpf.mapDelete(kept.number(), KEY);
            if (failed != 0) {
              throw KernelException.of(what, "MAP_DELETE_ELEM", failed);
            }
          });
    }
    var result = Bpf.linkCreate(new LinkCreate.StructOps(map));
    if (!result.ok()) {
      throw KernelException.of(what, "LINK_CREATE", result.errno());
    }
    return Attachment.ofLink(result.fd());
  }
}
