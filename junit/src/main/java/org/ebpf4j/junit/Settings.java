package org.ebpf4j.junit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.object.ObjectSpec;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// What the annotations of a test say, its class's first. Of names and numbers the last one counts,
/// of lists all.
///
/// @param annotations the annotations, in their order
record Settings(List<BpfTest> annotations) {
  Settings {
    annotations = List.copyOf(annotations);
  }

  /// Those of the test that a context is of.
  static Settings of(ExtensionContext context) {
    var found = new ArrayList<BpfTest>();
    ofClass(context).ifPresent(found::add);
    context
        .getTestMethod()
        .flatMap(m -> AnnotationSupport.findAnnotation(m, BpfTest.class))
        .ifPresent(found::add);
    return new Settings(found);
  }

  /// What the class of a test says, or one around it.
  static Optional<BpfTest> ofClass(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(
        context.getRequiredTestClass(), BpfTest.class, context.getEnclosingTestClasses());
  }

  private <T> List<T> all(Function<BpfTest, T[]> part) {
    return annotations.stream().flatMap(a -> Arrays.stream(part.apply(a))).toList();
  }

  private <T> T last(Function<BpfTest, T> part, T none) {
    return annotations.stream()
        .map(part)
        .filter(value -> !value.equals(none))
        .reduce(none, (_, second) -> second);
  }

  String object() {
    return last(BpfTest::object, "");
  }

  /// The classes with programs in Java.
  List<Class<?>> classes() {
    return List.copyOf(all(BpfTest::classes));
  }

  String types() {
    return last(BpfTest::types, "");
  }

  long seed() {
    return last(BpfTest::seed, 1L);
  }

  int cpus() {
    return last(BpfTest::cpus, 4);
  }

  boolean verify() {
    return last(BpfTest::verify, true);
  }

  boolean attach() {
    return last(BpfTest::attach, false);
  }

  Set<KernelKind> kernels() {
    var kinds = EnumSet.noneOf(KernelKind.class);
    // A method chooses among those of its class.
    annotations.stream()
        .map(BpfTest::kernels)
        .filter(k -> k.length > 0)
        .reduce((_, second) -> second)
        .ifPresent(k -> kinds.addAll(List.of(k)));
    if (kinds.isEmpty()) {
      kinds.addAll(
          classes().isEmpty() ? List.of(KernelKind.VIRTUAL) : List.of(KernelKind.values()));
    }
    return kinds;
  }

  /// An object as these have it.
  ///
  /// @throws IllegalArgumentException for a text that is no `NAME=VALUE`
  /// @throws org.ebpf4j.error.NotFoundException for a name that the object does not have
  ObjectSpec apply(ObjectSpec object) {
    var spec = object;
    var programs = Set.copyOf(all(BpfTest::programs));
    for (var name : programs) {
      spec.program(name);
    }
    if (!programs.isEmpty()) {
      spec = spec.withEachProgram(p -> p.withAutoload(programs.contains(p.name())));
    }
    for (var text : all(BpfTest::set)) {
      var pair = Pair.of("@BpfTest(set", text);
      spec = spec.withVariable(pair.name(), pair.value());
    }
    for (var text : all(BpfTest::mapSizes)) {
      var pair = Pair.of("@BpfTest(mapSizes", text);
      var entries = pair.number();
      spec = spec.withMap(pair.name(), map -> map.withMaxEntries(entries));
    }
    return spec;
  }

  LoadOptions options() {
    var config = all(BpfTest::config);
    return config.isEmpty()
        ? LoadOptions.DEFAULT
        : LoadOptions.DEFAULT.withConfig(String.join("\n", config));
  }

  /// A name and a value.
  ///
  /// @param option where they were said, for messages
  record Pair(String option, String name, String value) {
    static Pair of(String option, String text) {
      var equals = text.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(option + " = \"" + text + "\"): NAME=VALUE is expected");
      }
      return new Pair(option, text.substring(0, equals), text.substring(equals + 1));
    }

    long number() {
      try {
        return Long.decode(value);
      } catch (NumberFormatException _) {
        throw new IllegalArgumentException(
            option + " = \"" + name + "=" + value + "\"): a number is expected");
      }
    }
  }
}
