package org.ebpf4j.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestTag;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/// Writes what came of each kernel test to the file that the property `ebpf4j.results` names:
/// status, test, reason, and the kinds of hooks whose effect it shows ([EffectOf]), parted by tabs.
/// So the runs on several kernels can be held against each other. Without the property it does
/// nothing.
public final class ResultsFile implements TestExecutionListener {
  /// What came of one test.
  ///
  /// @param kinds the kinds of hooks whose effect it shows, parted by commas
  public record Result(String status, String test, String reason, String kinds) {}

  private final List<Result> results = new ArrayList<>();
  private @Nullable TestPlan plan;

  @Override
  public void testPlanExecutionStarted(TestPlan testPlan) {
    plan = testPlan;
  }

  @Override
  public void executionSkipped(TestIdentifier identifier, String reason) {
    if (identifier.isTest()) {
      add("skipped", identifier, reason);
    } else if (plan != null) {
      plan.getDescendants(identifier).stream()
          .filter(TestIdentifier::isTest)
          .forEach(test -> add("skipped", test, reason));
    }
  }

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult outcome) {
    var failed = outcome.getStatus() == TestExecutionResult.Status.FAILED;
    if (!identifier.isTest() && !failed) {
      return;
    }
    var reason = outcome.getThrowable().map(t -> String.valueOf(t.getMessage())).orElse("");
    add(
        switch (outcome.getStatus()) {
          case SUCCESSFUL -> "passed";
          case ABORTED -> "skipped";
          case FAILED -> "failed";
        },
        identifier,
        reason);
  }

  private void add(String status, TestIdentifier identifier, String reason) {
    if (identifier.getTags().contains(TestTag.create(KernelTest.TAG))) {
      results.add(
          new Result(
              status,
              name(identifier),
              reason.lines().findFirst().orElse("").replace('\t', ' '),
              kinds(identifier)));
      write();
    }
  }

  private static String kinds(TestIdentifier identifier) {
    var effect =
        identifier.getSource().orElse(null) instanceof MethodSource method
            ? method.getJavaMethod().getAnnotation(EffectOf.class)
            : null;
    return effect == null ? "" : String.join(",", effect.value());
  }

  /// `Class#method`, and for one of several runs of a method what tells it from the others.
  static String name(TestIdentifier identifier) {
    var source = identifier.getSource().orElse(null);
    return switch (source) {
      case MethodSource m -> {
        var name = name(m.getClassName(), m.getMethodName());
        yield identifier.getDisplayName().startsWith(m.getMethodName())
            ? name
            : name + " " + identifier.getDisplayName();
      }
      case ClassSource c -> simple(c.getClassName());
      case null, default -> identifier.getDisplayName();
    };
  }

  /// `Class#method`.
  static String name(String className, String method) {
    return simple(className) + "#" + method;
  }

  private static String simple(String className) {
    return className.substring(className.lastIndexOf('.') + 1);
  }

  /// What was recorded so far.
  List<Result> results() {
    return List.copyOf(results);
  }

  /// After each test, as the tests may be broken off.
  private void write() {
    var path = System.getProperty("ebpf4j.results");
    if (path == null) {
      return;
    }
    var lines =
        results.stream()
            .map(r -> String.join("\t", r.status(), r.test(), r.reason(), r.kinds()))
            .toList();
    try {
      var file = Path.of(path);
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.write(file, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
