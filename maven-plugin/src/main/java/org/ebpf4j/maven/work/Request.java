package org.ebpf4j.maven.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/// What a goal is asked to do, as the plugin writes it into a file.
///
/// @param sources the folder of `*.bpf.c` and committed `*.bpf.o`
/// @param classes the folder of classes, which objects are written to
/// @param generated the folder of generated sources
/// @param state a folder for what is remembered between two builds
/// @param packageName the package of objects that lie in `sources` itself
/// @param clang the compiler; empty for the one that is found
/// @param options more options of the compiler
/// @param compile whether C is compiled
/// @param kernels the kernels that programs are checked for
/// @param events the structs of events, by object and map: `hello.events`
/// @param types more types that get a Java type
record Request(
    Path sources,
    Path classes,
    Path generated,
    Path state,
    String packageName,
    String clang,
    List<String> options,
    Compile compile,
    List<String> kernels,
    Map<String, String> events,
    List<String> types) {

  /// Whether C is compiled.
  enum Compile {
    /// Where there is a clang; else committed objects are taken.
    AUTO,
    /// It fails where there is no clang.
    ALWAYS,
    /// Committed objects are taken.
    NEVER
  }

  static Request read(Path file) throws IOException {
    var properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return of(properties);
  }

  static Request of(Properties properties) {
    var events = new TreeMap<String, String>();
    for (var name : properties.stringPropertyNames()) {
      if (name.startsWith("event.")) {
        events.put(name.substring("event.".length()), properties.getProperty(name));
      }
    }
    return new Request(
        Path.of(properties.getProperty("sources")),
        Path.of(properties.getProperty("classes")),
        Path.of(properties.getProperty("generated")),
        Path.of(properties.getProperty("state")),
        properties.getProperty("package", ""),
        properties.getProperty("clang", ""),
        list(properties, "option"),
        compile(properties.getProperty("compile", "auto")),
        list(properties, "kernel"),
        events,
        list(properties, "type"));
  }

  private static Compile compile(String word) {
    return switch (word) {
      case "auto" -> Compile.AUTO;
      case "always" -> Compile.ALWAYS;
      case "never" -> Compile.NEVER;
      default ->
          throw new GoalException("<compile>" + word + "</compile>: it is auto, always or never");
    };
  }

  /// The values of `name.0`, `name.1` and so on.
  private static List<String> list(Properties properties, String name) {
    var values = new ArrayList<String>();
    while (properties.getProperty(name + "." + values.size()) != null) {
      values.add(properties.getProperty(name + "." + values.size()));
    }
    return values;
  }
}
