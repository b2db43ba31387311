package org.ebpf4j.linux.internal.load;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.load.MapCompatibility;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.spi.Closing;

/// The maps of one object: made, given by the caller, or found where objects share them.
final class ObjectMaps {
  private final Steps steps;
  private final HostFacts kernel;
  private final LoadRequest request;
  private final MapCreation creation;
  private final SharedMaps shared;
  private final List<LoadedMap> maps = new ArrayList<>();

  ObjectMaps(Steps steps, HostFacts kernel, LoadRequest request, MapContext context) {
    this.steps = steps;
    this.kernel = kernel;
    this.request = request;
    this.creation = new MapCreation(steps, kernel, context);
    this.shared = new SharedMaps(steps, kernel, request.pins());
  }

  /// Makes or finds those that are to be there; all of them, or none where one fails.
  void obtain(ObjectSpec object) {
    try {
      for (var spec : object.maps()) {
        if (MapFitting.isCreated(spec, kernel)) {
          maps.add(obtain(spec, KernelName.of(object, spec)));
        }
      }
      for (var map : object.maps()) {
        if (map.type() != MapType.PROG_ARRAY.number() && !map.slots().isEmpty()) {
          fillSlots(map);
        }
      }
    } catch (RuntimeException | Error e) {
      undo(e);
      throw e;
    }
  }

  /// Those that are there, in the object's order.
  List<LoadedMap> all() {
    return List.copyOf(maps);
  }

  Optional<LoadedMap> find(String name) {
    return maps.stream().filter(m -> m.name().equals(name)).findFirst();
  }

  /// Closes them, and takes away the pins that were made, as something failed.
  void undo(Throwable failure) {
    Closing.after(failure, maps);
    pins().undo(failure);
  }

  /// The pins that were made of those that are shared.
  MadePins pins() {
    return shared.made();
  }

  /// The map that stands for a spec: one that the caller gave, one that is pinned, or a new one.
  private LoadedMap obtain(MapSpec spec, String kernelName) {
    var given = request.maps().get(spec.name());
    if (given != null) {
      var info = given.info();
      MapCompatibility.check(
          spec, SharedMaps.existing(info), "the map that was given for it", kernel);
      steps.report(
          Step.Action.REUSE, "map " + spec.name(), "the one that was given: id " + info.id());
      return new LoadedMap(
          steps, spec.name(), given.duplicate(), info, Optional.empty(), LoadedMap.Origin.GIVEN);
    }
    return spec.pinByName()
        ? shared.obtain(spec, () -> creation.create(spec, kernelName))
        : creation.create(spec, kernelName);
  }

  /// The maps that a map of maps holds from the start.
  private void fillSlots(MapSpec spec) {
    var outer = find(spec.name());
    if (outer.isEmpty() || request.maps().containsKey(spec.name())) {
      return;
    }
    spec.slots()
        .forEach((index, name) -> {
          var held =
              find(name)
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

  /// Puts a descriptor into a slot of a map.
  ///
  /// @param what what it refers to, for messages
  void fillSlot(LoadedMap map, int index, Fd held, String what) {
    var errno = Bpf.mapUpdate(map.fd().number(), number(index), number(held.number()), 0);
    if (errno != 0) {
      throw MapRefusal.ofSlot(map, index, what, errno);
    }
    steps.report(Step.Action.FILL, "map " + map.name(), "slot " + index + " holds " + what);
  }

  /// Four bytes of this machine.
  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }
}
