package org.ebpf4j.testkit.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.testkit.TestObjects;

/// What is committed, as what fuzzing starts from.
public final class Seeds {
  /// Larger objects take too long for what they have more.
  private static final int LARGEST = 24 << 10;

  private Seeds() {}

  /// Every object of the examples and of the tests.
  public static List<byte[]> objects() {
    return files(".bpf.o", "examples", "testkit/src/main/resources/bpf");
  }

  /// The types of those objects.
  public static List<byte[]> types() {
    var all = new ArrayList<byte[]>();
    for (var object : objects()) {
      var types = new ObjectDamage(object).types();
      if (types.length > 0) {
        all.add(types);
      }
    }
    return all;
  }

  /// The bytes of all files with that ending in folders of the repository.
  public static List<byte[]> files(String ending, String... folders) {
    var root = TestObjects.example("hello/hello.bpf.o").resolve("../../..").normalize();
    var all = new ArrayList<byte[]>();
    for (var folder : folders) {
      try (var files = Files.walk(root.resolve(folder))) {
        for (var file : files.filter(f -> f.toString().endsWith(ending)).sorted().toList()) {
          if (Files.size(file) <= LARGEST) {
            all.add(Files.readAllBytes(file));
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }
}
