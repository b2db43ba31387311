package org.ebpf4j.vm;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Imports run downwards only, and nothing of Linux is used.
class ArchitectureTest {
  private static final String ROOT = "org.ebpf4j.vm";

  /// From bottom to top. A new package is to be put in its place here.
  private static final List<String> FLOORS =
      List.of(
          ROOT + ".internal.machine",
          ROOT + ".internal.compiler",
          ROOT + ".internal.life",
          ROOT + ".internal.map",
          ROOT + ".internal.packet",
          ROOT + ".internal.memory",
          ROOT + ".internal.helper",
          ROOT + ".internal.kfunc",
          ROOT + ".coverage",
          ROOT + ".capture",
          ROOT + ".packet",
          ROOT + ".memory",
          ROOT + ".step",
          ROOT + ".call",
          ROOT + ".internal.program",
          ROOT + ".internal.record",
          ROOT + ".internal.context",
          ROOT);

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(ROOT);

  @Test
  void hasPlaceForEachPackage() {
    assertThat(CLASSES.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(FLOORS);
  }

  @Test
  void importsRunDownwardsOnly() {
    for (int i = 0; i < FLOORS.size() - 1; i++) {
      noClasses()
          .that()
          .resideInAPackage(FLOORS.get(i))
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(FLOORS.subList(i + 1, FLOORS.size()).toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void packagesAreSmall() {
    var files = new HashMap<String, Set<String>>();
    for (var each : CLASSES) {
      var outermost = each.getName().replaceFirst("\\$.*", "");
      files.computeIfAbsent(each.getPackageName(), _ -> new HashSet<>()).add(outermost);
    }
    assertThat(
            files.entrySet().stream().filter(e -> e.getValue().size() > 30).map(Map.Entry::getKey))
        .isEmpty();
  }

  @Test
  void knowsCoreAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ebpf4j.linux..", "org.ebpf4j.cli..", "org.ebpf4j.jfr..")
        .check(CLASSES);
  }
}
