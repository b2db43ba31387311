package org.ebpf4j.cli.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.Tc;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.Session;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// `prog pin`, `prog attach` and `prog detach` are about programs that are alive already.
@KernelTest
@Requires({Facility.IP, Facility.BPFFS})
class ProgramVerbsTest {
  private static final String NETNS = "ebpf4j-verbs-" + ProcessHandle.current().pid();
  private static final Path PIN = Path.of("/sys/fs/bpf/" + NETNS);

  @BeforeEach
  void makesDevices() {
    var made =
        Session.shell(
            "ip netns add "
                + NETNS
                + " && ip -n "
                + NETNS
                + " link add verbs0 type veth peer name verbs1");
    assertThat(made).isZero();
  }

  @AfterEach
  void removesThem() throws IOException {
    Files.deleteIfExists(PIN);
    Session.shell("ip netns del " + NETNS);
  }

  @Test
  void pinsAProgram() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")))) {
      var program = object.programs().getFirst();
      var id = program.id();
      var dry = Cli.run("prog", "pin", id, PIN, "--dry-run");
      assertThat(dry.out())
          .isEqualTo("would pin program %d '%s' at %s%n".formatted(id, program.name(), PIN));
      assertThat(PIN).doesNotExist();
      assertThat(Cli.run("prog", "pin", id, PIN).out()).startsWith("pinned program " + id);
      try (var opened = kernel.openProgram(PIN)) {
        assertThat(opened.id()).isEqualTo(id);
      }
      var elsewhere = Cli.run("prog", "pin", id, "/tmp/" + NETNS);
      assertThat(elsewhere.status()).isEqualTo(1);
      assertThat(elsewhere.err()).contains("is not on a bpffs").contains("try: /sys/fs/bpf/");
    }
  }

  @Test
  @RequiresKernel(value = "5.9", because = "links of XDP")
  void attachesAProgramAndTakesItOff() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")))) {
      var id = object.programs().getFirst().id();
      var place = "xdp:verbs0,generic,netns=" + NETNS;
      var dry = Cli.run("prog", "attach", id, place, "--dry-run");
      assertThat(dry.out()).startsWith("would attach program " + id);
      assertThat(Cli.run("prog", "detach", id, "--dry-run").out()).contains("is found on no hook");

      var attached = Cli.run("prog", "attach", id, place, "--pin-link", PIN);
      assertThat(attached.status()).as(attached.err()).isZero();
      assertThat(attached.out()).contains("xdp on verbs0", "with its link pinned at " + PIN);
      try (var link = kernel.openLink(PIN)) {
        assertThat(link.isAttached()).isTrue();
        var number = link.ids().getFirst();
        var would = Cli.run("prog", "detach", id, "--dry-run");
        assertThat(would.out())
            .contains("program " + id + " ", "': detach link " + number + " (xdp)");
        assertThat(link.isAttached()).isTrue();
        var unasked = Cli.run("prog", "detach", id);
        assertThat(unasked.status()).isEqualTo(2);
        assertThat(unasked.err()).contains("add --yes: there is no terminal to ask on");
        assertThat(link.isAttached()).isTrue();
        var done = Cli.run("prog", "detach", id, "--yes");
        assertThat(done.status()).as(done.err()).isZero();
        assertThat(done.out()).contains("': done: detach link " + number + " (xdp)");
        assertThat(link.isAttached()).isFalse();
      }
      var again = Cli.run("prog", "attach", id, place, "--duration", "1ms");
      assertThat(again.status()).as(again.err()).isZero();
      assertThat(Cli.run("prog", "detach", id, "--yes").out()).doesNotContain("verbs0");
    }
  }

  @Test
  void takesAFilterOffThatHasNoLink() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.file("attach/tc")));
        var link = object.program("watch").attach(Tc.ingress("verbs1").in(Netns.named(NETNS)))) {
      var done = Cli.run("prog", "detach", object.program("watch").id(), "--yes");
      assertThat(done.status()).as(done.err()).isZero();
      assertThat(done.out()).contains("verbs1");
      assertThat(link.isAttached()).isFalse();
    }
  }

  @Test
  void saysWhichHookAProgramIsForAndWhatIsMissing() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("sections/xdp.bpf.o")))) {
      var id = object.programs().getFirst().id();
      var wrong = Cli.run("prog", "attach", id, "tracepoint:sched/sched_switch");
      assertThat(wrong.status()).isEqualTo(1);
      assertThat(wrong.err()).contains("it is an xdp program").contains("xdp");
      assertThat(Cli.run("prog", "attach", id).status()).isEqualTo(2);
      assertThat(Cli.run("prog", "attach", id, "xpd:lo").err()).contains("Did you mean 'xdp'");
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  @RequiresKernel(value = "5.15", because = "links of tracepoints")
  void leavesLinksThatOnlyTheirHoldersEnd() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("hello/hello.bpf.o")));
        var link = object.program("hello").attach()) {
      var left = Cli.run("prog", "detach", object.program("hello").id(), "--yes");
      assertThat(left.status()).isEqualTo(1);
      assertThat(left.out())
          .contains("ends with its last holder only: ebpf4j why link " + link.ids().getFirst());
      assertThat(link.isAttached()).isTrue();
    }
  }
}
