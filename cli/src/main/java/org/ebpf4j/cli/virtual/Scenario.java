package org.ebpf4j.cli.virtual;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// What happens in a virtual kernel, one thing after the other.
///
/// @param cpus how many CPUs it has, where that was said
/// @param seed what its random numbers begin with, where that was said
/// @param task the task that programs run in from the beginning
/// @param memory the objects in the memory of the kernel, by their names, in order
/// @param attach where programs are attached whose place is not said, as `--attach` says it
/// @param steps what happens
record Scenario(
    OptionalInt cpus,
    OptionalLong seed,
    TaskChange task,
    Map<String, MemoryObjects.Plan> memory,
    List<String> attach,
    List<Step> steps) {
  private static final String OBJECT = ".o";
  private static final String BPF = ".bpf";

  Scenario {
    memory = Collections.unmodifiableMap(new LinkedHashMap<>(memory));
    attach = List.copyOf(attach);
    steps = List.copyOf(steps);
  }

  /// The usual kernel, in which these things happen.
  static Scenario of(List<Step> steps) {
    return new Scenario(
        OptionalInt.empty(), OptionalLong.empty(), TaskChange.NONE, Map.of(), List.of(), steps);
  }

  /// The scenario that lies beside an object: `hello.scenario.yaml` beside `hello.bpf.o`,
  /// `Hello.scenario.yaml` beside `Hello.java`.
  static Optional<Path> beside(Path object) {
    var name = object.getFileName();
    if (name == null) {
      return Optional.empty();
    }
    var text = name.toString();
    text = text.replaceFirst("\\.(java|class|jar)$", "");
    if (text.endsWith(OBJECT)) {
      text = text.substring(0, text.length() - OBJECT.length());
    }
    if (text.endsWith(BPF)) {
      text = text.substring(0, text.length() - BPF.length());
    }
    var file = object.resolveSibling(text + ".scenario.yaml");
    return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
  }
}
