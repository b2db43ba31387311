package org.ebpf4j.load;

import org.ebpf4j.error.BpfException;

/// What a program is made for, as far as the kernel has to be told when it is loaded. It never
/// changes, and any thread may use it.
public sealed interface ProgramTarget {
  /// Nothing has to be told.
  record None() implements ProgramTarget {}

  /// A function or type of the kernel.
  ///
  /// @param type its id
  /// @param module the module whose types have it; empty for the kernel itself
  record OfKernel(int type, String module) implements ProgramTarget {}

  /// A function of another program, which the caller gave.
  ///
  /// @param type its id in the types of that program
  record OfProgram(int type) implements ProgramTarget {}

  /// A member of a struct of functions.
  ///
  /// @param type the id of the struct
  /// @param module the module whose types have it; empty for the kernel itself
  /// @param index which member of the kernel's struct it is
  record Member(int type, String module, int index) implements ProgramTarget {}

  /// Something that is not there, so that the program cannot be loaded.
  ///
  /// @param reason why
  record Missing(BpfException reason) implements ProgramTarget {}
}
