package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires({Facility.IP, Facility.TC})
class TcTest {
  /// A program of the older kind, as `tc` takes it: one instruction, which returns 0.
  private static final String PASS = "1,6 0 0 0";

  private Cable cable;
  private LoadedObject object;

  @BeforeEach
  void open() throws Exception {
    cable = Cable.lay();
    object = LoadedObject.of("attach/tc");
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cable.close();
  }

  private LinuxLink attach(String program, AttachPoint point) {
    return object.program(program).attach(point);
  }

  private Tc ingress() {
    return Tc.ingress("far0").in(cable.farNetns());
  }

  private String tc(String... arguments) throws Exception {
    var command = new String[arguments.length + 1];
    command[0] = "tc";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return cable.far().run(command);
  }

  private String filters() throws Exception {
    return tc("filter", "show", "dev", "far0", "ingress");
  }

  private String disciplines() throws Exception {
    return tc("qdisc", "show", "dev", "far0");
  }

  @Test
  @EffectOf("tc")
  void dropsWhatArrivesUntilClosed() throws Exception {
    cable.dropsUntilClosed(object, 0, () -> attach("drop", ingress()));
    assertThat(filters()).isEmpty();
    assertThat(disciplines()).doesNotContain("clsact");
  }

  @Test
  void dropsWhatLeavesUntilClosed() throws Exception {
    var egress = Tc.egress("near0").in(cable.nearNetns());
    cable.dropsUntilClosed(object, 0, () -> attach("drop", egress));
    assertThat(cable.near().run("tc", "qdisc", "show", "dev", "near0")).doesNotContain("clsact");
  }

  @Test
  void handleAndPriorityAreThoseThatAreAskedFor() throws Exception {
    try (var _ = attach("drop", ingress().withPriority(7).withHandle(0x2a))) {
      assertThat(filters()).contains("pref 7").contains("handle 0x2a").contains("direct-action");
    }
    try (var _ = attach("drop", ingress())) {
      assertThat(filters()).contains("pref 49152").contains("handle 0x1");
    }
    assertThat(disciplines()).doesNotContain("clsact");
  }

  @Test
  void filtersRunInTheOrderOfTheirPriorities() throws Exception {
    try (var _ = attach("drop", ingress().withPriority(20))) {
      try (var _ = attach("watch", ingress().withPriority(10));
          var _ = attach("watch_too", ingress().withPriority(30))) {
        cable.send("seen, then dropped");
        Await.until("a drop", () -> object.count(0) == 1);
        assertThat(object.count(1)).isEqualTo(1);
        assertThat(object.count(2)).isZero();
      }
      assertThat(disciplines()).contains("clsact");
    }
    assertThat(disciplines()).doesNotContain("clsact");
  }

  @Test
  void clsactThatWasThereStays() throws Exception {
    tc("qdisc", "add", "dev", "far0", "clsact");
    cable.dropsUntilClosed(object, 0, () -> attach("drop", ingress()));
    assertThat(disciplines()).contains("clsact");
    assertThat(filters()).isEmpty();
  }

  @Test
  void clsactStaysForTheFilterOfAnother() throws Exception {
    try (var _ = attach("watch", ingress())) {
      tc("filter", "add", "dev", "far0", "egress", "prio", "5", "bpf", "bytecode", PASS);
    }
    assertThat(filters()).isEmpty();
    assertThat(disciplines()).contains("clsact");
    assertThat(tc("filter", "show", "dev", "far0", "egress")).contains("pref 5 bpf");
  }

  /// Filters of ours that came and went in another order than clsact was made in.
  @Test
  void clsactGoesWithTheLastFilter() throws Exception {
    var first = attach("watch", ingress());
    var second = attach("watch_too", Tc.egress("far0").in(cable.farNetns()));
    first.close();
    assertThat(disciplines()).contains("clsact");
    second.close();
    assertThat(disciplines()).doesNotContain("clsact");
  }

