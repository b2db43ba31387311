package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Cgroup.Sharing;
import org.ebpf4j.attach.Order;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Several programs on one hook of a cgroup: by links and without, in an order, and beside those of
/// another tool.
@KernelTest
@Requires(Facility.CGROUP2)
class CgroupSharingTest {
  private static final int EGRESS = 1;
  private static final int EITHER = 2;
  private static final int ROUNDS = 10;

  private TestCgroup cgroup;
  private LoadedObject object;

  @BeforeEach
  void makeCgroup() throws IOException {
    object = LoadedObject.of("attach_cgroup");
    cgroup = TestCgroup.create();
  }

  @AfterEach
  void close() throws Exception {
    object.close();
    cgroup.close();
  }

  private Cgroup egress() {
    return new Cgroup(cgroup.path(), AttachType.CGROUP_INET_EGRESS);
  }

  private LinuxLink attach(String program, Cgroup point) {
    return object.program(program).attach(point);
  }

  private int id(String program) {
    return object.program(program).id();
  }

  private LinkCalls.Attached query() {
    try (var directory = FileIo.openDirectory(cgroup.path().toString()).fd()) {
      return LinkCalls.query(directory.number(), AttachType.CGROUP_INET_EGRESS.number(), false);
    }
  }

  private List<Integer> programs() {
    return Arrays.stream(query().programs()).boxed().toList();
  }

  private void expectCounts(int egress, int either) throws IOException {
    assertThat(cgroup.shell().run("echo hello >/dev/udp/127.0.0.1/9").status()).isZero();
    assertThat(object.count(EGRESS)).as("egress").isEqualTo(egress);
    assertThat(object.count(EITHER)).as("either").isEqualTo(either);
  }

  /// What kernels before 5.7 have, on one that has links.
  @Test
  @SuppressWarnings("try") // closed before the other
  @EffectOf("cgroup")
  void withoutALinkBesideOthers() throws Exception {
    try (var plain = attach("egress", egress().shared(Sharing.MULTI));
        var link = attach("either", egress())) {
      assertThat(plain.ids()).isEmpty();
      assertThat(link.ids()).hasSize(1);
      expectCounts(1, 1);
      plain.close();
      expectCounts(1, 2);
    }
    assertThat(programs()).isEmpty();
  }

  @Test
  void withoutALinkAnotherTakesItsPlace() throws Exception {
    try (var plain = attach("egress", egress().shared(Sharing.MULTI))) {
      assertThatThrownBy(() -> plain.update(object.program("either"), object.program("either")))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("'egress' (cgroup_skb) is attached, not");
      plain.update(object.program("either"), object.program("egress"));
      assertThat(programs()).containsExactly(id("either"));
      expectCounts(0, 1);
      plain.update(object.program("egress"));
      plain.detach();
      assertThat(plain.isAttached()).isFalse();
      assertThat(programs()).isEmpty();
    }
  }

  @Test
  @EffectOf("cgroup")
  void asTheOnlyProgram() throws Exception {
    try (var only = attach("egress", egress().shared(Sharing.OVERRIDE))) {
      expectCounts(1, 0);
      assertThatThrownBy(() -> attach("either", egress()))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining(
              "program " + id("egress") + " 'egress' (cgroup_skb), without a link")
          .hasMessageContaining("attached as the only one (override)");
      assertThatThrownBy(() -> attach("either", egress().shared(Sharing.OVERRIDE)))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("the hook would be for one program");
      only.update(object.program("either"));
      expectCounts(1, 1);
    }
    expectCounts(1, 1);
    assertThat(programs()).isEmpty();
  }

  /// A program that keeps others out of the cgroups below says so to those who come there.
  @Test
  void busyHookSaysWhoHasIt() throws Exception {
    try (var link = attach("egress", egress())) {
      assertThatThrownBy(() -> attach("either", egress().shared(Sharing.OVERRIDE)))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("EBUSY")
          .hasMessageContaining("program " + id("egress") + " 'egress' (cgroup_skb)");
      assertThat(link.isAttached()).isTrue();
    }
  }

  @Test
  void leftWithoutALinkItStays() throws Exception {
    var plain = attach("egress", egress().shared(Sharing.MULTI));
    plain.disconnect();
    plain.close();
    assertThat(programs()).containsExactly(id("egress"));
    expectCounts(1, 0);
    try (var next = attach("either", egress().with(Order.replacing(id("egress"))))) {
      assertThat(programs()).containsExactly(id("either"));
      assertThat(next.ids()).isEmpty();
    }
    assertThat(programs()).isEmpty();
  }

  @Test
  @RequiresKernel(value = "6.17", because = "the programs of a cgroup in an order")
  @EffectOf("cgroup")
  void programsAreInAnOrder() {
    try (var other = LoadedObject.of("attach_cgroup");
        var first = attach("egress", egress());
        var _ = attach("either", egress().with(Order.HEAD))) {
      assertThat(programs()).containsExactly(id("either"), id("egress"));
      var between = other.program("either");
      try (var _ = between.attach(egress().with(Order.beforeLink(first.ids().getFirst())))) {
        assertThat(programs()).containsExactly(id("either"), between.id(), id("egress"));
      }
      var last = other.program("egress");
      try (var _ = last.attach(egress().with(Order.afterLink(first.ids().getFirst())));
          var _ = between.attach(egress().shared(Sharing.MULTI).with(Order.HEAD))) {
        assertThat(programs()).containsExactly(between.id(), id("either"), id("egress"), last.id());
      }
      assertThatThrownBy(() -> between.attach(egress().with(Order.beforeProgram(last.id()))))
          .isInstanceOf(KernelException.class);
      assertThat(programs()).containsExactly(id("either"), id("egress"));
    }
  }

