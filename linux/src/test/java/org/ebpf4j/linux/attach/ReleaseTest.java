package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ebpf4j.attach.Lwt;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.Xdp;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Width;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.ObjectType;
import org.ebpf4j.linux.reference.Reference;
import org.ebpf4j.linux.reference.ReleaseAction;
import org.ebpf4j.linux.reference.ReleasePlan;
import org.ebpf4j.linux.reference.ReleaseStep;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

/// What holds an object is taken away, each kind of it.
@KernelTest
@Requires({Facility.BPFFS, Facility.TRACEFS, Facility.CGROUP2})
@RequiresKernel("5.10")
final class ReleaseTest {
  private static final String ONE = "refcount 1 = 1 explained";

  /// What can be taken away without a process.
  private static final Set<String> FREED =
      Set.of(
          "pin, normal bpffs",
          "pin in a private mount ns",
          "pin in a lazily unmounted bpffs",
          "link (pinned) to program",
          "XDP netlink attach, other netns",
          "tc cls_bpf, other netns",
          "tcx without link, other netns",
          "flow dissector, other netns",
          "cgroup legacy attach",
          "prog_array slot",
          "map-in-map slot",
          "cpumap/devmap entry program",
          "sockmap verdict program");

  private static boolean isThere(LinuxKernel kernel, ObjectKey key) {
    var ids =
        switch (key.type()) {
          case PROGRAM -> kernel.programIds();
          case MAP -> kernel.mapIds();
          case LINK -> kernel.linkIds();
          case TYPES -> throw new IllegalArgumentException();
        };
    return ids.contains(key.id());
  }

  private static void awaitEnd(LinuxKernel kernel, ObjectKey key) {
    var end = System.nanoTime() + 30_000_000_000L;
    while (isThere(kernel, key) && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  @Test
  void freesWhatCanBeFreedAndTouchesNothingElse() throws Exception {
    try (var zoo = ReferenceZoo.open();
        var kernel = LinuxKernel.open()) {
      var freed = new HashSet<ObjectKey>();
      var gone = new HashSet<String>();
      for (var animal : zoo.animals()) {
        if (!FREED.contains(animal.holder())) {
          continue;
        }
        var snapshot = kernel.references();
        var plan = ReleasePlan.of(snapshot, List.of(snapshot.of(animal.object()).orElseThrow()));
        assertThat(plan.isWhole()).as(animal.holder() + ": " + plan).isTrue();
        for (var step : plan.actions()) {
          assertThat(kernel.release(step)).isTrue();
          freed.add(step.object());
        }
        awaitEnd(kernel, animal.object());
        assertThat(isThere(kernel, animal.object())).as(animal.holder() + ": " + plan).isFalse();
        gone.add(animal.holder());
      }
      var there = new HashSet<>(FREED);
      there.removeAll(zoo.missing());
      assertThat(gone).isEqualTo(there);
      for (var animal : zoo.animals()) {
        if (!gone.contains(animal.holder()) && !freed.contains(animal.object())) {
          assertThat(isThere(kernel, animal.object())).as(animal.holder()).isTrue();
        }
      }
    }
  }

  /// What processes hold is left to them, and they are named.
  @Test
  void namesTheProcessOfWhatItCannotFree() throws Exception {
    try (var zoo = ReferenceZoo.open();
        var kernel = LinuxKernel.open()) {
      var snapshot = kernel.references();
      var left = new ArrayList<String>();
      for (var animal : zoo.animals()) {
        var of = snapshot.of(animal.object()).orElseThrow();
        var plan = ReleasePlan.of(snapshot, List.of(of));
        if (of.found().size() == 1 && of.found().getFirst() instanceof Reference.OpenFile) {
          assertThat(plan.isWhole()).as(animal.holder()).isFalse();
          assertThat(plan.actions()).as(animal.holder()).isEmpty();
          assertThat(plan.steps())
              .as(animal.holder())
              .anyMatch(s ->
                  s.kind() == ReleaseStep.Kind.PROCESS
                      && s.text().contains(String.valueOf(ProcessHandle.current().pid())));
          left.add(animal.holder());
        }
      }
      assertThat(left).contains("fd in a process", "fd only in a thread with its own fd table");
    }
  }

  /// A place that has changed since it was listed is left alone.
  @Test
  void leavesAloneWhatIsNotAsItWasListed() throws Exception {
    try (var zoo = ReferenceZoo.open();
        var kernel = LinuxKernel.open()) {
      var other = key(zoo, "fd in a process");
      var snapshot = kernel.references();
      var refused = 0;
      for (var animal : zoo.animals()) {
        if (FREED.contains(animal.holder())) {
          var plan = ReleasePlan.of(snapshot, List.of(snapshot.of(animal.object()).orElseThrow()));
          for (var step : plan.actions()) {
            // Ids of programs and of maps are counted apart: those of two may be the same number.
            var wrong =
                new ReleaseStep(
                    step.object().type() == ObjectType.PROGRAM
                        ? other
                        : ObjectKey.map(step.object().id() + 1),
                    0,
                    step.kind(),
                    step.action(),
                    step.text());
            if (step.object().type() != ObjectType.LINK) {
              assertThatThrownBy(() -> kernel.release(wrong))
                  .as(animal.holder())
                  .isInstanceOf(BpfException.class);
              refused++;
            }
          }
        }
      }
      assertThat(refused).isGreaterThan(8);
      for (var animal : zoo.animals()) {
        // On old kernels mappings and messages are suspects.
        var held = kernel.references().of(animal.object()).orElseThrow();
        assertThat(held.found().size() + held.suspects().size()).as(animal.holder()).isPositive();
      }
    }
  }

  /// Another network namespace may have got the path of one that is gone.
  @Test
  void leavesANamespaceAloneThatIsAnother() throws Exception {
    try (var zoo = ReferenceZoo.one();
        var namespace = NetworkNamespace.create();
        var kernel = LinuxKernel.open()) {
      var place = new NetworkPlace(1, namespace.path().toString(), "lo", 1, false);
      var step =
          new ReleaseStep(
              key(zoo, "fd in a process"),
              0,
              ReleaseStep.Kind.ACTION,
              Optional.of(new ReleaseAction.DetachXdp(new Reference.Xdp(place, "generic", 0, 2))),
              "");
      assertThatThrownBy(() -> kernel.release(step))
          .hasMessageContaining("is not as it was listed any more");
    }
  }

  /// Of a route it is the name of the program that is told, and all else that it is.
  @Test
  @Requires(Facility.IP)
  void removesTheRouteThatHasTheProgram() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var kernel = LinuxKernel.open()) {
      namespace.ip("link", "add", "held0", "type", "veth", "peer", "name", "held1");
      namespace.ip("link", "set", "held0", "up");
      namespace.ip("route", "add", "10.95.0.0/16", "dev", "held0");
      ReleaseStep step;
      ObjectKey program;
      try (var object = LoadedObject.of("attach/lwt")) {
        var place = new Netns(namespace.path().toString());
        var point = Lwt.on("10.95.1.0/24", "held0").in(place);
        program = ObjectKey.program(object.program("xmit").id());
        try (var link = object.program("xmit").attach(point)) {
          var snapshot = kernel.references();
          var plan = ReleasePlan.of(snapshot, List.of(snapshot.of(program).orElseThrow()));
          step = plan.actions().getFirst();
          assertThat(plan.actions()).hasSize(1);
          assertThat(step.text())
              .startsWith("remove route to 10.95.1.0/24 by held0 in netns")
              .contains("lwt_xmit 'xmit@ebpf4j:");
          link.disconnect();
        }
        // The name there has no note of this process any more: it is not as it was listed.
        assertThatThrownBy(() -> kernel.release(step))
            .hasMessageContaining("is not as it was listed any more");
      }
      assertThat(isThere(kernel, program)).isTrue();
      // The route that the link gave another name is freed by RCU, and its reference with it.
      var snapshot = kernel.references();
      for (int i = 0; i < 500 && !snapshot.of(program).orElseThrow().sum().equals(ONE); i++) {
        Thread.sleep(10);
        snapshot = kernel.references();
      }
      var references = snapshot.of(program).orElseThrow();
      assertThat(references.sum()).isEqualTo(ONE);
      var plan = ReleasePlan.of(snapshot, List.of(references));
      assertThat(plan.isWhole()).isTrue();
      assertThat(kernel.release(plan.actions().getFirst())).isTrue();
      awaitEnd(kernel, program);
      assertThat(isThere(kernel, program)).isFalse();
      assertThat(namespace.run("ip", "route", "show", "dev", "held0"))
          .contains("10.95.0.0/16")
          .doesNotContain("10.95.1.0/24");
    }
  }

