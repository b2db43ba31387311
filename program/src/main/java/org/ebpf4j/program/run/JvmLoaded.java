package org.ebpf4j.program.run;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.object.ProgramSpec;

/// A program of a [JvmObject].
final class JvmLoaded implements BpfProgram {
  private static final int XDP_REDIRECT = 4;
  private static final int TC_REDIRECT = 7;

  private final JvmKernel kernel;
  private final JvmObject object;
  private final ProgramSpec spec;
  private final JvmProgram program;
  private final int id;
  private long runs;
  private Duration time = Duration.ZERO;
  private volatile boolean closed;

  @SuppressWarnings("this-escape") // The kernel keeps it, and calls nothing of it yet.
  JvmLoaded(JvmKernel kernel, JvmObject object, ProgramSpec spec, JvmProgram program) {
    this.kernel = kernel;
    this.object = object;
    this.spec = spec;
    this.program = program;
    this.id = kernel.add(this);
  }

  static JvmLoaded own(BpfProgram program) {
    if (program instanceof JvmLoaded own) {
      return own;
    }
    throw new IllegalArgumentException("program '" + program.name() + "' is of another kernel");
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("program '" + name() + "' is closed");
    }
  }

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Optional<ProgramSpec> spec() {
    return Optional.of(spec);
  }

  @Override
  public int id() {
    checkOpen();
    return id;
  }

  /// Nothing: nothing verifies programs here.
  @Override
  public String verifierLog() {
    return "";
  }

  @Override
  public Link attach() {
    return attach(
        spec.attachPoint()
            .orElseThrow(() ->
                new BpfException(
                    "program '"
                        + name()
                        + "': section '"
                        + spec.section()
                        + "' does not say where it is attached\n  try: attach(…) with a place")));
  }

  @Override
  public Link attach(AttachPoint point) {
    checkOpen();
    HookKind.of(point).check(name(), point, spec.type().orElseThrow(), spec.attachType());
    return new JvmLink(kernel, point, this);
  }

  @Override
  public RunResult run(RunInput input) {
    checkOpen();
    var type = spec.type().orElseThrow();
    var environment = kernel.environment();
    environment.redirected(type == ProgramType.XDP ? XDP_REDIRECT : TC_REDIRECT);
    try {
      synchronized (kernel) {
        object.variablesToFields();
        try {
          return environment.call(() -> run(type, input));
        } finally {
          object.fieldsToVariables();
        }
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a run that throws what it cannot", e);
    }
  }

  private RunResult run(ProgramType type, RunInput input) {
    var arguments = Arguments.of(type, program.parameterTypes(), input);
    long start = System.nanoTime();
    long result = 0;
    for (int i = 0; i < input.repeat(); i++) {
      result = program.run(arguments.values());
      runs++;
    }
    var took = Duration.ofNanos(System.nanoTime() - start);
    time = time.plus(took);
    return new RunResult(
        (int) result, took.dividedBy(input.repeat()), arguments.packet(), arguments.context());
  }

  @Override
  public ProgramStatistics statistics() {
    checkOpen();
    return new ProgramStatistics(runs, time, 0);
  }

  @Override
  public void pin(Path path) {
    throw new UnsupportedFeatureException("pins", null, "the kernel of plain Java has no pins");
  }

  @Override
  public BpfProgram duplicate() {
    checkOpen();
    return new JvmLoaded(kernel, object, spec, program);
  }

  @Override
  public void close() {
    closed = true;
    kernel.remove(id);
  }
}
