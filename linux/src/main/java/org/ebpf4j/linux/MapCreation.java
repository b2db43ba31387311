package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;

/// Makes maps of specs.
final class MapCreation {
  private final LinuxKernel kernel;

  MapCreation(LinuxKernel kernel) {
    this.kernel = kernel;
  }

  /// The maps of an object; all of them, or none where one fails.
  List<LinuxMap> createAll(ObjectSpec object) {
    var maps = new ArrayList<LinuxMap>();
    try {
      for (var spec : object.maps()) {
        maps.add(create(spec, KernelName.of(object, spec)));
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, maps);
      throw e;
    }
    return maps;
  }

  LinuxMap create(MapSpec spec, String kernelName) {
    if (spec.pinByName()) {
      throw new UnsupportedFeatureException(
          "pinning by name",
          null,
          "map '"
              + spec.name()
              + "' asks to be pinned by name (LIBBPF_PIN_BY_NAME), which this release does not do");
    }
    if (spec.maxEntries() >>> Integer.SIZE != 0) {
      throw new BpfException(
          "map '"
              + spec.name()
              + "' cannot have "
              + spec.maxEntries()
              + " entries: the number must fit into 32 bits, unsigned");
    }
    var inner = spec.inner().map(s -> create(s, KernelName.of(s.name())));
    try {
      var fd = createEmpty(spec, kernelName, inner.map(LinuxMap::fd).orElse(0));
      try {
        return fill(spec, fd);
      } catch (RuntimeException | Error e) {
        fd.close();
        throw e;
      }
    } finally {
      // The kernel has copied what it wants to know of the maps inside.
      inner.ifPresent(LinuxMap::close);
    }
  }

  private static Fd createEmpty(MapSpec spec, String kernelName, int innerFd) {
    var result = call(spec, kernelName, innerFd);
    if (result.errno() == Errno.EPERM && Memlock.lift()) {
      result = call(spec, kernelName, innerFd);
    }
    if (result.ok()) {
      return result.fd();
    }
    if (result.errno() == Errno.EINVAL) {
      throw new KernelException(
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
              + spec.valueSize()
              + ", "
              + entries(spec)
              + " entries and flags 0x"
              + Integer.toHexString(spec.flags()));
    }
    throw Refusal.of(
        "map '" + spec.name() + "'", "MAP_CREATE", result.errno(), EnumSet.of(Capability.CAP_BPF));
  }

  private static Result call(MapSpec spec, String kernelName, int innerFd) {
    return Bpf.mapCreate(
        new MapCreate(
            spec.type(),
            spec.keySize(),
            spec.valueSize(),
            entries(spec),
            spec.flags(),
            innerFd,
            spec.numaNode(),
            kernelName,
            spec.extra(),
            MapCreate.Types.NONE,
            0));
  }

  /// A perf event array without a size has a slot for each CPU.
  private static long entries(MapSpec spec) {
    return spec.type() == MapType.PERF_EVENT_ARRAY.number() && spec.maxEntries() == 0
        ? Cpus.possible()
        : spec.maxEntries();
  }

  private LinuxMap fill(MapSpec spec, Fd fd) {
    if (spec.content().isPresent()) {
      var errno = Bpf.mapUpdate(fd.number(), new byte[4], spec.content().get().toArray(), 0);
      if (errno != 0) {
        throw KernelException.of(
            "the content of map '" + spec.name() + "'", "MAP_UPDATE_ELEM", errno);
      }
      if (spec.frozen()) {
        errno = Bpf.mapFreeze(fd.number());
        if (errno != 0) {
          throw KernelException.of("map '" + spec.name() + "'", "MAP_FREEZE", errno);
        }
      }
    }
    kernel.report(
        Step.Action.CREATE,
        "map " + spec.name(),
        spec.typeLabel()
            + ", keys of "
            + spec.keySize()
            + " bytes, values of "
            + spec.valueSize()
            + ", "
            + entries(spec)
            + " entries"
            + (spec.frozen() ? ", frozen" : "")
            + ": "
            + fd
            + ", id "
            + ObjectInfo.map(fd.number()).id());
    return new LinuxMap(kernel, spec.name(), fd, spec.type(), spec.keySize(), spec.valueSize());
  }
}
