package org.ebpf4j.verifier;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Imports run downwards only, and only core is needed.
class ArchitectureTest {
  private static final String ROOT = "org.ebpf4j.verifier";

  /// From bottom to top. A new package is to be put in its place here.
  private static final List<String> FLOORS =
      List.of(
          ROOT + ".result",
          ROOT + ".input",
          ROOT + ".internal.scalar",
          ROOT + ".internal.state",
          ROOT + ".internal.rule",
          ROOT + ".internal.table",
          ROOT + ".internal.engine",
          ROOT + ".internal.call",
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
  void needsCoreOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            ROOT + "..",
            "org.ebpf4j.attach",
            "org.ebpf4j.context",
            "org.ebpf4j.btf..",
            "org.ebpf4j.error",
            "org.ebpf4j.insn",
            "org.ebpf4j.load",
            "org.ebpf4j.object",
            "org.ebpf4j.verifierlog",
            "java..",
            "org.jspecify.annotations..")
        .check(CLASSES);
  }
}
