package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The kernel's own selftests that say what they return, on the virtual kernel: those that this
/// machine's kernel loads and runs with that result. `-Debpf4j.selftests=DIR` says where their
/// object files are.
@KernelTest
@EnabledIfSystemProperty(named = "ebpf4j.selftests", matches = ".+")
class SelftestsTest {
  /// What a program comes to that wants what the virtual kernel has no model of, such as sockets.
  private static final String UNSUPPORTED = "UnsupportedFeatureException";

  @Test
  void returnWhatTheySay() throws IOException {
    var failed = new ArrayList<String>();
    var unsupported = new ArrayList<String>();
    int ran = 0;
    int refused = 0;
    try (var linux = LinuxKernel.open()) {
      for (var each : Selftests.in(Path.of(System.getProperty("ebpf4j.selftests")))) {
        var expected = String.valueOf(each.expected());
        var there = Selftests.outcome(each, linux);
        if (!there.equals(expected)) {
          refused++;
          continue;
        }
        ran++;
        try (var virtual =
            VirtualKernel.builder().unverified().steps(1L << 30).uninitialisedStack(true).build()) {
          var here = Selftests.outcome(each, virtual);
          if (here.startsWith(UNSUPPORTED)) {
            unsupported.add(each.name() + ": " + here);
          } else if (!here.equals(expected)) {
            failed.add(each.name() + ": " + expected + ", here " + here);
          }
        }
      }
    }
    var report = System.getProperty("ebpf4j.selftests.report");
    if (report != null) {
      var all = new ArrayList<>(failed);
      all.addAll(unsupported);
      Files.write(Path.of(report), all);
    }
    System.out.println(
        ran
            + " selftests: "
            + unsupported.size()
            + " want what there is no model of, "
            + failed.size()
            + " others differ; "
            + refused
            + " not on this kernel");
    assertThat(failed).hasSizeLessThanOrEqualTo((ran - unsupported.size()) * 2 / 100);
  }
}
