package org.ebpf4j.linux.internal.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.MapCompatibility;
import org.ebpf4j.object.MapSpec;
import org.jspecify.annotations.Nullable;

/// Maps that several objects share by a pin of the map's name (`LIBBPF_PIN_BY_NAME`): the first
/// creates and pins it, the others open it.
final class SharedMaps {
  private final Steps steps;
  private final KernelFacts kernel;
  private final Path directory;
  private final List<Path> pinned = new ArrayList<>();

  SharedMaps(Steps steps, KernelFacts kernel, Path directory) {
    this.steps = steps;
    this.kernel = kernel;
    this.directory = directory;
  }

  /// The pinned map, or else a new one, pinned.
  LoadedMap obtain(MapSpec spec, Supplier<LoadedMap> create) {
    // A bpffs takes no dots in names.
    var path = directory.resolve(spec.name().replace('.', '_'));
    var opened = open(spec, path);
    if (opened != null) {
      return opened;
    }
    var map = create.get();
    try {
      Pins.makeDirectory(path);
      Pins.pin("map '" + map.name() + "'", map.fd().number(), path);
      steps.report(Step.Action.PIN, "map " + map.name(), path.toString());
      pinned.add(path);
      return map;
    } catch (KernelException e) {
      map.close();
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
      // Another process was quicker.
      var others = open(spec, path);
      if (others == null) {
        throw e;
      }
      return others;
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  /// The pins that were made.
  MadePins made() {
    return new MadePins(steps, pinned);
  }

  private @Nullable LoadedMap open(MapSpec spec, Path path) {
    Fd fd;
    try {
      fd = Pins.open(path, "map");
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    var map = opened(fd);
    try {
      MapCompatibility.check(spec, existing(map.info()), "the map pinned at " + path, kernel);
      steps.report(Step.Action.REUSE, "map " + spec.name(), path + ": id " + map.info().id());
      return map.named(spec.name());
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }

  private LoadedMap opened(Fd fd) {
    try {
      var info = ObjectInfo.map(fd.number());
      return new LoadedMap(steps, info.name(), fd, info, Optional.empty(), LoadedMap.Origin.PINNED);
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  static MapCompatibility.Existing existing(MapInfo info) {
    return new MapCompatibility.Existing(
        info.id(),
        info.type(),
        info.keySize(),
        info.valueSize(),
        info.maxEntries(),
        info.flags(),
        info.extra());
  }
}
