package org.ebpf4j.testkit;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides which kernel tests can run here.
final class KernelConditions implements ExecutionCondition {
  private static final int CAP_SYS_ADMIN = 21;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return disabled("not Linux");
    }
    if (!isPrivileged()) {
      return disabled("not root");
    }
    var element = context.getElement();
    var release = AnnotationSupport.findAnnotation(element, RequiresKernel.class);
    if (release.isPresent() && compare(runningRelease(), release.get().value()) < 0) {
      var because = release.get().because();
      return disabled(
          "kernel "
              + runningRelease()
              + " is before "
              + release.get().value()
              + (because.isEmpty() ? "" : ": " + because));
    }
    var facilities = AnnotationSupport.findAnnotation(element, Requires.class);
    if (facilities.isPresent()) {
      for (var facility : facilities.get().value()) {
        var missing = facility.missing();
        if (missing.isPresent()) {
          return disabled(missing.get());
        }
      }
    }
    return enabled("");
  }

  private static boolean isPrivileged() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(l -> l.startsWith("CapEff:"))
          .anyMatch(
              l -> (Long.parseUnsignedLong(l.substring(7).strip(), 16) & 1L << CAP_SYS_ADMIN) != 0);
    } catch (IOException _) {
      return false;
    }
  }

  /// The running kernel's release as `major.minor`.
  static String runningRelease() {
    var parts = System.getProperty("os.version").split("[^0-9]+");
    return parts[0] + "." + parts[1];
  }

  private static int compare(String a, String b) {
    var left = a.split("\\.");
    var right = b.split("\\.");
    var major = Integer.compare(Integer.parseInt(left[0]), Integer.parseInt(right[0]));
    return major != 0
        ? major
        : Integer.compare(Integer.parseInt(left[1]), Integer.parseInt(right[1]));
  }
}
