package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.inspect.DeviceXdp;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// XDP without links, and in other network namespaces.
@KernelTest
@Requires(Facility.IP)
class XdpNetlinkTest {
  private Cable cable;
  private LoadedObject object;
  private LoadedObject other;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach_xdp");
    other = LoadedObject.of("attach_xdp");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    other.close();
    cable.close();
  }

  private Xdp far() {
    return Xdp.on("far0").in(cable.farNetns());
  }

  private static LinuxLink attach(LoadedObject object, Xdp point) {
    return object.program("drop_port").attach(point);
  }

  private static int id(LoadedObject object) {
    return object.program("drop_port").id();
  }

  private DeviceXdp query() {
    try (var kernel = LinuxKernel.open()) {
      return kernel.xdp("far0", cable.farNetns());
    }
  }

  @Test
  @EffectOf("xdp")
  void dropsUntilClosed() throws Exception {
    for (var mode : new Xdp.Mode[] {Xdp.Mode.DEFAULT, Xdp.Mode.GENERIC, Xdp.Mode.DRIVER}) {
      cable.dropsUntilClosed(object, 0, () -> attach(object, far().with(mode).byNetlink()));
      assertThat(query().isAttached()).isFalse();
    }
  }

  @Test
  void linkInAnotherNetworkNamespaceDropsUntilClosed() throws Exception {
    cable.dropsUntilClosed(object, 0, () -> attach(object, far()));
  }

  @Test
  void deviceIsLookedForInThatNetworkNamespace() {
    assertThatThrownBy(() -> attach(object, Xdp.on("near0").in(cable.farNetns())).close())
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("far0")
        .hasMessageContaining("It is looked for in the network namespace " + cable.farNetns());
  }

  @Test
  void modeIsTold() throws Exception {
    try (var _ = attach(object, far().generic().byNetlink())) {
      assertThat(query().generic()).isEqualTo(id(object));
      assertThat(query().driver()).isZero();
    }
    try (var _ = attach(object, far().driver().byNetlink())) {
      assertThat(query().driver()).isEqualTo(id(object));
      assertThat(query().programs()).containsExactly(id(object));
    }
  }

  @Test
  void busyDeviceIsToldOfWithItsProgram() throws Exception {
    try (var _ = attach(object, far().byNetlink())) {
      for (var point : new Xdp[] {far().byNetlink(), far()}) {
        assertThatThrownBy(() -> attach(other, point).close())
            .isInstanceOf(KernelException.class)
            .hasMessageContaining("far0 has an XDP program already")
            .hasMessageContaining("program " + id(object) + " 'drop_port'");
      }
      assertThat(query().programs()).containsExactly(id(object));
    }
  }

  @Test
  void busyDeviceIsToldOfWithTheLinkAndWhoHasIt() {
    try (var link = attach(object, far())) {
      assertThatThrownBy(() -> attach(other, far().byNetlink()).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining(
              "program "
                  + id(object)
                  + " 'drop_port' (xdp), link "
                  + link.ids().getFirst()
                  + " of process "
                  + ProcessHandle.current().pid()
                  + " (java)");
    }
  }

  @Test
  void programIsReplacedIfItIsTheExpectedOne() throws Exception {
    var first = attach(object, far().byNetlink());
    try (var second = attach(other, far().replacing(id(object)))) {
      assertThat(query().programs()).containsExactly(id(other));
      assertThatThrownBy(() -> attach(object, far().replacing(id(object))).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("is to be replaced, and is not attached")
          .hasMessageContaining("program " + id(other));
      // The first one's end is not the second one's.
      first.close();
      assertThat(query().programs()).containsExactly(id(other));
      assertThat(second.isOpen()).isTrue();
    }
    assertThat(query().isAttached()).isFalse();
  }

  @Test
  void programIsExchangedInPlace() throws Exception {
    try (var link = attach(object, far().byNetlink())) {
      link.update(other.program("drop_port"));
      assertThat(query().programs()).containsExactly(id(other));
      assertThatThrownBy(
              () -> link.update(object.program("drop_port"), object.program("drop_port")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("EPERM")
          .hasMessageContaining("program " + id(other) + " 'drop_port' (xdp) is attached, not");
      link.update(object.program("drop_port"), other.program("drop_port"));
      assertThat(query().programs()).containsExactly(id(object));
    }
    assertThat(query().isAttached()).isFalse();
  }

  /// What somebody else has put in its place is not ours to exchange, expected or not.
  @Test
  void programOfAnotherStays() throws Exception {
    try (var link = attach(object, far().byNetlink());
        var theirs = attach(other, far().replacing(id(object)))) {
      assertThat(link.isAttached()).isFalse();
      assertThat(theirs.isAttached()).isTrue();
      assertThatThrownBy(() -> link.update(object.program("drop_port"), other.program("drop_port")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("is attached, not program " + id(other));
      assertThatThrownBy(() -> link.update(object.program("drop_port")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("attached: program " + id(other));
      assertThat(query().programs()).containsExactly(id(other));
    }
  }

  @Test
  void deviceThatIsTakenAwayTakesTheProgramWithIt() throws Exception {
    try (var link = attach(object, far().byNetlink())) {
      cable.near().ip("link", "del", "near0");
      assertThat(link.isOpen()).isTrue();
    }
  }
}
