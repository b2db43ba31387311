package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import org.ebpf4j.Step;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a link can do besides closing: on a hook with links (a cgroup) and on one without (a
/// socket).
@KernelTest
@Requires(Facility.CGROUP2)
class LinkTest {
  private static final int EGRESS = 1;
  private static final int EITHER = 2;
  private static final int PASSED = 0;

  private TestCgroup cgroup;
  private LoadedObject object;
  private final ArrayList<Step> steps = new ArrayList<>();

  @BeforeEach
  void makeCgroup() throws IOException {
    object = LoadedObject.of("attach_cgroup", steps::add);
    cgroup = TestCgroup.create();
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cgroup.close();
  }

  private LinuxLink attach() {
    return object
        .program("egress")
        .attach(new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS));
  }

  /// Sends one packet from the cgroup, to nobody.
  private void send() throws IOException {
    assertThat(cgroup.shell().run("echo hello >/dev/udp/127.0.0.1/9").status()).isZero();
  }

  private void expectCounts(int egress, int either) throws IOException {
    send();
    assertThat(object.count(EGRESS)).as("egress").isEqualTo(egress);
    assertThat(object.count(EITHER)).as("either").isEqualTo(either);
  }

  @Test
  void anotherProgramTakesThePlaceOfTheFirst() throws Exception {
    try (var link = attach()) {
      var id = link.ids();
      expectCounts(1, 0);
      link.update(object.program("either"));
      assertThat(link.ids()).isEqualTo(id);
      assertThat(link.programName()).isEqualTo("either");
      assertThat(link.info().getFirst().programId()).isEqualTo(object.program("either").id());
      expectCounts(1, 1);
      link.update(object.program("egress"), object.program("either"));
      expectCounts(2, 1);
    }
    expectCounts(2, 1);
    assertThat(steps)
        .filteredOn(step -> step.action() == Step.Action.UPDATE)
        .extracting(Step::detail)
        .containsExactly("to 'either'", "to 'egress' instead of 'either'");
  }

  @Test
  void aProgramThatIsNotTheExpectedStays() throws Exception {
    try (var link = attach()) {
      var thrown =
          catchThrowableOfType(
              KernelException.class,
              () -> link.update(object.program("either"), object.program("either")));
      assertThat(thrown.errno()).isEqualTo(Errno.EPERM);
      assertThat(thrown)
          .hasMessageContaining(
              "program "
                  + object.program("egress").id()
                  + " 'egress' (cgroup_skb) is attached, not")
          .hasMessageContaining("'either'");
      assertThat(link.programName()).isEqualTo("egress");
      expectCounts(1, 0);
    }
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() throws Exception {
    try (var link = attach()) {
      assertThatThrownBy(() -> link.update(object.program("devices")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("'devices' (cgroup_device) is of another type than program")
          .hasMessageContaining("'egress' (cgroup_skb)");
      expectCounts(1, 0);
    }
  }

  @Test
  void detachedLinkStaysOpen() throws Exception {
    try (var link = attach();
        var other = LinuxKernel.open().openLink(link.ids().getFirst())) {
      assertThat(link.isAttached()).isTrue();
      assertThat(other.isAttached()).isTrue();
      link.detach();
      expectCounts(0, 0);
      assertThat(link.isOpen()).isTrue();
      assertThat(link.isAttached()).isFalse();
      assertThat(other.isAttached()).isFalse();
      assertThat(link.ids()).isEqualTo(other.ids());
      assertThat(link).asString().contains("detached");
      assertThatThrownBy(() -> link.update(object.program("either")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("it is detached");
      assertThatThrownBy(() -> other.update(object.program("either")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("ENOLINK")
          .hasMessageContaining("the link is detached");
      link.detach();
    }
    assertThat(steps).filteredOn(step -> step.action() == Step.Action.DETACH).hasSize(1);
  }

  @Test
  void linksOfTracingKeepTheirProgram() {
    try (var tracing = LoadedObject.of("attach_tracing");
        var link = tracing.program("system_calls").attach(new RawTracepoint("sys_enter"))) {
      assertThatThrownBy(() -> link.update(tracing.program("system_calls")))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("the kernel exchanges no programs of raw_tracepoint links")
          .hasMessageContaining("attach the new program, then close this link");
      assertThatThrownBy(link::detach)
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("raw_tracepoint links with their last reference only");
      assertThat(link.isAttached()).isTrue();
    }
  }

  @Test
  void socketTakesAnotherProgramAndIsLeft() throws Exception {
    try (var filters = LoadedObject.of("attach_socket");
        var socket =
            LinuxKernel.open().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
      var link = filters.program("dropping").attach(socket.attachPoint());
      link.update(filters.program("passing"));
      assertThat(link.programName()).isEqualTo("passing");
      assertThatThrownBy(() -> link.update(filters.program("dropping"), filters.program("passing")))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("does not compare the program of a socket");
      link.disconnect();
      link.close();
      SocketChannel.open(socket.address()).close();
      Await.until("the connection", () -> socket.dismissConnections() == 1);
      assertThat(filters.count(PASSED)).isPositive();

      var before = filters.count(PASSED);
      try (var next = filters.program("passing").attach(socket.attachPoint())) {
        next.detach();
        assertThat(next.isOpen()).isTrue();
        assertThat(next.isAttached()).isFalse();
        SocketChannel.open(socket.address()).close();
        Await.until("the connection", () -> socket.dismissConnections() == 1);
      }
      assertThat(filters.count(PASSED)).isEqualTo(before);
    }
  }

  /// Whose cgroup goes, that link is severed.
  @Test
  @RequiresKernel(value = "5.8", because = "links tell what they are on")
  void linkOfACgroupThatIsGoneSaysSo() throws Exception {
    try (var link = attach()) {
      cgroup.close();
      Await.until("the link to be severed", () -> !link.isAttached());
      assertThat(link.isOpen()).isTrue();
    }
  }
}
