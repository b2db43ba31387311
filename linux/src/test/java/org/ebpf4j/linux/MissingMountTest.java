package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// What happens where bpffs or tracefs is mounted nowhere, or elsewhere: a JVM is run in a mount
/// namespace of its own.
@KernelTest
@Requires(Facility.UNSHARE)
class MissingMountTest {
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  /// Unmounts every filesystem of a type.
  private static String without(String type) {
    return """
    while read -r _ _ _ _ point rest; do
      case $rest in
        *" - %s "*) umount "$point" ;;
      esac
    done </proc/self/mountinfo
    """
        .formatted(type);
  }

  private static String output(String script, String... arguments) {
    return ChildJvm.output(ChildJvm.inOwnMounts(script), CLASS_PATH, arguments);
  }

  @Test
  void tellsHowToMountBpffsAndDoesNotMountIt() {
    var before = Alive.named("life_");
    var output = output(without("bpf"), "pin", "/sys/fs/bpf/ebpf4j-life-never");
    assertThat(output)
        .contains(
            "refused: NotMountedException: a pin at /sys/fs/bpf/ebpf4j-life-never needs bpffs, which is not mounted here; mount it with: mount -t bpf bpf /sys/fs/bpf\n")
        .contains("\nmount ")
        .doesNotContain(" - bpf ");
    before.expectNothingNew("life_");
  }

  @Test
  void pinsInBpffsMountedElsewhere() throws IOException {
    var directory = Files.createTempDirectory("ebpf4j-life");
    try {
      var script = without("bpf") + "mount -t bpf bpf " + directory;
      assertThat(output(script, "pin", directory + "/it")).contains("done: pinned");
      assertThat(output(script, "pin", "/sys/fs/bpf/it"))
          .contains("/sys/fs/bpf/it is not on a bpffs", "try: " + directory + "/it");
    } finally {
      Files.delete(directory);
    }
  }

  /// The mount is in no namespace: neither this process nor another sees it.
  @Test
  void readsTracefsThroughAMountThatNobodySees() {
    var before = Alive.named("life_");
    var script = without("tracefs") + without("debugfs");
    assertThat(output(script, "attach", "life_event"))
        .contains("done: hits 2")
        .contains("\nmount ")
        .doesNotContain(" - tracefs ");
    assertThat(output(script, "print"))
        .contains("done: printed in /sys/kernel/tracing/instances/ebpf4j-")
        .doesNotContain(" - tracefs ");
    before.expectNothingNew("life_");
  }

  /// As in a container without the privilege to mount.
  @Test
  void tellsHowToMountTracefsWhereItMustNotMountIt() {
    var script =
        without("tracefs")
            + without("debugfs")
            + "set -- setpriv --bounding-set -sys_admin --inh-caps -sys_admin \"$@\"";
    for (var arguments : new String[][] {{"attach", "life_event"}, {"pipe"}}) {
      assertThat(output(script, arguments))
          .containsPattern(
              "refused: NotMountedException: (the tracepoint task/task_rename|the trace pipe) needs tracefs, which is not mounted here, and mounting it for this process alone was refused \\(EPERM \\(operation not permitted\\)\\); mount it as root with: mount -t tracefs tracefs /sys/kernel/tracing\n");
    }
  }

  @Test
  void attachesRawTracepointWithoutTracefs() {
    assertThat(output(without("tracefs") + without("debugfs"), "attach", "life_watch"))
        .contains("done: hits 2");
  }

  @Test
  void usesTracefsBelowDebugfs() {
    assumeFalse(Files.notExists(Path.of("/sys/kernel/debug")), "the kernel has no debugfs");
    var script =
        without("tracefs") + without("debugfs") + "mount -t debugfs debugfs /sys/kernel/debug";
    var output = output(script, "attach", "life_event");
    assertThat(output).contains("done: hits 2").doesNotContain(" /sys/kernel/tracing ");
  }

  @Test
  void usesTracefsMountedElsewhere() throws IOException {
    var directory = Files.createTempDirectory("ebpf4j-life");
    try {
      var script =
          without("tracefs") + without("debugfs") + "mount -t tracefs tracefs " + directory;
      assertThat(output(script, "attach", "life_event")).contains("done: hits 2");
    } finally {
      Files.delete(directory);
    }
  }

  /// In the locale of many containers the JVM cannot even name some mount points.
  @Test
  void putsUpWithMountPointsThatItCannotName() throws IOException {
    var directory = Files.createTempDirectory("ebpf4j-life");
    try {
      var script =
          "mount -t bpf bpf /sys/fs/bpf\nmount -t tmpfs none "
              + directory
              + "\n"
              + "odd="
              + directory
              + "/$(printf 'J\\303\\263se \\377')\n"
              + "mkdir \"$odd\"\n"
              + "mount -t tmpfs none \"$odd\"\n"
              + "export LC_ALL=C";
      assertThat(output(script, "pin", directory + "/it"))
          .contains(directory + "/it is not on a bpffs");
    } finally {
      Files.delete(directory);
    }
  }
}
