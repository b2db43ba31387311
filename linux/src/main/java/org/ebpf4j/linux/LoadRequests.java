package org.ebpf4j.linux;

import java.util.HashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.linux.internal.load.GivenMap;
import org.ebpf4j.linux.internal.load.GivenProgram;
import org.ebpf4j.linux.internal.load.LoadRequest;

/// Options as the loader takes them: with descriptors in place of live objects.
final class LoadRequests {
  private LoadRequests() {}

  /// Does something with the options, whose programs keep their descriptors meanwhile.
  ///
  /// @throws IllegalArgumentException where an option names a map or program of another kernel
  static <T> T with(LoadOptions options, Function<LoadRequest, T> use) {
    try (var descriptors = new Descriptors()) {
      return use.apply(of(options, descriptors));
    }
  }

  /// The same, for what gives nothing back.
  static void accept(LoadOptions options, Consumer<LoadRequest> use) {
    try (var descriptors = new Descriptors()) {
      use.accept(of(options, descriptors));
    }
  }

  private static LoadRequest of(LoadOptions options, Descriptors descriptors) {
    var maps = new HashMap<String, GivenMap>();
    options.maps().forEach((name, map) -> maps.put(name, LinuxMap.of(map).given()));
    var targets = new HashMap<String, GivenProgram>();
    options
        .targets()
        .forEach((name, program) -> {
          var own = LinuxProgram.of(program);
          targets.put(name, new GivenProgram(own.name(), descriptors.of(own)));
        });
    return new LoadRequest(
        options.logLevel(),
        options.keepGoing(),
        options.types(),
        options.config(),
        maps,
        targets,
        options.pins(),
        options.token(),
        options.log());
  }
}
