package org.ebpf4j.generate;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is to be said of a generated class beyond what the object says itself.
///
/// @param packageName the package, such as `org.example`; empty for none
/// @param className the name of the class; where there is none, that of the object in Java's
///   spelling
/// @param resource the name of the object file beside the class, which it reads itself from
/// @param events the struct that the events of a ring or perf buffer are, by the map's name, for
///   maps of which the object does not say it
/// @param types structs, unions and enums that get a Java type although nothing else uses them
public record ClassOptions(
    String packageName,
    Optional<String> className,
    String resource,
    Map<String, String> events,
    List<String> types) {
  /// @throws IllegalArgumentException for a package or class that Java has no name for
  public ClassOptions {
    if (!packageName.isEmpty()
        && !Arrays.stream(packageName.split("\\.", -1)).allMatch(NameScope::isIdentifier)) {
      throw new IllegalArgumentException("'" + packageName + "' is no name of a package in Java");
    }
    className.ifPresent(name -> {
      if (!NameScope.isIdentifier(name)) {
        throw new IllegalArgumentException("'" + name + "' is no name of a class in Java");
      }
    });
    events = Map.copyOf(events);
    types = List.copyOf(types);
  }

  /// A class in a package, named after its object.
  public static ClassOptions of(String packageName, String resource) {
    return new ClassOptions(packageName, Optional.empty(), resource, Map.of(), List.of());
  }
}
