package org.ebpf4j.junit;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.vm.coverage.Coverage;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.commons.support.AnnotationSupport;

/// What programs executed in some tests, written when JUnit closes the store that it is in. Any
/// thread may add to it.
final class CoverageCollector implements AutoCloseable {
  private static final Namespace NAMESPACE = Namespace.create(CoverageCollector.class);
  private static final String DIRECTORY = "ebpf4j.coverage";
  private static final String SOURCES = "ebpf4j.coverage.sources";
  private static final String RUN = "ebpf4j.coverage.run";

  private final Path directory;
  private final List<Path> sources;
  private Coverage coverage = Coverage.NONE;

  CoverageCollector(Path directory, List<Path> sources) {
    this.directory = directory;
    this.sources = List.copyOf(sources);
  }

  /// Those that want to know of a test: that of all tests, and that of its class.
  static List<CoverageCollector> of(ExtensionContext context) {
    var found = new ArrayList<CoverageCollector>();
    context
        .getConfigurationParameter(DIRECTORY)
        .ifPresent(
            directory -> found.add(in(context.getRoot(), directory, configured(context, SOURCES))));
    ofClass(context).ifPresent(found::add);
    return found;
  }

  private static Optional<CoverageCollector> ofClass(ExtensionContext context) {
    // The outermost context of a class that wants it: there is one for all tests and kernels.
    ExtensionContext found = null;
    for (var at = Optional.of(context); at.isPresent(); at = at.get().getParent()) {
      if (wanted(at.get()).isPresent()) {
        found = at.get();
      }
    }
    if (found == null) {
      return Optional.empty();
    }
    var wanted = wanted(found).orElseThrow();
    return Optional.of(in(found, wanted.value(), Arrays.asList(wanted.sources())));
  }

  private static Optional<BpfCoverage> wanted(ExtensionContext context) {
    return context
        .getElement()
        .filter(Class.class::isInstance)
        .flatMap(type -> AnnotationSupport.findAnnotation(type, BpfCoverage.class));
  }

  private static List<String> configured(ExtensionContext context, String name) {
    return context
        .getConfigurationParameter(name)
        .map(paths -> List.of(paths.split(File.pathSeparator)))
        .orElse(List.of());
  }

  private static CoverageCollector in(
      ExtensionContext context, String directory, List<String> sources) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(
            directory,
            _ -> new CoverageCollector(Path.of(directory), sources.stream().map(Path::of).toList()),
            CoverageCollector.class);
  }

  synchronized void add(Coverage more) {
    coverage = coverage.plus(more);
  }

  @Override
  public synchronized void close() {
    coverage.writeMore(directory, sources, run());
  }

  /// What JVMs have in common whose tests are of one run: the process that started them, such as
  /// Maven, unless somebody says more.
  private static String run() {
    return System.getProperty(
        RUN,
        ProcessHandle.current()
            .parent()
            .map(parent -> parent.pid() + " " + parent.info().startInstant().orElse(Instant.EPOCH))
            .orElse(""));
  }
}
