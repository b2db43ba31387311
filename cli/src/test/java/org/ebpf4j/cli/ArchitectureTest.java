package org.ebpf4j.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Each family of commands has a package; what they share is below them, and `Main` above.
final class ArchitectureTest {
  private static final String ROOT = "org.ebpf4j.cli";

  /// From bottom to top. A new package is to be put in its place here.
  private static final List<String> FLOORS =
      List.of(
          ROOT + ".process",
          ROOT + ".text",
          ROOT + ".source",
          ROOT + ".input",
          ROOT + ".place",
          ROOT + ".virtual",
          ROOT + ".listing",
          ROOT + ".inspect",
          ROOT + ".code",
          ROOT + ".reference",
          ROOT + ".map",
          ROOT + ".machine",
          ROOT + ".attach",
          ROOT + ".object",
          ROOT + ".btf",
          ROOT + ".verify",
          ROOT + ".export",
          ROOT + ".run",
          ROOT + ".top",
          ROOT + ".shell",
          ROOT);

  /// Families of commands, which do not know each other.
  private static final List<String> FAMILIES =
      List.of(
          "inspect",
          "code",
          "map",
          "reference",
          "machine",
          "attach",
          "object",
          "btf",
          "verify",
          "export",
          "run",
          "top",
          "shell");

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
  void familiesOfCommandsDoNotKnowEachOther() {
    for (var family : FAMILIES) {
      noClasses()
          .that()
          .resideInAPackage(ROOT + "." + family)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              FAMILIES.stream()
                  .filter(f -> !f.equals(family))
                  .map(f -> ROOT + "." + f)
                  .toArray(String[]::new))
          .check(CLASSES);
    }
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }
}
