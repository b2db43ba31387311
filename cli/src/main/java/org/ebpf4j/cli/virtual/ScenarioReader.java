package org.ebpf4j.cli.virtual;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ebpf4j.cli.input.YamlPart;
import org.ebpf4j.error.BpfException;
import org.jspecify.annotations.Nullable;

/// Scenarios in YAML. What is wrong in one is an error with its line.
final class ScenarioReader {
  private static final Set<String> KEYS = Set.of("kernel", "task", "memory", "attach", "steps");
  private static final Set<String> KERNEL = Set.of("cpus", "seed");
  private static final Set<String> STEP =
      Set.of("fire", "count", "after", "every", "cpu", "task", "context", "packets", "out");
  private static final int MOST_CPUS = 1024;

  private ScenarioReader() {}

  /// Reads one.
  ///
  /// @throws BpfException where it cannot be read or is none; says file and line
  static Scenario read(Path file) {
    return of(file, YamlPart.read(file));
  }

  static Scenario of(Path file, YamlPart whole) {
    var members = whole.members("a scenario", KEYS);
    var kernel =
        members.containsKey("kernel")
            ? whole.required(members, "kernel").members("kernel", KERNEL)
            : Map.<String, YamlPart>of();
    var seed =
        YamlPart.whole(kernel, "seed", Integer.MIN_VALUE, Integer.MAX_VALUE).stream()
            .mapToLong(i -> i)
            .boxed()
            .map(OptionalLong::of)
            .findFirst()
            .orElse(OptionalLong.empty());
    var steps = new ArrayList<Step>();
    for (var step : whole.required(members, "steps").items("steps")) {
      steps.add(step(file, step));
    }
    var attach = new ArrayList<String>();
    if (members.containsKey("attach")) {
      for (var place : whole.required(members, "attach").items("attach")) {
        attach.add(place.text("attach"));
      }
    }
    return new Scenario(
        cpus(kernel),
        seed,
        task(members.get("task")),
        memory(members.get("memory")),
        attach,
        steps);
  }

  private static OptionalInt cpus(Map<String, YamlPart> kernel) {
    return YamlPart.whole(kernel, "cpus", 1, MOST_CPUS);
  }

  private static Step step(Path file, YamlPart part) {
    var members = part.members("a step", STEP);
    var packets = members.get("packets");
    if (packets != null) {
      var out = members.get("out");
      return new Step.Packets(
          packets.path("packets", file),
          Optional.ofNullable(out).map(path -> path.path("out", file)));
    }
    var said = new LinkedHashMap<String, String>();
    for (var name : Set.of("count", "after", "every", "cpu")) {
      var value = members.get(name);
      if (value != null) {
        said.put(name, value.text(name));
      }
    }
    var task = members.get("task");
    if (task != null) {
      task.members("task", TaskChange.NAMES)
          .forEach((name, value) -> said.put("task." + name, value.text(name)));
    }
    var context = members.get("context");
    if (context != null) {
      context
          .members("context")
          .forEach((name, value) -> said.put("ctx." + name, value.text(name)));
    }
    try {
      return Firing.of(part.required(members, "fire").text("fire"), said);
    } catch (IllegalArgumentException e) {
      throw new BpfException(part.place() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, MemoryObjects.Plan> memory(@Nullable YamlPart part) {
    var plans = new LinkedHashMap<String, MemoryObjects.Plan>();
    if (part == null) {
      return plans;
    }
    part.members("memory")
        .forEach((name, object) -> {
          var fields = new LinkedHashMap<String, String>();
          var members = object.members("an object");
          var type = object.required(members, "type").text("type");
          members.forEach((field, value) -> {
            if (!field.equals("type")) {
              fields.put(field, value.text(field));
            }
          });
          plans.put(name, new MemoryObjects.Plan(type, fields));
        });
    return plans;
  }

  private static TaskChange task(@Nullable YamlPart part) {
    if (part == null) {
      return TaskChange.NONE;
    }
    var said = new LinkedHashMap<String, String>();
    part.members("task", TaskChange.NAMES)
        .forEach((name, value) -> said.put(name, value.text(name)));
    try {
      return new TaskChange(said);
    } catch (IllegalArgumentException e) {
      throw new BpfException(part.place() + ": " + e.getMessage(), e);
    }
  }
}
