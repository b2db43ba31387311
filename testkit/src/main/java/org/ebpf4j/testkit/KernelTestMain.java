package org.ebpf4j.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectPackage;
import static org.junit.platform.launcher.TagFilter.includeTags;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// Runs the kernel tests on the class path where there is no build tool: in a virtual machine with
/// nothing but a kernel and a JVM. Arguments choose tests: `Class`, `Class#method`, with `*` for
/// any letters; `Class#method[4]` for one row of a method with several; `@EffectOf` for those that
/// show the effect of a kind of hook; none means all. Ends with 0 if all passed, 1 if one failed, 2
/// if none ran.
public final class KernelTestMain {
  private static final String EFFECTS = "@EffectOf";
  private static final Pattern ROW = Pattern.compile("(.+#[^*]+)\\[[0-9]+]");

  private KernelTestMain() {}

  /// Runs them.
  public static void main(String[] args) {
    var chosen = Arrays.stream(args).map(KernelTestMain::pattern).toList();
    var rows =
        Arrays.stream(args)
            .filter(word -> ROW.matcher(word).matches())
            .map(word -> word.substring(word.lastIndexOf('.', word.indexOf('#')) + 1))
            .toList();
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectPackage("org.ebpf4j"))
            .filters(
                includeTags(KernelTest.TAG), (PostDiscoveryFilter) test -> filter(test, chosen))
            .configurationParameter(KernelConditions.ROWS, String.join(",", rows))
            .build();
    var results = new ResultsFile();
    var config =
        LauncherConfig.builder().enableTestExecutionListenerAutoRegistration(false).build();
    LauncherFactory.create(config).execute(request, results, new Printer());
    var all = results.results();
    var failed = count(all, "failed");
    var passed = count(all, "passed");
    System.out.println();
    for (var result : all) {
      if (result.status().equals("skipped")) {
        System.out.println("skipped " + result.test() + ": " + result.reason());
      }
    }
    System.out.printf(
        "%s: %d passed, %d failed, %d skipped%n",
        System.getProperty("ebpf4j.kernel", System.getProperty("os.version")),
        passed,
        failed,
        count(all, "skipped"));
    System.exit(failed > 0 ? 1 : passed == 0 ? 2 : 0);
  }

  private static long count(List<ResultsFile.Result> results, String status) {
    return results.stream().filter(r -> r.status().equals(status)).count();
  }

  private static Pattern pattern(String word) {
    var row = ROW.matcher(word);
    var glob = row.matches() ? row.group(1) : word;
    var parts = Arrays.stream(glob.split("\\*", -1)).map(Pattern::quote).toList();
    var regex = String.join(".*", parts);
    return Pattern.compile(glob.contains("#") ? regex : regex + "(#.*)?");
  }

  private static FilterResult filter(TestDescriptor test, List<Pattern> chosen) {
    if (chosen.isEmpty() || !(test.getSource().orElse(null) instanceof MethodSource source)) {
      return FilterResult.included("");
    }
    var full = source.getClassName() + "#" + source.getMethodName();
    if (chosen.stream().anyMatch(p -> p.matcher(EFFECTS).matches())
        && source.getJavaMethod().isAnnotationPresent(EffectOf.class)) {
      return FilterResult.included("");
    }
    var simple = full.substring(source.getClassName().lastIndexOf('.') + 1);
    var matches =
        chosen.stream().anyMatch(p -> p.matcher(full).matches() || p.matcher(simple).matches());
    return FilterResult.includedIf(matches);
  }

  private static final class Printer implements TestExecutionListener {
    private static final long LONG = 5_000_000_000L;

    /// When the test began that runs now.
    private long started;

    @Override
    public void executionStarted(TestIdentifier identifier) {
      started = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier identifier, TestExecutionResult outcome) {
      if (identifier.isTest() || outcome.getStatus() == TestExecutionResult.Status.FAILED) {
        var word =
            switch (outcome.getStatus()) {
              case SUCCESSFUL -> "passed";
              case ABORTED -> "skipped";
              case FAILED -> "FAILED";
            };
        var took = System.nanoTime() - started;
        System.out.println(
            word
                + " "
                + ResultsFile.name(identifier)
                + (identifier.isTest() && took > LONG ? ", " + took / 1_000_000_000 + " s" : ""));
        outcome
            .getThrowable()
            .filter(_ -> outcome.getStatus() == TestExecutionResult.Status.FAILED)
            .ifPresent(t -> t.printStackTrace(System.out));
      }
    }
  }
}
