package org.ebpf4j.linux.internal.load;

import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.object.ProgramSpec;

/// The descriptor of one program. It belongs to who takes it out, or else is closed here.
public final class LoadedProgram implements AutoCloseable {
  private final Steps steps;
  private final ProgramSpec spec;
  private final Fd fd;
  private final String log;

  LoadedProgram(Steps steps, ProgramSpec spec, Fd fd, String log) {
    this.steps = steps;
    this.spec = spec;
    this.fd = fd;
    this.log = log;
  }

  /// What it was loaded from.
  public ProgramSpec spec() {
    return spec;
  }

  /// Its name.
  public String name() {
    return spec.name();
  }

  /// The descriptor.
  public Fd fd() {
    return fd;
  }

  /// What the verifier wrote, where that was asked for.
  public String log() {
    return log;
  }

  @Override
  public void close() {
    if (fd.isOpen()) {
      var number = fd.toString();
      fd.close();
      steps.report(Step.Action.CLOSE, "program " + name(), number);
    }
  }
}
