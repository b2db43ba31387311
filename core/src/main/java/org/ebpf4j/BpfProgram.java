package org.ebpf4j;

import java.nio.file.Path;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.object.ProgramSpec;

/// A loaded program. Holds one reference to it; what it is attached to holds others. It may be used
/// from any thread.
public interface BpfProgram extends Handle, AutoCloseable {
  /// The name of the function it was made of.
  @Override
  String name();

  /// What it was loaded from; empty for a program that was opened by id or by pin.
  Optional<ProgramSpec> spec();

  /// The kernel's id of it.
  ///
  /// @throws IllegalStateException after [#close()]
  int id();

  /// What the verifier wrote, where a log was asked for with [LoadOptions].
  String verifierLog();

  /// Attaches it where its section's name says.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where programs of its section cannot be
  ///   attached yet
  /// @throws org.ebpf4j.error.BpfException where the name spells out no place; use
  ///   [#attach(AttachPoint)]
  Link attach();

  /// Attaches it to a place of the caller's choice.
  ///
  /// @throws org.ebpf4j.error.WrongHookException where the place takes no programs of its type;
  ///   found by looking, before the kernel is asked
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where nothing attaches to such a place
  ///   yet
  /// @throws org.ebpf4j.error.NotFoundException where there is no such tracepoint, symbol or device
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses
  Link attach(AttachPoint point);

  /// Runs it by itself, attached to nothing, on what the caller gives it. What it does to its maps,
  /// and whatever else helper functions do, is done.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where the kernel cannot run programs of
  ///   its type
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses the input
  RunResult run(RunInput input);

  /// How often it has run and for how long, since it was loaded, while somebody wanted that counted
  /// ([Kernel#statistics()]). All zero where nobody ever did.
  ProgramStatistics statistics();

  /// Pins it: it lives until the pin is removed. [Kernel#openProgram(Path)] opens it again.
  ///
  /// @throws org.ebpf4j.error.KernelException where the path exists (`EEXIST`)
  /// @throws org.ebpf4j.error.NotMountedException where the path is in no file system for pins
  void pin(Path path);

  /// Another reference to the same program, with a life of its own.
  BpfProgram duplicate();

  @Override
  void close();
}
