package org.ebpf4j.linux.internal.load;

import java.util.Arrays;
import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;

/// Makes maps of specs.
final class MapCreation {
  private final Steps steps;
  private final KernelFacts kernel;
  private final MapContext context;
  private final MapRequests requests;

  MapCreation(Steps steps, HostFacts kernel, MapContext context) {
    this.steps = steps;
    this.kernel = kernel;
    this.context = context;
    this.requests = new MapRequests(kernel, context);
  }

  /// Makes a map, with the content it has from the start.
  LoadedMap create(MapSpec spec, String kernelName) {
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
      var fd = createEmpty(spec, kernelName, inner.map(map -> map.fd().number()).orElse(0));
      try {
        return fill(spec, fd);
      } catch (RuntimeException | Error e) {
        fd.close();
        throw e;
      }
    } finally {
      // The kernel has copied what it wants to know of the maps inside.
      inner.ifPresent(LoadedMap::close);
    }
  }

  private Fd createEmpty(MapSpec spec, String kernelName, int innerFd) {
    var request = requests.of(spec, kernelName, innerFd);
    var result = call(request);
    if (!result.ok() && (request.types().keyType() != 0 || request.types().valueType() != 0)) {
      var refused = result.errno();
      result = call(request.withTypes(request.types().kernelsOnly()));
      if (result.ok()) {
        steps.report(
            Step.Action.CREATE,
            "map " + spec.name(),
            "refused with types (" + Errno.describe(refused) + "); again without");
      }
    }
    if (result.ok()) {
      return result.fd();
    }
    throw MapRefusal.of(spec, request, MapFitting.entries(spec, kernel), result.errno());
  }

  /// Makes a map, and again where a kernel before 5.11 first wants its limit on memory lifted.
  static Result call(MapCreate request) {
    var result = Bpf.mapCreate(request);
    return result.errno() == Errno.EPERM && Memlock.lift() ? Bpf.mapCreate(request) : result;
  }

  private LoadedMap fill(MapSpec spec, Fd fd) {
    var memory =
        spec.type() == MapType.ARENA.number()
            ? Optional.of(ArenaMemory.map(spec, fd, kernel))
            : Optional.<Mapping>empty();
    try {
      if (memory.isEmpty()) {
        content(spec).ifPresent(image -> write(spec, fd, image));
      }
      var info = ObjectInfo.map(fd.number());
      steps.report(
          Step.Action.CREATE,
          "map " + spec.name(),
          spec.typeLabel()
              + ", keys of "
              + spec.keySize()
              + " bytes, values of "
              + spec.valueSize()
              + ", "
              + MapFitting.entries(spec, kernel)
              + " entries"
              + (spec.frozen() ? ", frozen" : "")
              + ": "
              + fd
              + ", id "
              + info.id());
      return new LoadedMap(steps, spec.name(), fd, info, memory, LoadedMap.Origin.CREATED);
    } catch (RuntimeException | Error e) {
      memory.ifPresent(Mapping::close);
      throw e;
    }
  }

  private Optional<Bytes> content(MapSpec spec) {
    if (spec.isData() && spec.name().equals(".kconfig") && spec.content().isEmpty()) {
      return Optional.of(Bytes.of(context.config().apply(spec.valueSize())));
    }
    return spec.content();
  }

  private void write(MapSpec spec, Fd fd, Bytes image) {
    // A value that is mostly zeroes, as the map is, is not copied for the little that is none.
    var errno =
        image.isSparse() && (spec.flags() & MapSpec.MMAPABLE) != 0
            ? writeIntoMemory(fd, spec.valueSize(), image)
            : Bpf.mapUpdate(
                fd.number(),
                new byte[spec.keySize()],
                Arrays.copyOf(image.toArray(), spec.valueSize()),
                0);
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

  private int writeIntoMemory(Fd fd, int size, Bytes image) {
    var page = kernel.pageSize();
    var mapped =
        Mapping.of(
            fd.number(), 0, Math.ceilDiv((long) size, page) * page, Mapping.Access.READ_WRITE);
    if (!mapped.ok()) {
      return mapped.errno();
    }
    try (var mapping = mapped.mapping()) {
      image.writeInto(mapping.memory(), 0);
    }
    return 0;
  }
}
