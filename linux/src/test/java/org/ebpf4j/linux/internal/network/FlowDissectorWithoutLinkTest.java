package org.ebpf4j.linux.internal.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.OptionalInt;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxProgram;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.TestCalls;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Flow dissectors as kernels without links on network namespaces take them, and those with them
/// too.
@KernelTest
class FlowDissectorWithoutLinkTest {
  private static Attaching attaching(LinuxProgram program) {
    return new Attaching(
        "attaching",
        program.fd(),
        Optional.of(ProgramType.FLOW_DISSECTOR),
        Optional.empty(),
        _ -> OptionalInt.empty(),
        _ -> -1,
        _ -> {});
  }

  /// Does something in a network namespace of a thread's own.
  private static void inNamespace(Runnable action) throws InterruptedException {
    var failure = new Throwable[1];
    var thread =
        Thread.ofPlatform()
            .unstarted(() -> {
              try {
                assertThat(TestCalls.unshareNetwork()).isZero();
                action.run();
              } catch (RuntimeException | Error e) {
                failure[0] = e;
              }
            });
    thread.start();
    thread.join();
    if (failure[0] != null) {
      throw new AssertionError(failure[0]);
    }
  }

  private static int[] attached() {
    try (var namespace = NetworkNamespace.open("test", Netns.CURRENT)) {
      return LinkCalls.query(namespace.fd().number(), AttachType.FLOW_DISSECTOR.number(), false)
          .programs();
    }
  }

  @Test
  void isAttachedExchangedAndTakenOff() throws Exception {
    var spec = ObjectSpec.read("flow_dissector", TestObjects.bytes("attach/flow_dissector"));
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec);
        var other = kernel.load(spec)) {
      var first = object.program("dissect");
      var second = other.program("dissect");
      inNamespace(() -> {
        try (var attachment =
            NetworkNamespaceHook.withoutLink(
                attaching(first), NetworkNamespace.open("test", Netns.CURRENT))) {
          assertThat(attached()).containsExactly(first.id());
          assertThat(attachment.isLink()).isFalse();
          attachment.update("updating", second.fd(), 0);
          assertThat(attached()).containsExactly(second.id());
          assertThatThrownBy(() -> attachment.update("updating", first.fd(), second.fd()))
              .isInstanceOf(UnsupportedFeatureException.class);
        }
        assertThat(attached()).isEmpty();
      });
    }
  }

  @Test
  void nothingIsLeftOpenWhereItIsRefused() throws Exception {
    var spec = ObjectSpec.read("sk_lookup", TestObjects.bytes("attach/sk_lookup"));
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(spec)) {
      inNamespace(() -> {
        var namespace = NetworkNamespace.open("test", Netns.CURRENT);
        assertThatThrownBy(() ->
                NetworkNamespaceHook.withoutLink(attaching(object.program("refuse")), namespace))
            .isInstanceOf(KernelException.class);
        assertThat(namespace.fd().isOpen()).isFalse();
      });
    }
  }
}
