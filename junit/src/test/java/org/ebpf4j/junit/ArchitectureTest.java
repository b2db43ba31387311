package org.ebpf4j.junit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Imports run downwards only, and one class knows Linux.
class ArchitectureTest {
  private static final String ROOT = "org.ebpf4j.junit";

  /// From bottom to top. A new package is to be put in its place here.
  private static final List<String> FLOORS = List.of(ROOT + ".packet", ROOT + ".assertion", ROOT);

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

  /// What is used without the module of Linux must not want its classes.
  @Test
  void oneClassKnowsLinux() {
    noClasses()
        .that()
        .doNotHaveSimpleName("LinuxOpening")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ebpf4j.linux..")
        .check(CLASSES);
  }

  /// Users need not have AssertJ, nor more of JUnit than the API that tests are written with.
  @Test
  void needsTheApiOfJunitAlone() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.assertj..",
            "org.junit.platform.launcher..",
            "org.junit.jupiter.params..",
            "org.ebpf4j.cli..",
            "org.ebpf4j.jfr..")
        .check(CLASSES);
  }
}