  @Test
  void filterThatAnotherPutInOursPlaceStays() throws Exception {
    try (var _ = attach("watch", ingress().withPriority(3).withHandle(1))) {
      tc("filter", "del", "dev", "far0", "ingress", "prio", "3");
      tc(
          "filter",
          "add",
          "dev",
          "far0",
          "ingress",
          "prio",
          "3",
          "handle",
          "1",
          "bpf",
          "bytecode",
          PASS);
    }
    assertThat(filters()).contains("pref 3 bpf").doesNotContain("ebpf4j");
  }

  @Test
  void occupiedHandleIsNamed() throws Exception {
    try (var _ = attach("watch", ingress().withPriority(3).withHandle(1))) {
      assertThatThrownBy(() -> attach("drop", ingress().withPriority(3).withHandle(1)).close())
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("RTM_NEWTFILTER: EEXIST")
          .hasMessageContaining("bpf filter 'watch@ebpf4j:")
          .hasMessageContaining("try: another handle or priority");
      assertThat(filters()).contains("watch@ebpf4j:").doesNotContain("drop");
    }
  }

  @Test
  void parentThatIsMissingIsNamed() {
    var point = new Tc("far0", 0x10000, 0, 0, true, cable.farNetns());
    assertThatThrownBy(() -> attach("drop", point).close())
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("the kernel says: ");
  }

  /// At a queueing discipline that somebody else made, where programs return classes.
  @Test
  void classifiesAtAQueueingDisciplineUntilClosed() throws Exception {
    try {
      cable.near().run("tc", "qdisc", "add", "dev", "near0", "root", "handle", "1:", "prio");
    } catch (IOException e) {
      Assumptions.abort("no queueing discipline with classes: " + e.getMessage());
    }
    var point = new Tc("near0", 0x10000, 0, 4, false, cable.nearNetns());
    cable.passes("before");
    try (var _ = attach("classify", point)) {
      assertThat(cable.near().run("tc", "filter", "show", "dev", "near0", "parent", "1:"))
          .contains("pref 4")
          .contains("classify@ebpf4j:")
          .doesNotContain("direct-action");
      cable.passes("during");
      assertThat(object.count(3)).isEqualTo(1);
    }
    cable.passes("after");
    assertThat(object.count(3)).isEqualTo(1);
    assertThat(cable.near().run("tc", "filter", "show", "dev", "near0", "parent", "1:")).isEmpty();
    assertThat(cable.near().run("tc", "qdisc", "show", "dev", "near0")).contains("prio 1:");
  }

  @Test
  void programIsExchangedInPlace() throws Exception {
    try (var link = attach("drop", ingress().withPriority(5))) {
      link.update(object.program("watch"));
      cable.passes("seen");
      assertThat(object.count(1)).isEqualTo(1);
      assertThat(object.count(0)).isZero();
      assertThat(filters()).contains("pref 5");
    }
    assertThat(disciplines()).doesNotContain("clsact");
  }

  @Test
  void deviceThatIsTakenAwayTakesTheFilterWithIt() throws Exception {
    try (var link = attach("drop", ingress())) {
      cable.far().ip("link", "del", "far0");
      assertThat(link.isOpen()).isTrue();
    }
  }

  @Test
  void programThatIsAnActionDropsUntilClosed() throws Exception {
    cable.dropsUntilClosed(object, 4, this::attachAction);
    assertThat(filters()).isEmpty();
    assertThat(disciplines()).doesNotContain("clsact");
  }

  /// Kernels without filters of kind matchall say so.
  private LinuxLink attachAction() {
    try {
      return attach("act", ingress());
    } catch (UnsupportedFeatureException e) {
      assertThat(e)
          .hasMessageContaining("built without CONFIG_NET_CLS_MATCHALL)\n  try: the program");
      return Assumptions.abort("the kernel has no filters of kind matchall");
    }
  }
}
