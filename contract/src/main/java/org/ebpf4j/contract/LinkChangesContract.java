package org.ebpf4j.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ebpf4j.contract.Values.errno;
import static org.ebpf4j.contract.Values.u32;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.Link;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a link of a cgroup can do besides closing, as seen by what programs count.
@RequiresKernel(value = "5.9", because = "links can be detached")
public abstract class LinkChangesContract {
  private static final int EGRESS = 1;
  private static final int EITHER = 2;

  private Kernel kernel;
  private BpfObject object;

  /// The kernel whose programs are attached.
  protected abstract Kernel open();

  /// The hook of a cgroup of the test's own.
  protected abstract AttachPoint hook(AttachType type);

  /// Has a process in the cgroup send one packet.
  protected abstract void send(Kernel on);

  /// A path at which something can be pinned, and nothing is.
  protected abstract Path pin(String name);

  @BeforeEach
  void load() {
    kernel = open();
    object = kernel.load(ObjectSpec.read("attach_cgroup", TestObjects.bytes("attach_cgroup")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private Link attach() {
    return object.program("egress").attach(hook(AttachType.CGROUP_INET_EGRESS));
  }

  private long count(int index) {
    var value = object.map("counts").lookup(u32(index)).orElseThrow();
    return ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong();
  }

  private void expectCounts(int egress, int either) {
    send(kernel);
    assertThat(count(EGRESS)).as("egress").isEqualTo(egress);
    assertThat(count(EITHER)).as("either").isEqualTo(either);
  }

  @Test
  void anotherProgramTakesThePlaceOfTheFirst() {
    try (var link = attach()) {
      var ids = link.ids();
      expectCounts(1, 0);
      link.update(object.program("either"));
      assertThat(link.ids()).isEqualTo(ids);
      assertThat(link.programName()).isEqualTo("either");
      expectCounts(1, 1);
      link.update(object.program("egress"), object.program("either"));
      expectCounts(2, 1);
    }
    expectCounts(2, 1);
  }

  @Test
  void aProgramThatIsNotTheExpectedStays() {
    try (var link = attach()) {
      assertThat(errno(() -> link.update(object.program("either"), object.program("either"))))
          .isEqualTo(Errno.EPERM);
      assertThatThrownBy(() -> link.update(object.program("either"), object.program("either")))
          .hasMessageContaining("'egress'");
      assertThat(link.programName()).isEqualTo("egress");
      expectCounts(1, 0);
    }
  }

  @Test
  void aProgramOfAnotherTypeIsRefused() {
    try (var link = attach()) {
      assertThat(errno(() -> link.update(object.program("devices")))).isEqualTo(Errno.EINVAL);
      assertThatThrownBy(() -> link.update(object.program("devices")))
          .hasMessageContaining("'devices' (cgroup_device) is of another type than program")
          .hasMessageContaining("'egress' (cgroup_skb)");
      expectCounts(1, 0);
    }
  }

  @Test
  void aDetachedLinkStaysOpen() {
    try (var link = attach();
        var other = kernel.openLink(link.ids().getFirst())) {
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
          .hasMessageContaining("detached");
      assertThat(errno(() -> other.update(object.program("either")))).isEqualTo(Errno.ENOLINK);
      assertThatThrownBy(() -> other.update(object.program("either")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the link is detached");
      link.detach();
    }
  }

  @Test
  void aPinnedLinkMayBeLeftAndOpenedAgain() {
    var pin = pin("link");
    try (var link = attach()) {
      assertThatThrownBy(link::disconnect)
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessageContaining("pin(");
      link.pin(pin);
      link.disconnect();
    }
    expectCounts(1, 0);
    try (var again = kernel.openLink(pin)) {
      assertThat(again.isAttached()).isTrue();
      again.disconnect();
      again.update(object.program("either"), object.program("egress"));
      expectCounts(1, 1);
    }
    expectCounts(1, 2);
    try (var again = kernel.openLink(pin)) {
      again.detach();
      expectCounts(1, 2);
    }
    kernel.unpin(pin);
  }

  @Test
  void aSecondDescriptorIsNoPin() {
    try (var link = attach();
        var other = kernel.openLink(link.ids().getFirst())) {
      assertThat(other.isAttached()).isTrue();
      assertThatThrownBy(link::disconnect).isInstanceOf(UnsupportedFeatureException.class);
    }
  }

  @Test
  void aClosedLinkDoesNothing() {
    var link = attach();
    link.close();
    assertThat(link.isAttached()).isFalse();
    assertThatThrownBy(link::detach).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(link::disconnect).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> link.update(object.program("either")))
        .isInstanceOf(IllegalStateException.class);
  }
}
