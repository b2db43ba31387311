package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.ebpf4j.cli.Session;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// `run` where neither tracefs nor bpffs is mounted, as in a container or in `ip netns exec`.
@KernelTest
@Requires(Facility.UNSHARE)
class BareNamespaceTest {
  /// Starts a command in a mount namespace of its own, in which those filesystems are not mounted.
  private static final String BARE =
      """
      exec unshare -m sh -c '
        grep -E " - (tracefs|debugfs|bpf) " /proc/self/mountinfo | cut -d " " -f 5 | sort -r |
          while read -r point; do umount "$point"; done
        exec %s "$@"' sh "$@"
      """;

  @Test
  void printsTheTrace() throws IOException {
    var hello = TestObjects.example("hello/hello.bpf.o");
    try (var run = Session.startAfter(BARE.formatted(""), "run", hello)) {
      run.await("Hello", () -> Session.shell("true"));
      assertThat(Session.shell("! grep -q ' - tracefs ' /proc/" + run.pid() + "/mountinfo"))
          .isZero();
      run.signal("TERM");
      assertThat(run.finish()).isZero();
      assertThat(run.err()).doesNotContain("not mounted");
    }
  }

  @Test
  @Requires(Facility.SETPRIV)
  void goesOnWithoutTheTraceWhereItIsRefused() throws IOException {
    var object = TestObjects.example("sections/raw_tracepoint.bpf.o");
    var drop = BARE.formatted("setpriv --bounding-set -sys_admin --inh-caps -sys_admin");
    try (var run = Session.startAfter(drop, "run", object)) {
      run.await("attached to");
      run.signal("TERM");
      assertThat(run.finish()).as(run.err()).isZero();
      assertThat(run.err())
          .contains("what programs print is not shown: the trace pipe needs tracefs")
          .contains("mount it as root with: mount -t tracefs tracefs /sys/kernel/tracing");
    }
  }
}
