package org.ebpf4j;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.testkit.Circles;
import org.junit.jupiter.api.Test;

/// The rules of the house that the compiler does not enforce within a module.
final class ArchitectureTest {
  /// From bottom to top; each may use those before it.
  private static final List<String> PACKAGES =
      List.of(
          "verifierlog",
          "error",
          "insn",
          "elf",
          "binary",
          "btf",
          "btf.text",
          "spi",
          "codec",
          "ring",
          "relocation",
          "attach",
          "context",
          "object",
          "load",
          "linker",
          "generate",
          "",
          "map");

  /// What gives views of itself, or has parts that read it: the circles around these are larger.
  private static final Set<String> CENTRES =
      Set.of("org.ebpf4j.RawMap", "org.ebpf4j.btf.Btf", "org.ebpf4j.codec.Codec");

  /// A file for each hook, and one for each annotation and part of a codec.
  private static final Set<String> LARGE =
      Set.of("org.ebpf4j.load", "org.ebpf4j.attach", "org.ebpf4j.codec");

  private static final JavaClasses CORE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .withImportOption(
              location -> location.contains("/core/") || location.contains("ebpf4j-core"))
          .importPackages("org.ebpf4j");

  private static String inFull(String name) {
    return name.isEmpty() ? "org.ebpf4j" : "org.ebpf4j." + name;
  }

  private static void check(ArchRule rule) {
    rule.check(CORE);
  }

  @Test
  void everyPackageHasItsPlaceInTheOrder() {
    assertThat(CORE.stream().map(c -> c.getPackage().getName()).distinct())
        .containsExactlyInAnyOrderElementsOf(
            PACKAGES.stream().map(ArchitectureTest::inFull).toList());
  }

  @Test
  void importsRunDownwardsOnly() {
    var layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
    for (var name : PACKAGES) {
      layers = layers.layer("layer " + name).definedBy(inFull(name));
    }
    for (int i = 0; i < PACKAGES.size() - 1; i++) {
      var above = new ArrayList<String>();
      PACKAGES.subList(i + 1, PACKAGES.size()).forEach(p -> above.add("layer " + p));
      layers =
          layers
              .whereLayer("layer " + PACKAGES.get(i))
              .mayOnlyBeAccessedByLayers(above.toArray(String[]::new));
    }
    check(layers.whereLayer("layer " + PACKAGES.getLast()).mayNotBeAccessedByAnyLayer());
  }

  @Test
  void packagesFormNoCycles() {
    check(slices().matching("org.ebpf4j.(*)..").should().beFreeOfCycles());
  }

  @Test
  void makesNoNativeCalls() {
    check(
        noClasses().should().dependOnClassesThat().belongToAnyOf(Linker.class, SymbolLookup.class));
    check(noClasses().should().callMethod(MemorySegment.class, "reinterpret", long.class));
    check(noClasses().should().callMethod(MemorySegment.class, "ofAddress", long.class));
    check(noClasses().should().dependOnClassesThat().haveFullyQualifiedName("sun.misc.Unsafe"));
  }

  @Test
  void startsNoProcess() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(ProcessBuilder.class, Process.class));
    check(noClasses().should().callMethod(Runtime.class, "exec", String.class));
    check(noClasses().should().callMethod(Runtime.class, "exec", String[].class));
  }

  @Test
  void loadsNoNativeLibrary() {
    check(noClasses().should().callMethod(System.class, "loadLibrary", String.class));
    check(noClasses().should().callMethod(System.class, "load", String.class));
  }

  @Test
  void needsNothingButTheBaseOfJavaAndTheAnnotationsOfNull() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("org.ebpf4j..", "java..", "org.jspecify.annotations.."));
  }

  /// Classes that all reach each other can only be read together. A sealed interface and what it
  /// permits count as one.
  @Test
  void classesFormNoLargeCircles() {
    assertThat(
            Circles.in(graph()).stream()
                .filter(c -> c.size() > 4 && c.stream().noneMatch(CENTRES::contains)))
        .isEmpty();
  }

  /// For each file, those that it knows.
  private static Map<String, Set<String>> graph() {
    var graph = new HashMap<String, Set<String>>();
    for (var each : CORE) {
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
    for (var each : CORE) {
      var outermost = each.getName().replaceAll("\\$.*", "");
      // A package's own page is no class to be read.
      if (!outermost.endsWith(".package-info")) {
        files.computeIfAbsent(each.getPackageName(), _ -> new HashSet<>()).add(outermost);
      }
    }
    assertThat(
            files.entrySet().stream()
                .filter(e -> e.getValue().size() > 30 && !LARGE.contains(e.getKey()))
                .map(Map.Entry::getKey))
        .isEmpty();
  }
}
