package org.ebpf4j.vm;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Netfilter.Family;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.program.LoadedCode;

/// A run of a netfilter program on a packet. By itself it takes what `BPF_PROG_TEST_RUN` takes
/// (`bpf_prog_test_run_nf` in `net/bpf/test_run.c`): a packet from its IP header on, which leaves
/// this machine, or a `struct nf_hook_state` that says another hook, and a packet with an Ethernet
/// header.
final class NetfilterRun {
  private static final int IPV4_HEADER = 20;
  private static final int IPV6_HEADER = 40;
  private static final int ETHERNET = 14;

  /// The bytes of a `struct nf_hook_state`: the hook, the family, and pointers that must be null.
  private static final int STATE_SIZE = 48;

  /// Where the first pointer is in it.
  private static final int POINTERS = 8;

  private final VirtualKernel kernel;
  private final LoadedCode program;
  private final Run run;
  private final RunInput input;
  private final Optional<AttachPoint> point;

  /// @param point the place that is reached, where that is why it runs
  NetfilterRun(
      VirtualKernel kernel,
      LoadedCode program,
      Run run,
      RunInput input,
      Optional<AttachPoint> point) {
    this.kernel = kernel;
    this.program = program;
    this.run = run;
    this.input = input;
    this.point = point;
  }

  /// @param execute runs it as often as the input says, on the context at an address
  RunResult make(LongUnaryOperator execute) {
    var data = input.data();
    if (data.length < IPV4_HEADER) {
      throw refused(Errno.EINVAL, "sees packets; " + data.length + " bytes are no IP header");
    }
    var reached = NetfilterScene.Place.of(point);
    var place = reached.orElseGet(this::stated);
    var header = reached.isEmpty() && place.hook() != NetfilterScene.Place.OUTPUT;
    if (header) {
      check(data, place);
    }
    try (var scene = new NetfilterScene(kernel, program, data, header, place)) {
      run.setSubject(scene.context());
      var time = System.nanoTime();
      var returned = execute.applyAsLong(scene.context().address());
      time = System.nanoTime() - time;
      return new RunResult(
          (int) returned, Duration.ofNanos(time / input.repeat()), new byte[0], new byte[0]);
    } finally {
      run.setSubject(null);
    }
  }

  /// The hook that the context says.
  private NetfilterScene.Place stated() {
    var state = input.context();
    if (state.length == 0) {
      return NetfilterScene.Place.DEFAULT;
    }
    for (int i = POINTERS; i < Math.min(state.length, STATE_SIZE); i++) {
      if (state[i] != 0) {
        throw refused(
            Errno.EINVAL, "is given a struct nf_hook_state that says more than hook and pf");
      }
    }
    var family = state.length < 2 ? 0 : state[1];
    if (family != Family.IPV4.number() && family != Family.IPV6.number()) {
      throw refused(Errno.EINVAL, "is given a struct nf_hook_state with the pf " + family);
    }
    return new NetfilterScene.Place(family, state[0] & 0xff);
  }

  private void check(byte[] data, NetfilterScene.Place place) {
    if (data.length < ETHERNET + IPV4_HEADER) {
      throw refused(Errno.EINVAL, "sees packets that arrive with an Ethernet header");
    }
    var found = NetfilterScene.Place.ofFrame(data);
    if (found.isEmpty()) {
      throw refused(Errno.EPROTO, "sees IP alone");
    }
    if (found.get().family() != place.family()) {
      throw refused(Errno.EINVAL, "sees packets of another family than this one");
    }
    if (place.family() == Family.IPV6.number() && data.length < ETHERNET + IPV6_HEADER) {
      throw refused(Errno.EINVAL, "sees packets with all of their IP header");
    }
  }

  private KernelException refused(int errno, String why) {
    return new KernelException("PROG_TEST_RUN", errno, "program '" + program.name() + "' " + why);
  }
}
