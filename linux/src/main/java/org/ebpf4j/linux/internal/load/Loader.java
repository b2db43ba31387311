package org.ebpf4j.linux.internal.load;

import java.util.function.Consumer;
import org.ebpf4j.Steps;
import org.ebpf4j.Verdict;
import org.ebpf4j.linux.internal.query.HostFacts;
import org.ebpf4j.load.KernelName;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.ObjectSpec;

/// Brings objects and maps into the kernel.
public final class Loader {
  private Loader() {}

  /// Loads an object. What fails it is told in what comes back, and nothing of it stays then.
  public static LoadOutcome load(ObjectSpec spec, LoadRequest request, Steps steps) {
    return new ObjectLoader(steps, spec, request).load();
  }

  /// Makes one map that is of no object.
  ///
  /// @throws org.ebpf4j.error.BpfException where the kernel makes none
  public static LoadedMap createMap(MapSpec spec, Steps steps) {
    try (var kernel = new HostFacts()) {
      return new MapCreation(steps, kernel, MapContext.NONE)
          .create(spec, KernelName.of(spec.name()));
    }
  }

  /// Loads each program of an object by itself, and keeps none.
  public static void verify(
      ObjectSpec spec, LoadRequest request, Steps steps, Consumer<Verdict> verdicts) {
    new Verification(steps, spec, request).each(verdicts);
  }

  /// Loads the programs of an object together, and keeps none.
  public static void verifyWhole(
      ObjectSpec spec, LoadRequest request, Steps steps, Consumer<Verdict> verdicts) {
    new Verification(steps, spec, request).whole(verdicts);
  }
}
