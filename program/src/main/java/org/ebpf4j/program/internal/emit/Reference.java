package org.ebpf4j.program.internal.emit;

import java.lang.reflect.Method;
import org.ebpf4j.program.internal.ir.Function;
import org.ebpf4j.program.internal.ir.KernelMember;

/// What an instruction refers to besides registers.
public sealed interface Reference {
  /// Nothing.
  record None() implements Reference {}

  /// A map, or a place in its first value.
  record ToMap(String map, boolean value, int offset) implements Reference {}

  /// A function of the program.
  record ToFunction(Function function) implements Reference {}

  /// A function of the kernel.
  record ToKfunc(String name, Method method) implements Reference {}

  /// Something about the types of the kernel, of a number of `enum bpf_core_relo_kind`.
  record ToKernel(KernelMember member, int kind) implements Reference {}

  /// Where it refers to nothing.
  Reference NONE = new None();
}
