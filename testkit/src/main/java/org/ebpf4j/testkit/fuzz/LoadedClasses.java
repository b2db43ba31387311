package org.ebpf4j.testkit.fuzz;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Loads all classes of ours on the class path, so that no case pays for it: a fuzzer that is led
/// by coverage rewrites each class in the thread that loads it, which takes more memory than a case
/// may have.
final class LoadedClasses {
  private static final String ASKED = "ebpf4j.fuzz.load";

  private LoadedClasses() {}

  /// Does so where `-Debpf4j.fuzz.load=true` asks for it.
  static void loadWhereAsked() {
    if (!Boolean.getBoolean(ASKED)) {
      return;
    }
    for (var place : System.getProperty("java.class.path").split(File.pathSeparator)) {
      var folder = Path.of(place);
      if (Files.isDirectory(folder)) {
        try (var files = Files.walk(folder)) {
          files.map(file -> folder.relativize(file).toString()).forEach(LoadedClasses::load);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void load(String file) {
    if (!file.startsWith("org/ebpf4j/") || !file.endsWith(".class") || file.contains("-info")) {
      return;
    }
    var name = file.substring(0, file.length() - ".class".length()).replace('/', '.');
    try {
      Class.forName(name, false, LoadedClasses.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // A test whose libraries are not here: no target uses it.
      System.err.println("not loaded: " + name + ": " + e);
    }
  }
}
