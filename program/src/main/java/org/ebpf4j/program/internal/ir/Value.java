package org.ebpf4j.program.internal.ir;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A value that is computed once. Its fields change while a function is built and improved.
public final class Value {
  public final Operation operation;
  public ValueKind kind;
  public Value[] inputs;

  /// The class of what a reference points to.
  public @Nullable Class<?> type;

  /// The number of elements, where it is an array.
  public int length = -1;

  /// What is known of the map that it points to.
  public @Nullable Object map;

  /// Whether a reference may be null.
  public boolean nullable;

  /// Whether the memory that it points to may not be read directly.
  public boolean untrusted;

  /// The line of source, or 0.
  public int line;

  public @Nullable Block block;
  public int uses;

  /// The value that took its place.
  @Nullable Value forward;

  public Value(Operation operation, ValueKind kind, Value... inputs) {
    this.operation = operation;
    this.kind = kind;
    this.inputs = inputs;
  }

  /// A number.
  public static Value constant(ValueKind kind, long value) {
    return new Value(new Operation.Constant(kind == ValueKind.INT ? (int) value : value), kind);
  }

  /// What is known when the program is compiled.
  public static Value known(Object what) {
    return new Value(new Operation.Known(what), ValueKind.POINTER);
  }

  /// The value that stands for this one now.
  public Value resolve() {
    var value = this;
    while (value.forward != null) {
      value = value.forward;
    }
    return value;
  }

  /// Has another value take its place.
  public void replaceBy(Value other) {
    forward = other;
  }

  public boolean isConstant() {
    return operation instanceof Operation.Constant;
  }

  public boolean isConstant(long value) {
    return operation instanceof Operation.Constant(var c) && c == value;
  }

  /// The number that it is.
  public long number() {
    return ((Operation.Constant) operation).value();
  }

  public boolean isPhi() {
    return operation instanceof Operation.Phi;
  }

  /// An operand as it stands now.
  public Value input(int index) {
    return inputs[index].resolve();
  }

  /// Whether both are the same value, or equal constants.
  public static boolean same(Value a, Value b) {
    return a == b
        || (a.operation instanceof Operation.Constant(var x)
            && b.operation instanceof Operation.Constant(var y)
            && x == y)
        || (a.operation instanceof Operation.Known && a.operation.equals(b.operation));
  }

  @Override
  public String toString() {
    return "v"
        + (System.identityHashCode(this) & 0xffff)
        + ":"
        + operation
        + Arrays.stream(inputs)
            .map(i -> "v" + (System.identityHashCode(i.resolve()) & 0xffff))
            .collect(Collectors.joining(" ", "(", ")"));
  }
}
