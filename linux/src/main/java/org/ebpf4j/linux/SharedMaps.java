package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.object.MapSpec;
import org.jspecify.annotations.Nullable;

/// Maps that several objects share by a pin of the map's name (`LIBBPF_PIN_BY_NAME`): the first
/// creates and pins it, the others open it.
final class SharedMaps {
  private final Steps steps;
  private final Path directory;
  private final List<Path> pinned = new ArrayList<>();

  SharedMaps(Steps steps, Path directory) {
    this.steps = steps;
    this.directory = directory;
  }

  /// The pinned map, or else a new one, pinned.
  LinuxMap obtain(MapSpec spec, Supplier<LinuxMap> create) {
    // A bpffs takes no dots in names.
    var path = directory.resolve(spec.name().replace('.', '_'));
    var opened = open(spec, path);
    if (opened != null) {
      return opened;
    }
    var map = create.get();
    try {
      Pins.makeDirectory(path);
      map.pin(path);
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

  /// Takes away the pins that were made, because of a failure, to which what goes wrong is added.
  void unpin(Throwable failure) {
    for (var path : pinned.reversed()) {
      try {
        Pins.unpin(path);
        steps.report(Step.Action.UNPIN, "map", path.toString());
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }
    pinned.clear();
  }

  private @Nullable LinuxMap open(MapSpec spec, Path path) {
    LinuxMap map;
    try {
      map = LinuxMap.opened(steps, Pins.open(path, "map"));
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw e;
    }
    try {
      MapCompatibility.check(spec, map, "the map pinned at " + path);
      steps.report(Step.Action.REUSE, "map " + spec.name(), path + ": id " + map.id());
      return map.named(spec.name());
    } catch (RuntimeException | Error e) {
      map.close();
      throw e;
    }
  }
}
