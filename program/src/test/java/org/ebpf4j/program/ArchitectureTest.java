package org.ebpf4j.program;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/// What this module is built on.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.ebpf4j.program");

  @Test
  void needsCoreAndTheJdkOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages("org.ebpf4j..", "java..", "org.jspecify.annotations..")
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ebpf4j.linux..", "org.ebpf4j.vm..", "org.ebpf4j.junit..")
        .check(CLASSES);
  }

  @Test
  void packagesOfTheCompilerImportDownwardsOnly() {
    var order =
        java.util.List.of(
            "compile", "internal.front", "internal.emit", "internal.optimize", "internal.ir");
    for (int below = 1; below < order.size(); below++) {
      for (int i = 0; i < below; i++) {
        noClasses()
            .that()
            .resideInAPackage("org.ebpf4j.program." + order.get(below) + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.ebpf4j.program." + order.get(i) + "..")
            .allowEmptyShould(true)
            .check(CLASSES);
      }
    }
    noClasses()
        .that()
        .resideInAnyPackage("org.ebpf4j.program", "org.ebpf4j.program.map")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ebpf4j.program.compile..", "org.ebpf4j.program.internal..")
        .check(CLASSES);
  }
}
