package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.PerfEvent.Counter;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.host.Cpus;
import org.ebpf4j.linux.profile.ProfileSession;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "5.7", because = "counters that programs for programs may read")
class ProfileSessionTest {
  private static final RunInput PACKET = RunInput.packet(new byte[64]);
  private static final Set<Counter> CLOCK = EnumSet.of(Counter.CPU_CLOCK);

  private final LinuxKernel kernel = LinuxKernel.open();

  private LinuxObject load(String program) {
    return kernel.load(Runs.only(Runs.spec("run_types"), program));
  }

  /// Profiles, which changes what the kernel does, and a kernel may be told not to take that from
  /// anybody.
  private static ProfileSession profile(LinuxProgram program, Set<Counter> counters) {
    try {
      return program.profile(counters);
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
  }

  @Test
  void countsEachRunWhileItIsOpen() {
    try (var object = load("run_tc")) {
      var program = object.program("run_tc");
      program.run(PACKET);
      try (var session = profile(program, EnumSet.of(Counter.CPU_CLOCK, Counter.PAGE_FAULTS))) {
        assertThat(session.read().runs()).isZero();
        program.run(PACKET.repeat(1_000));
        var first = session.read();
        assertThat(first.runs()).isEqualTo(1_000);
        assertThat(first.unmeasured()).isZero();
        assertThat(first.counts()).containsOnlyKeys(Counter.CPU_CLOCK, Counter.PAGE_FAULTS);
        assertThat(first.perRun(Counter.CPU_CLOCK)).isPositive();
        assertThat(first.estimated()).isEmpty();
        program.run(PACKET.repeat(500));
        var second = session.read();
        assertThat(second.runs()).isEqualTo(1_500);
        assertThat(second.counts().get(Counter.CPU_CLOCK))
            .isGreaterThan(first.counts().get(Counter.CPU_CLOCK));
        assertThat(Runs.number(object, "runs")).as("with the one before").isEqualTo(1_501);
      }
    }
  }

  @Test
  void countsRunsOfProgramThatIsAttached() throws Exception {
    var nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try (var object = kernel.load(Runs.spec("attach_socket"));
        var socket = kernel.listen(nobody)) {
      var program = object.program("passing");
      var seen = object.map("counts").as(Integer.class, Long.class);
      try (var _ = program.attach(socket.attachPoint());
          var session = profile(program, CLOCK)) {
        for (int i = 0; i < 20; i++) {
          SocketChannel.open(socket.address()).close();
        }
        Alive.eventually("the connections", () -> session.read().runs() >= 20);
        assertThat(socket.dismissConnections()).isEqualTo(20);
        Alive.eventually(
            "the profile and the program itself agree",
            () -> session.read().runs() == seen.lookup(0).orElseThrow());
        assertThat(session.read().perRun(Counter.CPU_CLOCK)).isPositive();
      }
    }
  }

  @Test
  @RequiresKernel(value = "5.10", because = "runs on a CPU of choice")
  void addsUpWhatEachCpuCounted() {
    try (var object = load("run_raw_tp")) {
      var program = object.program("run_raw_tp");
      var cpus = Cpus.online();
      try (var session = profile(program, CLOCK)) {
        var input = RunInput.context(new byte[16]);
        // The clock of an emulated machine goes forward in steps of milliseconds.
        var rounds = 0;
        do {
          cpus.forEach(cpu -> program.run(input.cpu(cpu)));
          rounds++;
        } while (session.read().counts().getOrDefault(Counter.CPU_CLOCK, 0L) == 0
            && rounds < 5_000);
        assertThat(session.read().measured()).isEqualTo((long) rounds * cpus.size());
        assertThat(session.read().counts().get(Counter.CPU_CLOCK)).isPositive();
      }
    }
  }

  @Test
  void severalProfileOneProgram() {
    try (var object = load("run_xdp")) {
      var program = object.program("run_xdp");
      try (var first = profile(program, CLOCK)) {
        program.run(PACKET);
        try (var second = profile(program, EnumSet.of(Counter.TASK_CLOCK))) {
          program.run(PACKET.repeat(2));
          assertThat(second.read().runs()).isEqualTo(2);
        }
        program.run(PACKET);
        assertThat(first.read().runs()).isEqualTo(4);
      }
    }
  }

  @Test
  void nothingIsLeftOnceItIsClosed() {
    try (var object = load("run_tc")) {
      var program = object.program("run_tc");
      var programs = Set.copyOf(kernel.programIds());
      var links = Set.copyOf(kernel.linkIds());
      var session = profile(program, CLOCK);
      assertThat(session.isOpen()).isTrue();
      var ours = without(kernel.programIds(), programs);
      var attached = without(kernel.linkIds(), links);
      assertThat(ours).hasSizeGreaterThanOrEqualTo(2);
      session.close();
      session.close();
      assertThat(session.isOpen()).isFalse();
      Alive.eventually(
          "the programs are gone",
          () -> without(ours, Set.copyOf(kernel.programIds())).equals(ours));
      Alive.eventually(
          "their links are gone",
          () -> without(attached, Set.copyOf(kernel.linkIds())).equals(attached));
      program.run(PACKET);
      assertThatThrownBy(session::read)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("profiling program 'run_tc' is over");
    }
  }

  private static Set<Integer> without(java.util.Collection<Integer> ids, Set<Integer> others) {
    var rest = new HashSet<>(ids);
    rest.removeAll(others);
    return rest;
  }

  @Test
  void stepsAreTold() {
    var steps = new ArrayList<String>();
    try (var telling = LinuxKernel.open(step -> steps.add(step.toString()));
        var object = telling.load(Runs.only(Runs.spec("run_types"), "run_tc"))) {
      profile(object.program("run_tc"), CLOCK).close();
      assertThat(steps)
          .anyMatch(s -> s.startsWith("attach program run_tc: profiled: cpu-clock"))
          .contains("detach program run_tc: no longer profiled");
    }
  }

  /// A kernel that is locked down says so; that nothing stays open is seen after each test.
  @Test
  void opensOrSaysWhyNot() {
    try (var object = load("run_tc")) {
      var program = object.program("run_tc");
      try (var session = program.profile(CLOCK)) {
        assertThat(session.read().runs()).isZero();
      } catch (PermissionException e) {
        assertThat(e).hasMessageContaining("profiling program 'run_tc': ");
        assertThat(e).hasMessageContaining("EPERM");
        assertThat(program.run(PACKET).dataOut()).hasSize(64);
      }
    }
  }

  @Test
  void missingCounterIsNamed() {
    try (var object = load("run_tc")) {
      var program = object.program("run_tc");
      try (var session = profile(program, EnumSet.of(Counter.CPU_CYCLES, Counter.CPU_CLOCK))) {
        program.run(PACKET.repeat(10_000));
        assertThat(session.read().perRun(Counter.CPU_CYCLES)).isPositive();
      } catch (UnsupportedFeatureException e) {
        assertThat(e)
            .hasMessage(
                "profiling program 'run_tc': this machine does not count cpu-cycles (virtual"
                    + " machines often have no hardware counters; task-clock is always there)");
      }
    }
  }

  @Test
  void programWithoutTypesIsNotProfiled() {
    try (var object = kernel.load(Runs.spec("link_no_btf"))) {
      assertThatThrownBy(() -> object.program("no_btf").profile(CLOCK))
          .isInstanceOf(UnsupportedFeatureException.class)
          .hasMessage(
              "profiling program 'no_btf': it was loaded without types, by which the kernel finds"
                  + " its function (clang -g)");
    }
  }

  /// Kernels before 6.8 let nobody trace what traces.
  @Test
  void programThatTracesIsProfiledOrNot() {
    LinuxObject object;
    try {
      object = load("run_fentry");
    } catch (PermissionException e) {
      assumeTrue(false, "this kernel is locked down: " + e.getMessage());
      throw e;
    }
    try (object) {
      var program = object.program("run_fentry");
      try (var session = program.profile(CLOCK)) {
        assertThat(session.read().runs()).isZero();
      } catch (UnsupportedFeatureException e) {
        assertThat(e)
            .hasMessageStartingWith("profiling program 'run_fentry': PROG_LOAD: EINVAL")
            .hasMessageContaining("the kernel says: Cannot recursively attach");
      }
    }
  }

  @Test
  void profileOfNothingIsRefused() {
    try (var object = load("run_tc")) {
      assertThatThrownBy(() -> object.program("run_tc").profile(EnumSet.noneOf(Counter.class)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
