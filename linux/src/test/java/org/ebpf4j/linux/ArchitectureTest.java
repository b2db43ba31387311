package org.ebpf4j.linux;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.lang.foreign.Linker;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.testkit.Circles;
import org.junit.jupiter.api.Test;

/// Imports run downwards only, and native calls stay where they are.
class ArchitectureTest {
  private static final String ROOT = "org.ebpf4j.linux";

  /// From bottom to top. A new package is to be put in its place here.
  private static final List<String> FLOORS =
      List.of(
          ROOT + ".internal.sys",
          ROOT + ".internal.terminal",
          ROOT + ".inspect",
          ROOT + ".reference",
          ROOT + ".internal.host",
          ROOT + ".internal.netlink",
          ROOT + ".internal.probe",
          ROOT + ".internal.query",
          ROOT + ".internal.reference",
          ROOT + ".internal.release",
          ROOT + ".internal.map",
          ROOT + ".internal.run",
          ROOT + ".internal.load",
          ROOT + ".trace",
          ROOT + ".profile",
          ROOT + ".buffer",
          ROOT + ".internal.binary",
          ROOT + ".internal.attachment",
          ROOT + ".internal.network",
          ROOT + ".internal.attach",
          ROOT,
          ROOT + ".machine",
          ROOT + ".metrics");

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
  void packagesHaveNoCycles() {
    SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void nativeCallsAreMadeInOnePackage() {
    noClasses()
        .that()
        .resideOutsideOfPackage(FLOORS.getFirst())
        .should()
        .dependOnClassesThat()
        .areAssignableTo(Linker.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.foreign.SymbolLookup")
        .check(CLASSES);
  }

  @Test
  void startsNoProcesses() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .areAssignableTo(ProcessBuilder.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String.class)
        .orShould()
        .callMethod(Runtime.class, "exec", String[].class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(Process.class)
        .check(CLASSES);
  }

  /// Classes that all reach each other can only be read together. A sealed interface and what it
  /// permits count as one.
  @Test
  void classesFormNoLargeCircles() {
    assertThat(Circles.in(graph()).stream().filter(c -> c.size() > 4)).isEmpty();
  }

  /// For each file, those that it knows.
  private static Map<String, Set<String>> graph() {
    var graph = new HashMap<String, Set<String>>();
    for (var each : CLASSES) {
      var from = unit(each);
      for (var dependency : each.getDirectDependenciesFromSelf()) {
        var to = unit(dependency.getTargetClass().getBaseComponentType());
        if (!to.equals(from)) {
          graph.computeIfAbsent(from, _ -> new HashSet<>()).add(to);
        }
      }
    }
    return graph;
  }

  /// The outermost class, or the sealed interface above it.
  private static String unit(JavaClass type) {
    var outermost = type;
    while (outermost.getEnclosingClass().isPresent()) {
      outermost = outermost.getEnclosingClass().get();
    }
    return outermost.getRawInterfaces().stream()
        .filter(i -> i.getPackageName().startsWith("org.ebpf4j") && i.reflect().isSealed())
        .findFirst()
        .orElse(outermost)
        .getName();
  }

  @Test
  void packagesAreNotLarge() {
    var files = new HashMap<String, Set<String>>();
    for (var each : CLASSES) {
      var outermost = each.getName().replaceAll("\\$.*", "");
      if (!outermost.endsWith(".package-info")) {
        files.computeIfAbsent(each.getPackageName(), _ -> new HashSet<>()).add(outermost);
      }
    }
    assertThat(
            files.entrySet().stream().filter(e -> e.getValue().size() > 30).map(Map.Entry::getKey))
        .isEmpty();
  }
}
