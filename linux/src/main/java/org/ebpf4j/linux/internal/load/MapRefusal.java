package org.ebpf4j.linux.internal.load;

import java.util.EnumSet;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.object.MapSpec;

/// Why a kernel does not make a map.
final class MapRefusal {
  private MapRefusal() {}

  /// What to throw where the request for that map came to an error number.
  static BpfException of(MapSpec spec, MapCreate request, long entries, int errno) {
    if (spec.exclusiveProgram().isPresent() && isTakenForAll(request)) {
      return new UnsupportedFeatureException(
          "exclusive maps",
          "6.18",
          "map '"
              + spec.name()
              + "' is for program '"
              + spec.exclusiveProgram().get()
              + "' only, and this kernel has no such maps (since 6.18)");
    }
    var said = said(request);
    if (!said.isEmpty()) {
      return new KernelException(
          "MAP_CREATE",
          errno,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(errno)
              + ": the kernel says: "
              + said);
    }
    if (errno == Errno.EINVAL) {
      return new KernelException(
          "MAP_CREATE",
          Errno.EINVAL,
          "map '"
              + spec.name()
              + "': MAP_CREATE: "
              + Errno.describe(Errno.EINVAL)
              + ": this kernel takes no "
              + spec.typeLabel()
              + " with keys of "
              + spec.keySize()
              + " bytes, values of "
              + request.valueSize()
              + ", "
              + entries
              + " entries and flags 0x"
              + Integer.toHexString(request.flags()));
    }
    return Refusal.of(
        "map '" + spec.name() + "'", "MAP_CREATE", errno, EnumSet.of(Capability.CAP_BPF));
  }

  /// Whether the kernel takes the map where it is for all programs.
  private static boolean isTakenForAll(MapCreate request) {
    var result = MapCreation.call(request.withoutProgramHash());
    if (result.ok()) {
      result.fd().close();
    }
    return result.ok();
  }

  /// What the kernel says to a request that it has refused, where it says anything.
  private static String said(MapCreate request) {
    var logged = Bpf.mapCreateLogged(request);
    if (logged.result().ok()) {
      logged.result().fd().close();
    }
    return logged.log().strip().replace("\n", "; ");
  }
}
