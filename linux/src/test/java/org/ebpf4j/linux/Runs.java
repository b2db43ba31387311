package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ProgramRun;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;

/// Test objects, and single runs of their programs, which the kernel makes when asked.
final class Runs {
  private Runs() {}

  static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  /// The same object, where one program is loaded and no other.
  static ObjectSpec only(ObjectSpec spec, String program) {
    spec.program(program);
    return spec.withEachProgram(p -> p.withAutoload(p.name().equals(program)));
  }

  /// Runs a program once, in this thread; what it returned.
  static int run(LinuxObject object, String program) {
    return run(object, program, ProgramRun.EMPTY);
  }

  static int run(LinuxObject object, String program, ProgramRun run) {
    var outcome = Bpf.progRun(object.program(program).fd(), run);
    assertThat(outcome.errno()).as("running " + program).isZero();
    return outcome.returnValue();
  }

  static long number(LinuxObject object, String variable) {
    return object.variable(variable).get();
  }
}
