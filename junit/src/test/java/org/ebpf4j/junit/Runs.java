package org.ebpf4j.junit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/// What comes of the tests of a class, run by JUnit itself.
///
/// @param lines a line for each test: names of what it is in, its own, and what came of it
/// @param messages why tests failed or were skipped, by those names
record Runs(List<String> lines, Map<String, String> messages) {
  static Runs of(Class<?> type, Map<String, String> parameters) {
    var lines = new ArrayList<String>();
    var messages = new LinkedHashMap<String, String>();
    var request =
        LauncherDiscoveryRequestBuilder.request()
            .selectors(selectClass(type))
            .configurationParameters(parameters)
            .build();
    // Without the listeners of the tests that this is called by.
    var config =
        LauncherConfig.builder()
            .enableTestExecutionListenerAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .build();
    var listener =
        new TestExecutionListener() {
          private @Nullable TestPlan plan;

          @Override
          public void testPlanExecutionStarted(TestPlan started) {
            plan = started;
          }

          private String name(TestIdentifier test) {
            var tests = Objects.requireNonNull(plan);
            var parent = tests.getParent(test).flatMap(tests::getParent);
            return parent.isEmpty() || parent.get().getParentId().isEmpty()
                ? test.getDisplayName()
                : name(tests.getParent(test).orElseThrow()) + " " + test.getDisplayName();
          }

          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            var name = name(test);
            if (test.isTest()) {
              lines.add(name + ": " + result.getStatus());
            }
            result
                .getThrowable()
                .ifPresent(t -> messages.put(name, String.valueOf(t.getMessage())));
          }
        };
    LauncherFactory.create(config).execute(request, listener);
    return new Runs(List.copyOf(lines), Map.copyOf(messages));
  }
}