  @Test
  @RequiresKernel(value = "6.17", because = "the programs of a cgroup in an order")
  void expectsARevision() {
    var revision = query().revision();
    assertThat(revision).isPositive();
    try (var _ = attach("egress", egress().with(Order.DEFAULT.withRevision(revision)))) {
      assertThatThrownBy(
              () -> attach("either", egress().with(Order.DEFAULT.withRevision(revision))))
          .isInstanceOf(KernelException.class)
          .hasFieldOrPropertyWithValue("errno", Errno.ESTALE)
          .hasMessageContaining("their revision is " + (revision + 1) + ", not " + revision);
    }
  }

  /// The programs of a parent run after those of its children, unless they are in preorder.
  @Test
  @RequiresKernel(value = "6.17", because = "links in preorder")
  @EffectOf("cgroup")
  void parentsMayComeFirst() throws Exception {
    var child = Files.createDirectory(cgroup.path().resolve("child"));
    try {
      for (var sharing : List.of(Sharing.LINK, Sharing.MULTI)) {
        try (var _ = attach("egress", new Cgroup(child, AttachType.CGROUP_INET_EGRESS))) {
          try (var _ = attach("either", egress().shared(sharing))) {
            assertThat(effective(child)).containsExactly(id("egress"), id("either"));
          }
          try (var _ = attach("either", egress().shared(sharing).beforeChildren())) {
            assertThat(effective(child)).containsExactly(id("either"), id("egress"));
          }
        }
      }
    } finally {
      Files.delete(child);
    }
  }

  private static List<Integer> effective(Path path) {
    try (var directory = FileIo.openDirectory(path.toString()).fd()) {
      return Arrays.stream(
              LinkCalls.query(directory.number(), AttachType.CGROUP_INET_EGRESS.number(), true)
                  .programs())
          .boxed()
          .toList();
    }
  }

  @Test
  void kernelsWithoutAnOrderSaySo() {
    assumeTrue(query().revision() == 0, "this kernel keeps programs of cgroups in an order");
    assertThatThrownBy(() -> attach("egress", egress().with(Order.HEAD)))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("in the order of their coming");
    assertThat(programs()).isEmpty();
  }

  private void bpftool(String verb) throws Exception {
    var process =
        new ProcessBuilder(
                "bpftool",
                "cgroup",
                verb,
                cgroup.path().toString(),
                "egress",
                "id",
                "" + id("either"),
                "multi")
            .redirectErrorStream(true)
            .start();
    var output = process.inputReader().readAllAsString();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(output).isZero();
  }

  @Test
  @Requires({Facility.CGROUP2, Facility.BPFTOOL})
  void oursComeAndGoBesideTheirs() throws Exception {
    bpftool("attach");
    for (int i = 1; i <= ROUNDS; i++) {
      try (var _ = attach("egress", i % 2 == 0 ? egress() : egress().shared(Sharing.MULTI))) {
        expectCounts(i, i);
      }
      assertThat(programs()).containsExactly(id("either"));
    }
    bpftool("detach");
    assertThat(programs()).isEmpty();
  }

  @Test
  @Requires({Facility.CGROUP2, Facility.BPFTOOL})
  void theirsComeAndGoBesideOurs() throws Exception {
    try (var link = attach("egress", egress())) {
      for (int i = 1; i <= ROUNDS; i++) {
        bpftool("attach");
        expectCounts(i, i);
        bpftool("detach");
        assertThat(programs()).containsExactly(id("egress"));
        assertThat(link.isAttached()).isTrue();
      }
    }
    assertThat(programs()).isEmpty();
  }

  /// Two programs of eight threads, as a program is once on a hook.
  @Test
  void manyAttachmentsByEightThreadsLeaveNothing() throws Exception {
    try (var a = LoadedObject.of("attach_cgroup");
        var b = LoadedObject.of("attach_cgroup");
        var c = LoadedObject.of("attach_cgroup");
        var d = LoadedObject.of("attach_cgroup")) {
      var objects = List.of(a, b, c, d);
      ManyRounds.of(thread -> {
        var program = objects.get(thread / 2).program(thread % 2 == 0 ? "egress" : "either");
        program.attach(egress()).close();
        program.attach(egress().shared(Sharing.MULTI)).close();
      });
    }
    assertThat(programs()).isEmpty();
  }

  /// The cgroup as a process sees it that has another mount of the cgroups, which nobody else has.
  @Test
  @Requires({Facility.CGROUP2, Facility.UNSHARE})
  void cgroupOfAnotherMountNamespace() throws Exception {
    var shell = cgroup.shell();
    var ready =
        shell.run(
            "exec unshare -m bash --norc --noprofile -s\n"
                + "mount -t tmpfs none /tmp && mkdir /tmp/groups"
                + " && mount -t cgroup2 none /tmp/groups");
    assertThat(ready.status()).as(ready.output()).isZero();
    var there = Path.of("/tmp/groups").resolve(cgroup.path().getFileName());
    assertThat(there).doesNotExist();
    var point =
        new Cgroup(
            Path.of("/proc/" + shell.pid() + "/root" + there), AttachType.CGROUP_INET_EGRESS);
    try (var link = attach("egress", point);
        var _ = attach("either", point.shared(Sharing.MULTI))) {
      assertThat(programs()).containsExactly(id("egress"), id("either"));
      assertThat(link.isAttached()).isTrue();
      expectCounts(1, 1);
    }
    expectCounts(1, 1);
    assertThat(programs()).isEmpty();
    assertThatThrownBy(() ->
            attach(
                "egress", new Cgroup(Path.of("/proc/" + shell.pid() + "/root/tmp"), point.type())))
        .hasMessageContaining("/root/tmp is not a cgroup of version 2\n  try: ");
  }
}
