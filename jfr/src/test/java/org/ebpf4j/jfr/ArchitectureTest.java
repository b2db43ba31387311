package org.ebpf4j.jfr;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import org.junit.jupiter.api.Test;

/// What this module is built on.
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.ebpf4j.jfr");

  @Test
  void needsCoreAndFlightRecorderOnly() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            "org.ebpf4j.jfr",
            "org.ebpf4j.btf..",
            "org.ebpf4j.error",
            "org.ebpf4j.object",
            "java..",
            "jdk.jfr",
            "org.jspecify.annotations..")
        .check(CLASSES);
  }

  @Test
  void makesNoNativeCallsAndNoReflection() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .belongToAnyOf(Linker.class, SymbolLookup.class)
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("java.lang.reflect")
        .check(CLASSES);
  }
}
