package org.ebpf4j.linux.internal.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.load.FittedProgram;

/// What came of loading an object.
///
/// @param fitted the programs that were fitted to the kernel
/// @param object what was loaded, which is the caller's to close; empty where the object failed
/// @param failures why programs were not loaded, by their names, where the caller wanted the others
///   all the same
/// @param failure why the object failed; empty where it did not
public record LoadOutcome(
    List<FittedProgram> fitted,
    Optional<LoadedObject> object,
    Map<String, LoadFailure> failures,
    Optional<LoadFailure> failure) {
  public LoadOutcome {
    fitted = List.copyOf(fitted);
    failures = Collections.unmodifiableMap(new LinkedHashMap<>(failures));
  }

  /// What was loaded.
  ///
  /// @throws org.ebpf4j.error.BpfException where the object failed
  public LoadedObject orThrow() {
    if (failure.isPresent()) {
      throw failure.get().reason();
    }
    return object.orElseThrow();
  }
}
