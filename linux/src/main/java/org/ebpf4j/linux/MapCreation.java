package org.ebpf4j.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.host.Memlock;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.MapCreate;
import org.ebpf4j.linux.internal.sys.Mapping;
import org.ebpf4j.linux.internal.sys.Result;
import org.ebpf4j.load.KernelFeature;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.load.KernelStructOps;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.Bytes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// Makes maps of specs.
final class MapCreation {
  private final Steps steps;
  private final LoadOptions options;
  private final Context context;
  private final SharedMaps shared;
  private final MapRequests requests;

  /// What a map takes from the object around it.
  ///
  /// @param typesFd the descriptor of the object's types, or 0
  /// @param structOps what its maps of functions come to in this kernel, by name
  /// @param config gives the content of map `.kconfig` of some size
  /// @param programs the programs that are to be loaded
  /// @param tokenFd the descriptor of a token, or 0
  /// @param types the object's types, in which maps have theirs
  record Context(
      int typesFd,
      Map<String, KernelOperations> structOps,
      IntFunction<byte[]> config,
      List<Fitted> programs,
      int tokenFd,
      Optional<Btf> types) {
    static final Context NONE =
        new Context(0, Map.of(), byte[]::new, List.of(), 0, Optional.empty());
  }

  /// A struct of functions in this kernel, and the descriptor of the module that has it, or 0.
  record KernelOperations(KernelStructOps layout, int moduleFd) {}

  MapCreation(Steps steps, LoadOptions options, Context context) {
    this.steps = steps;
    this.options = options;
    this.context = context;
    this.shared = new SharedMaps(steps, options.pins());
    this.requests = new MapRequests(context);
  }

  /// The maps of an object that are to be created; all of them, or none where one fails.
  List<LinuxMap> createAll(ObjectSpec object) {
    var maps = new ArrayList<LinuxMap>();
    try {
      for (var spec : object.maps()) {
        if (isCreated(spec)) {
          maps.add(obtain(spec, KernelName.of(object, spec)));
        }
      }
      for (var map : object.maps()) {
        if (map.type() != MapType.PROG_ARRAY.number() && !map.slots().isEmpty()) {
          fillSlots(map, maps);
        }
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, maps);
      undo(e);
      throw e;
    }
    return maps;
  }

  /// Whether a map is created with its object. A kernel without variables does without the maps of
  /// data sections.
  static boolean isCreated(MapSpec spec) {
    return spec.create()
        && (!spec.isData() || KernelFeatures.ofProcess().has(KernelFeature.GLOBAL_DATA));
  }

  /// Takes away the pins that were made, as something failed later on.
  void undo(Throwable failure) {
    shared.unpin(failure);
  }

  /// The map that stands for a spec: one that the caller gave, one that is pinned, or a new one.
  private LinuxMap obtain(MapSpec spec, String kernelName) {
    var other = options.maps().get(spec.name());
    if (other != null) {
      var given = LinuxMap.of(other);
      MapCompatibility.check(spec, given, "the map that was given for it");
      steps.report(
          Step.Action.REUSE, "map " + spec.name(), "the one that was given: id " + given.id());
      return given.duplicate(spec.name());
    }
    return spec.pinByName()
        ? shared.obtain(spec, () -> create(spec, kernelName))
        : create(spec, kernelName);
  }

  LinuxMap create(MapSpec spec, String kernelName) {
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
    throw MapRefusal.of(spec, request, result.errno());
  }

  /// Makes a map, and again where a kernel before 5.11 first wants its limit on memory lifted.
  static Result call(MapCreate request) {
    var result = Bpf.mapCreate(request);
    return result.errno() == Errno.EPERM && Memlock.lift() ? Bpf.mapCreate(request) : result;
  }

  private LinuxMap fill(MapSpec spec, Fd fd) {
    var memory =
        spec.type() == MapType.ARENA.number()
            ? Optional.of(ArenaMemory.map(spec, fd))
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
              + MapRequests.entries(spec)
              + " entries"
              + (spec.frozen() ? ", frozen" : "")
              + ": "
              + fd
              + ", id "
              + info.id());
      return new LinuxMap(steps, spec.name(), fd, info, memory, MapTypes.of(spec, context.types()));
    } catch (RuntimeException | Error e) {
      memory.ifPresent(Mapping::close);
      throw e;
    }
  }

  private Optional<byte[]> content(MapSpec spec) {
    if (spec.isData() && spec.name().equals(".kconfig") && spec.content().isEmpty()) {
      return Optional.of(context.config().apply(spec.valueSize()));
    }
    return spec.content().map(Bytes::toArray);
  }

  private static void write(MapSpec spec, Fd fd, byte[] image) {
    var value = Arrays.copyOf(image, spec.valueSize());
    var errno = Bpf.mapUpdate(fd.number(), new byte[spec.keySize()], value, 0);
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

  /// The maps that a map of maps holds from the start.
  private void fillSlots(MapSpec spec, List<LinuxMap> maps) {
    var outer = maps.stream().filter(m -> m.name().equals(spec.name())).findFirst();
    if (outer.isEmpty() || options.maps().containsKey(spec.name())) {
      return;
    }
    spec.slots()
        .forEach((index, name) -> {
          var held =
              maps.stream()
                  .filter(m -> m.name().equals(name))
                  .findFirst()
                  .orElseThrow(() ->
                      new BpfException(
                          "map '"
                              + spec.name()
                              + "' should hold map '"
                              + name
                              + "', which is not created"));
          fillSlot(outer.get(), index, held.fd(), "map '" + name + "'");
        });
  }

  void fillSlot(LinuxMap map, int index, int fd, String what) {
    var errno = Bpf.mapUpdate(map.fd(), number(index), number(fd), 0);
    if (errno != 0) {
      throw KernelException.of(
          "map '" + map.name() + "', slot " + index + ": " + what, "MAP_UPDATE_ELEM", errno);
    }
    steps.report(Step.Action.FILL, "map " + map.name(), "slot " + index + " holds " + what);
  }

  /// Four bytes of this machine.
  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }
}
