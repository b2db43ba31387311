package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramRun;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;

/// Runs of programs that are attached to nothing (`BPF_PROG_TEST_RUN`).
final class Run {
  private Run() {}

  /// The test object `NAME.bpf.o`.
  static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  /// Programs that write to a ring of a size.
  static LinuxObject ring(long size) {
    return LinuxKernel.open()
        .load(spec("ring_events").withMap("events", map -> map.withMaxEntries(size)));
  }

  /// Runs it once, without a context; what it returns.
  static int once(LinuxObject object, String program) {
    return once(object, program, ProgramRun.EMPTY);
  }

  /// Runs it once on a packet of zeroes; what it returns.
  static int onPacket(LinuxObject object, String program) {
    return once(object, program, ProgramRun.ofData(new byte[64], 0));
  }

  private static int once(LinuxObject object, String program, ProgramRun run) {
    var outcome = Bpf.progRun(object.program(program).fd(), run);
    assertThat(outcome.errno()).as("running '%s'", program).isZero();
    return outcome.returnValue();
  }
}