  /// The link stays with who holds it, and its program with the link; but it runs no more.
  @Test
  void takesALinkOffItsHookThatAProcessHolds() throws Exception {
    try (var namespace = NetworkNamespace.create();
        var kernel = LinuxKernel.open()) {
      namespace.ip("link", "add", "held0", "type", "veth", "peer", "name", "held1");
      var nothing =
          Instructions.assemble(
              new Instruction.Move(Width.W64, Register.R0, new Immediate(2)),
              new Instruction.Exit());
      var spec =
          ObjectSpec.builder("held")
              .program(ProgramSpec.of("held", ProgramType.XDP, nothing))
              .build();
      var place = new Netns(namespace.path().toString());
      try (var object = kernel.load(spec);
          var link =
              object.program("held").attach(new Xdp("held0", Xdp.Mode.GENERIC, false, 0, place))) {
        var snapshot = kernel.references();
        var program = ObjectKey.program(object.program("held").id());
        var plan = ReleasePlan.of(snapshot, List.of(snapshot.of(program).orElseThrow()));
        assertThat(plan.isWhole()).isFalse();
        assertThat(plan.actions())
            .extracting(ReleaseStep::text)
            .containsExactly("detach link " + link.ids().getFirst() + " (xdp)");
        assertThat(link.isAttached()).isTrue();
        plan.actions().forEach(kernel::release);
        assertThat(link.isAttached()).isFalse();
        assertThat(kernel.xdp("held0", place).generic()).isZero();
        assertThat(isThere(kernel, program)).isTrue();
      }
    }
  }

  private static ObjectKey key(ReferenceZoo zoo, String holder) {
    return zoo.animals().stream()
        .filter(a -> a.holder().equals(holder))
        .findFirst()
        .orElseThrow()
        .object();
  }
}
