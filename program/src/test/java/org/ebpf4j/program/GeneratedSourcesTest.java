package org.ebpf4j.program;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.program.map.BpfMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Sources that are written from the tables of core are what these say. `-Debpf4j.golden=write`
/// writes them anew; format them then.
class GeneratedSourcesTest {
  private static final Path SOURCES =
      Path.of(System.getProperty("ebpf4j.root", ".."), "program/src/main/java/org/ebpf4j/program");

  private static void check(String file, String written) throws IOException {
    var path = SOURCES.resolve(file);
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.writeString(path, written);
    }
    assertThat(plain(Files.readString(path))).isEqualTo(plain(written));
  }

  /// The formatter breaks lines.
  private static String plain(String source) {
    return source.replaceAll("\\s*///\\s*", " ").replaceAll("\\s+", "");
  }

  @Test
  void bpfIsThatOfTheTable() throws IOException {
    check("Bpf.java", new BpfSource().write());
  }

  static Stream<String> structs() {
    return ContextSource.CLASSES.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("structs")
  void contextsAreThoseOfTheTable(String struct) throws IOException {
    check(
        java.util.Objects.requireNonNull(ContextSource.CLASSES.get(struct)).getFirst() + ".java",
        ContextSource.write(struct));
  }

  /// The numbers of helper functions that methods of a class call.
  private static Stream<Integer> helpers(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .map((Method m) -> m.getAnnotation(Helper.class))
        .filter(h -> h != null)
        .map(Helper::value);
  }

  /// What programs in Java cannot call, as they have no such objects.
  @Test
  void eachHelperFunctionIsAMethodOrItIsSaidWhyNot() throws Exception {
    var called = new TreeSet<Integer>();
    helpers(Bpf.class).forEach(called::add);
    for (var directory : new String[] {"map", "map/network"}) {
      try (var files = Files.list(SOURCES.resolve(directory))) {
        for (var file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
          var name = file.getFileName().toString().replace(".java", "");
          if (!name.equals("package-info")) {
            var type =
                Class.forName("org.ebpf4j.program." + directory.replace('/', '.') + "." + name);
            if (BpfMap.class.isAssignableFrom(type)) {
              helpers(type).forEach(called::add);
            }
          }
        }
      }
    }
    var missing =
        HelperFunction.all().stream()
            .filter(f -> !called.contains(f.id()))
            .map(f -> f.name() + ": " + BpfSource.elsewhere(f))
            .toList();
    assertThat(missing)
        .isNotEmpty()
        .allMatch(line -> line.endsWith("which programs in Java do not have"));
    assertThat(called).hasSizeGreaterThan(190);
  }
}
