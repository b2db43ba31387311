package org.ebpf4j;

import java.util.function.Supplier;
import org.ebpf4j.codec.Codec;

/// A global variable as values of a Java type. It is another view of a [BpfVariable], of which the
/// same holds: a value of several parts may be seen half written. It may be used from any thread.
///
/// @param <T> the type
public final class TypedVariable<T> {
  private final BpfVariable variable;
  private final Codec<T> codec;

  TypedVariable(BpfVariable variable, Codec<T> codec) {
    if (codec.size() != variable.variable().size()) {
      throw new IllegalArgumentException(
          "variable '"
              + variable.name()
              + "' has "
              + variable.variable().size()
              + " bytes, the Java type "
              + codec.size());
    }
    this.variable = variable;
    this.codec = codec;
  }

  /// The variable that this is a view of.
  public BpfVariable variable() {
    return variable;
  }

  /// The value in it.
  ///
  /// @throws IllegalStateException where its object is closed
  public T get() {
    return whileOpen(() -> codec.read(variable.memory(), 0));
  }

  /// Puts a value into it.
  ///
  /// @throws IllegalStateException where its object is closed
  /// @throws IllegalArgumentException where it is a constant, or cannot hold that value
  public void set(T value) {
    variable.checkWritable();
    whileOpen(() -> {
      codec.write(variable.memory(), 0, value);
      return value;
    });
  }

  private T whileOpen(Supplier<T> access) {
    try {
      return access.get();
    } catch (IllegalStateException e) {
      throw variable.explained(e);
    }
  }

  @Override
  public String toString() {
    return "variable '" + variable.name() + "'";
  }
}
