package org.ebpf4j.program.internal.ir;

import java.lang.reflect.Method;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.AtomicOperation;
import org.ebpf4j.insn.Condition;

/// What a value is made by. Operands are the inputs of the value. Equal operations on equal inputs
/// give equal values where the operation is pure.
public sealed interface Operation {
  /// A number, or null.
  record Constant(long value) implements Operation {}

  /// A parameter of the function.
  record Parameter(int index) implements Operation {}

  /// The value of a variable where paths meet; an input for each predecessor.
  record Phi() implements Operation {}

  /// `a operation b`.
  record Binary(AluOperation operation) implements Operation {}

  /// `-a`.
  record Negate() implements Operation {}

  /// The low bytes of a value, with their sign.
  record Extend(int bytes) implements Operation {}

  /// The low half of a long, or an int as an unsigned long.
  record Cut() implements Operation {}

  /// An int of a loop, with an upper half that the verifier sees to be zero: it forgets that of the
  /// variables of a loop that it does not walk through.
  record Renew() implements Operation {}

  /// The low bytes of a value in reverse order.
  record Swap(int bytes) implements Operation {}

  /// Memory at a pointer.
  record Load(int offset, int bytes, boolean signed) implements Operation {}

  /// A member of a structure of the kernel at a pointer, by CO-RE.
  record KernelLoad(KernelMember member, int bytes, boolean signed) implements Operation {}

  /// A number about a structure of the kernel, by CO-RE.
  record KernelFact(KernelMember member, int kind) implements Operation {}

  /// Memory at a pointer gets a value.
  record Store(int offset, int bytes) implements Operation {}

  /// Memory at a pointer is changed in one step. Inputs: pointer, operand; of a comparison also
  /// what is expected.
  record Atomic(AtomicOperation operation, int offset, int bytes) implements Operation {}

  /// Room on the stack. The number tells one from others.
  record Allocate(int bytes, int number) implements Operation {}

  /// Zeroes in memory.
  record Zero(int bytes) implements Operation {}

  /// A pointer some bytes further.
  record Offset(long bytes) implements Operation {}

  /// A map.
  record MapAddress(String map) implements Operation {}

  /// A place in the value of a data section.
  record DataAddress(String map, int offset) implements Operation {}

  /// A function of the program, for the kernel to call.
  record FunctionAddress(Function function) implements Operation {}

  /// A call of a helper function.
  record HelperCall(int id) implements Operation {}

  /// A call of a function of the program.
  record SubprogramCall(Function function) implements Operation {}

  /// A function of the kernel, by name.
  ///
  /// @param method the method of Java that stands for it
  record KfuncCall(String name, Method method) implements Operation {}

  /// Whether a comparison of the two inputs holds; becomes a branch or a number where it is used.
  record Comparison(Condition condition, boolean wide) implements Operation {}

  /// −1, 0 or 1 by the order of the two inputs; becomes a branch or a number where it is used.
  record Order(boolean wide, boolean signed) implements Operation {}

  /// What is known when the program is compiled and never in a register.
  record Known(Object what) implements Operation {}

  /// Whether its result depends on the inputs alone.
  default boolean isPure() {
    return switch (this) {
      case Binary _, Negate _, Extend _, Cut _, Swap _, Offset _, KernelFact _ -> true;
      case Constant _,
          Parameter _,
          Phi _,
          Load _,
          Renew _,
          KernelLoad _,
          Store _,
          Atomic _,
          Allocate _,
          Zero _,
          MapAddress _,
          DataAddress _,
          FunctionAddress _,
          HelperCall _,
          SubprogramCall _,
          KfuncCall _,
          Comparison _,
          Order _,
          Known _ ->
          false;
    };
  }

  /// Whether it does something besides giving a value.
  default boolean hasEffect() {
    return switch (this) {
      case Store _, Atomic _, Zero _, HelperCall _, SubprogramCall _, KfuncCall _ -> true;
      case Constant _,
          Parameter _,
          Phi _,
          Binary _,
          Negate _,
          Extend _,
          Cut _,
          Renew _,
          Swap _,
          Load _,
          KernelLoad _,
          KernelFact _,
          Allocate _,
          Offset _,
          MapAddress _,
          DataAddress _,
          FunctionAddress _,
          Comparison _,
          Order _,
          Known _ ->
          false;
    };
  }

  /// Whether it is made anew at each use, so that it takes no register in between.
  default boolean isRemade() {
    return switch (this) {
      case Constant _, Allocate _, Offset _, MapAddress _, DataAddress _, FunctionAddress _ -> true;
      case Parameter _,
          Phi _,
          Binary _,
          Negate _,
          Extend _,
          Cut _,
          Renew _,
          Swap _,
          Load _,
          KernelLoad _,
          KernelFact _,
          Store _,
          Atomic _,
          Zero _,
          HelperCall _,
          SubprogramCall _,
          KfuncCall _,
          Comparison _,
          Order _,
          Known _ ->
          false;
    };
  }
}
