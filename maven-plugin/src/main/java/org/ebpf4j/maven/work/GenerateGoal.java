package org.ebpf4j.maven.work;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.generate.ClassOptions;
import org.ebpf4j.generate.TypedClass;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;

/// The goal `generate`: writes a Java class for each object.
final class GenerateGoal {
  private final Request request;
  private final Log log;

  GenerateGoal(Request request, Log log) {
    this.request = request;
    this.log = log;
  }

  void run() {
    var made = new LinkedHashMap<Path, TypedClass>();
    var used = new TreeSet<String>();
    for (var source : Source.all(request)) {
      var object = source.object(request);
      if (!Files.exists(object)) {
        throw new GoalException(
            object + " is not there\n  try: run the goal 'compile' before the goal 'generate'");
      }
      var spec = ObjectSpec.read(object);
      var type = TypedClass.of(spec, options(source, spec, used));
      var before = made.put(request.generated().resolve(type.path()), type);
      if (before != null) {
        throw new GoalException(
            "two objects make the class "
                + type.name()
                + " of package '"
                + type.packageName()
                + "'\n  try: another name for "
                + source.name());
      }
    }
    var unknown = new TreeSet<>(request.events().keySet());
    unknown.removeAll(used);
    if (!unknown.isEmpty()) {
      throw new GoalException(
          "<events> names '" + unknown.first() + "', which is no OBJECT.MAP of this project");
    }
    var written = 0;
    for (var type : made.entrySet()) {
      if (Output.write(type.getKey(), type.getValue().text().getBytes(StandardCharsets.UTF_8))) {
        written++;
      }
    }
    removeOthers(made);
    if (written > 0) {
      log.info(
          written + (written == 1 ? " class" : " classes") + " written to " + request.generated());
    }
  }

  private ClassOptions options(Source source, ObjectSpec spec, Set<String> used) {
    var events = new HashMap<String, String>();
    for (var map : spec.maps()) {
      var key = source.stem() + "." + map.name();
      if (request.events().containsKey(key)) {
        events.put(map.name(), request.events().get(key));
        used.add(key);
      }
    }
    var known =
        spec.types().map(types -> new TreeSet<>(EventType.names(types))).orElseGet(TreeSet::new);
    var types = request.types().stream().filter(known::contains).toList();
    try {
      return new ClassOptions(source.packageName(), Optional.empty(), source.name(), events, types);
    } catch (IllegalArgumentException e) {
      throw new GoalException(
          source.c()
              + ": "
              + e.getMessage()
              + "\n  try: a folder whose name is one, or <packageName> for what lies in "
              + request.sources(),
          e);
    } catch (NotFoundException e) {
      throw new GoalException(source.name() + ": " + e.getMessage(), e);
    }
  }

  /// Removes the classes of objects that are gone. The folder is the plugin's alone.
  private void removeOthers(Map<Path, TypedClass> made) {
    if (!Files.isDirectory(request.generated())) {
      return;
    }
    try (var files = Files.walk(request.generated())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (!made.containsKey(file)) {
          Files.delete(file);
          log.info(file + " is removed, as its object is gone");
        }
      }
    } catch (IOException e) {
      throw new GoalException(request.generated() + ": " + e.getMessage(), e);
    }
  }
}
