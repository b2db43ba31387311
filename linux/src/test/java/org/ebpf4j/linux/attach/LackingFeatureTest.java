package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netkit;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.Sockets;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.Test;

/// Who wants a kind of hook that the kernel is too old for is told since when it is, and what to
/// use instead.
@KernelTest
class LackingFeatureTest {
  private static String refusal(ThrowingCallable action) {
    var failure = catchThrowable(action);
    assertThat(failure).isInstanceOf(BpfException.class);
    return String.valueOf(failure.getMessage());
  }

  private static void assumeBefore(int major, int minor) {
    assumeTrue(
        KernelRelease.running().isBefore(major, minor),
        "kernels since " + major + "." + minor + " have it");
  }

  @Test
  void netfilter() {
    assumeBefore(6, 4);
    assertThat(refusal(() -> LoadedObject.of("attach/netfilter").close()))
        .contains("it may lack this program type")
        .contains("netfilter is attached with a link on a hook of netfilter; since 6.4");
  }

  @Test
  void securityModulesForACgroup() {
    assumeBefore(6, 0);
    assertThat(refusal(() -> LoadedObject.of("attach/cgroup_hook").close()))
        .contains("lsm_cgroup")
        .contains("since 6.0");
  }

  @Test
  void sessionsOfUprobes() {
    assumeBefore(6, 13);
    assertThat(
            refusal(() -> {
              try (var object = LoadedObject.of("attach/user_session");
                  var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
                object
                    .program("session")
                    .attach(UprobeMulti.sessions(probed.path(), "work_*"))
                    .close();
              }
            }))
        .contains("this kernel has no sessions of uprobes; they came in Linux 6.13")
        .contains("\n  try: SEC(\"uprobe.multi\") and SEC(\"uretprobe.multi\")");
  }

  /// Some newer kernels are built without, too.
  @Test
  @Requires(Facility.IP)
  void netkit() throws Exception {
    try (var cable = Cable.lay();
        var object = LoadedObject.of("attach/tc")) {
      var index = cable.near().call(() -> Sockets.deviceIndex("near0"));
      assumeTrue(
          cable
                  .near()
                  .call(() -> LinkCalls.query(index, AttachType.NETKIT_PRIMARY.number(), false))
                  .errno()
              == Errno.EINVAL,
          "the kernel has netkit");
      assertThat(
              refusal(() ->
                  object
                      .program("watch")
                      .attach(Netkit.primary("near0").in(cable.nearNetns()))
                      .close()))
          .contains("this kernel has no netkit (since 6.7, and built with CONFIG_NETKIT)")
          .contains("\n  try: tcx:near0");
    }
  }
}
