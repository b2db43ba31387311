package org.ebpf4j.testkit;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.disabled;
import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides which kernel tests can run here.
final class KernelConditions implements ExecutionCondition {
  /// Configuration parameter: the rows that are run of methods with several, as `Class#method[N]`
  /// with commas between them.
  static final String ROWS = "ebpf4j.rows";

  private static final Pattern ROW = Pattern.compile("\\[test-template-invocation:#([0-9]+)]$");

  private static final int CAP_SYS_ADMIN = 21;

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    if (!System.getProperty("os.name").equals("Linux")) {
      return disabled("not Linux");
    }
    if (!isPrivileged()) {
      return disabled("not root");
    }
    if (!isChosen(context)) {
      return disabled("not among the rows that are asked for");
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

  /// Whether it is a row that is asked for, or of a method that is wanted as a whole.
  private static boolean isChosen(ExtensionContext context) {
    var rows = context.getConfigurationParameter(ROWS).orElse("");
    var row = ROW.matcher(context.getUniqueId());
    if (rows.isEmpty() || !row.find()) {
      return true;
    }
    var method = context.getRequiredTestMethod();
    var name = ResultsFile.name(context.getRequiredTestClass().getName(), method.getName()) + "[";
    var chosen = Arrays.stream(rows.split(",")).filter(one -> one.startsWith(name)).toList();
    return chosen.isEmpty() || chosen.contains(name + row.group(1) + "]");
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
