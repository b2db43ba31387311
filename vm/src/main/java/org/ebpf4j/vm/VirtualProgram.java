package org.ebpf4j.vm;

import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.ProgramVerifier;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.internal.compiler.Listing;
import org.ebpf4j.vm.internal.compiler.ProgramCompiler;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.memory.Context;

/// An open program of a [VirtualKernel]. Holds one reference to it. It may be used from any thread.
public final class VirtualProgram implements BpfProgram {
  private final VirtualKernel kernel;
  private final LoadedCode loaded;
  private final int number;
  private volatile boolean closed;

  VirtualProgram(VirtualKernel kernel, LoadedCode loaded) {
    this.kernel = kernel;
    this.loaded = loaded;
    this.number = kernel.registry().open(loaded);
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("program '" + name() + "' is closed");
    }
  }

  int number() {
    checkOpen();
    return number;
  }

  LoadedCode loaded() {
    checkOpen();
    return loaded;
  }

  @Override
  public String name() {
    return loaded.name();
  }

  @Override
  public Optional<ProgramSpec> spec() {
    return Optional.of(loaded.spec());
  }

  /// What holds the program. A run that is under way is none of that.
  ///
  /// @throws IllegalStateException where it is closed
  public VirtualReferences references() {
    return VirtualReferences.of(kernel.registry(), loaded());
  }

  @Override
  public int id() {
    checkOpen();
    return loaded.id();
  }

  /// What the verifier had to look at, or why it gave up; empty where none was asked.
  @Override
  public String verifierLog() {
    return switch (loaded.judgement().orElse(null)) {
      case ProgramVerifier.Accepted(long processed, long states) ->
          "processed " + processed + " insns, " + states + " states\n";
      case ProgramVerifier.GaveUp(var reason) -> "gave up: " + reason + "\n";
      case ProgramVerifier.Refused(var reason) -> reason.log();
      case null -> "";
    };
  }

  /// Why the verifier could not follow the program, which was loaded all the same; empty where it
  /// accepted it, and where none was asked.
  public Optional<String> unverified() {
    return loaded.judgement().orElse(null) instanceof ProgramVerifier.GaveUp(var reason)
        ? Optional.of(reason)
        : Optional.empty();
  }

  @Override
  public Link attach() {
    var point =
        loaded
            .spec()
            .attachPoint()
            .orElseThrow(() ->
                new BpfException(
                    "program '"
                        + name()
                        + "': section '"
                        + loaded.spec().section()
                        + "' does not say where it is attached\n  try: attach(…) with a place"));
    return attach(point);
  }

  /// Attaches it to a place. It runs when a test says that the place is reached, by
  /// [VirtualKernel#fire(AttachPoint, RunInput)].
  @Override
  public Link attach(AttachPoint point) {
    checkOpen();
    loaded.checkFits(point);
    return kernel.attach(loaded, point);
  }

  /// Runs it by itself.
  ///
  /// @throws ProgramFaultException where it does what no program may
  @Override
  public RunResult run(RunInput input) {
    checkOpen();
    return kernel.runs().run(loaded, input, Optional.empty());
  }

  /// Runs it by itself on a context that is laid out for it.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where the context names a field that there is not
  /// @throws ProgramFaultException where it does what no program may
  public RunResult run(Context context) {
    checkOpen();
    return kernel.runs().run(loaded, context, Optional.empty());
  }

  /// The class of the JVM that the compiler makes of it, as text: each instruction of its methods,
  /// as `javap` has them, with labels in the place of distances. `object` is a constant such as an
  /// array of bytes. Empty for a program that is too large for the compiler.
  public String javaCode() {
    checkOpen();
    return ProgramCompiler.bytes(loaded.code(), kernel.regions()).map(Listing::of).orElse("");
  }

  /// How often it has run and for how long; always counted.
  @Override
  public ProgramStatistics statistics() {
    checkOpen();
    return loaded.statistics();
  }

  @Override
  public void pin(Path path) {
    checkOpen();
    kernel.registry().pin(loaded, path);
  }

  @Override
  public VirtualProgram duplicate() {
    checkOpen();
    return new VirtualProgram(kernel, loaded);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      kernel.registry().close(number);
    }
  }

  @Override
  public String toString() {
    return "program '"
        + name()
        + "' ("
        + loaded.type().label()
        + ", id "
        + loaded.id()
        + (closed ? ", closed)" : ")");
  }
}
