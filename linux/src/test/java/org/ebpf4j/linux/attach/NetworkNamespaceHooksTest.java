package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.attach.FlowDissector;
import org.ebpf4j.attach.SkLookup;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Programs of a network namespace as a whole.
@KernelTest
@Requires(Facility.IP)
class NetworkNamespaceHooksTest {
  private Cable cable;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
  }

  @AfterEach
  void close() throws Exception {
    cable.close();
  }

  @Test
  @EffectOf("sk_lookup")
  @RequiresKernel(value = "5.9", because = "sk_lookup")
  void lookupFindsNoSocketUntilClosed() throws Exception {
    try (var object = LoadedObject.of("attach/sk_lookup")) {
      cable.dropsUntilClosed(
          object, 0, () -> object.program("refuse").attach(new SkLookup(cable.farNetns())));
      cable.dropsUntilClosed(
          object, 0, () -> cable.far().call(() -> object.program("refuse").attach(new SkLookup())));
    }
  }

  /// Rules by port need packets dissected.
  private LinuxLink dissect(LoadedObject object) throws Exception {
    return object.program("dissect").attach(new FlowDissector(cable.farNetns()));
  }

  @Test
  @EffectOf("flow_dissector")
  @RequiresKernel(value = "5.7", because = "links on network namespaces")
  void packetsAreDissectedUntilClosed() throws Exception {
    cable.far().ip("rule", "add", "ipproto", "17", "dport", "4242", "lookup", "main");
    try (var object = LoadedObject.of("attach/flow_dissector")) {
      cable.passes("by the kernel");
      assertThat(object.count(0)).isZero();
      try (var _ = dissect(object)) {
        cable.passes("by the program");
        assertThat(object.count(0)).isPositive();
      }
      var count = object.count(0);
      cable.passes("by the kernel again");
      assertThat(object.count(0)).isEqualTo(count);
    }
  }

  @Test
  @RequiresKernel(value = "5.7", because = "links on network namespaces")
  void secondFlowDissectorIsRefused() throws Exception {
    try (var object = LoadedObject.of("attach/flow_dissector");
        var _ = dissect(object);
        var other = LoadedObject.of("attach/flow_dissector")) {
      assertThatThrownBy(() -> dissect(other).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("there is a flow dissector already");
    }
  }
}
