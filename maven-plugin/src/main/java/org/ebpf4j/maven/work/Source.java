package org.ebpf4j.maven.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/// An object that is to be there, and what it comes from.
///
/// @param name the name of its file: `hello.bpf.o`
/// @param folder the folder of its package, below those of sources and of classes
/// @param c its C; need not be there
/// @param committed the object that was compiled before; need not be there
record Source(String name, Path folder, Path c, Path committed) {
  private static final String C = ".bpf.c";
  private static final String OBJECT = ".bpf.o";

  /// All objects of a folder of sources, in the order of their names.
  static List<Source> all(Request request) {
    var sources = new TreeMap<String, Source>();
    if (!Files.isDirectory(request.sources())) {
      return List.of();
    }
    try (var files = Files.walk(request.sources())) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var name = file.getFileName().toString();
        if (name.endsWith(C) || name.endsWith(OBJECT)) {
          var stem = name.substring(0, name.length() - C.length());
          var source = of(request, Objects.requireNonNull(file.getParent()), stem);
          sources.put(source.folder() + "/" + source.name(), source);
        }
      }
    } catch (IOException e) {
      throw new GoalException(request.sources() + ": cannot be read: " + e.getMessage(), e);
    }
    return new ArrayList<>(sources.values());
  }

  private static Source of(Request request, Path directory, String stem) {
    var relative = request.sources().relativize(directory);
    var folder =
        relative.toString().isEmpty() ? Path.of(request.packageName().replace('.', '/')) : relative;
    return new Source(
        stem + OBJECT, folder, directory.resolve(stem + C), directory.resolve(stem + OBJECT));
  }

  /// The name without endings.
  String stem() {
    return name.substring(0, name.length() - OBJECT.length());
  }

  /// The package of its class.
  String packageName() {
    return folder.toString().replace('/', '.').replace('\\', '.');
  }

  /// Where the object is put.
  Path object(Request request) {
    return request.classes().resolve(folder).resolve(name);
  }
}
