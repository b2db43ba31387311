package org.ebpf4j;

import org.ebpf4j.attach.AttachPoint;

/// A loaded program. Holds one reference to it; what it is attached to holds others.
public interface BpfProgram extends AutoCloseable {
  /// The name of the function it was made of.
  String name();

  /// Attaches it where its section's name says.
  ///
  /// @throws org.ebpf4j.error.BpfException where the name spells out no place; use
  ///   [#attach(AttachPoint)]
  Link attach();

  /// Attaches it to a place of the caller's choice.
  ///
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

  @Override
  void close();
}
