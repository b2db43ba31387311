package org.ebpf4j;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles.Lookup;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.object.NumberType;
import org.ebpf4j.object.Variable;

/// A global variable of programs that are loaded, in the memory that they use: what is written here
/// they read at once, and the other way round. It lasts as long as its object. It may be used from
/// any thread; nothing orders what several write at once.
public final class BpfVariable {
  private final Variable variable;
  private final MemorySegment memory;
  private final Btf types;
  private final boolean signed;
  private final NumberType number;

  /// A variable in memory that a kernel shares with its programs. Made by kernels.
  ///
  /// @param variable where it stands and of which type it is
  /// @param memory its bytes; read-only where it is a constant
  /// @param types the types that have its type
  public BpfVariable(Variable variable, MemorySegment memory, Btf types) {
    this.variable = variable;
    this.memory = memory;
    this.types = types;
    this.number =
        NumberType.of(types, variable.type()).orElseGet(() -> NumberType.ofBytes(variable.size()));
    this.signed =
        switch (types.type(types.resolve(variable.type()))) {
          case BtfType.Int number -> (number.encoding() & 1) != 0;
          case BtfType.Enum number -> number.signed();
          default -> false;
        };
  }

  /// The name, as in C.
  public String name() {
    return variable.name();
  }

  /// Where it stands and of which type it is.
  public Variable variable() {
    return variable;
  }

  /// Its bytes, shared with the kernel; read-only for a constant.
  public MemorySegment memory() {
    return memory;
  }

  /// The same variable as values of a Java type: a record, an array, text, an enum. It is compared
  /// with the variable's type in C here, and once.
  ///
  /// @throws org.ebpf4j.error.LayoutMismatchException where it does not fit
  public <T> TypedVariable<T> as(Class<T> type) {
    return new TypedVariable<>(this, Codec.of(type, types, variable.type()));
  }

  /// The same, with the caller's rights to use the type.
  public <T> TypedVariable<T> as(Lookup lookup, Class<T> type) {
    return new TypedVariable<>(this, Codec.of(lookup, type, types, variable.type()));
  }

  /// The number in it.
  ///
  /// @throws IllegalStateException where it has no 1, 2, 4 or 8 bytes, or its object is closed
  public long get() {
    try {
      return read();
    } catch (IllegalStateException e) {
      throw explained(e);
    }
  }

  private long read() {
    return switch (variable.size()) {
      case 1 -> {
        var value = memory.get(ValueLayout.JAVA_BYTE, 0);
        yield signed ? value : Byte.toUnsignedLong(value);
      }
      case 2 -> {
        var value = memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, 0);
        yield signed ? value : Short.toUnsignedLong(value);
      }
      case 4 -> {
        var value = memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        yield signed ? value : Integer.toUnsignedLong(value);
      }
      case 8 -> memory.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
      default -> throw noNumber();
    };
  }

  /// Puts a number into it.
  ///
  /// @throws IllegalStateException where it has no 1, 2, 4 or 8 bytes, or its object is closed
  /// @throws IllegalArgumentException where it is a constant, or cannot hold that number
  public void set(long value) {
    checkWritable();
    number.check(name(), value);
    try {
      write(value);
    } catch (IllegalStateException e) {
      throw explained(e);
    }
  }

  /// @throws IllegalArgumentException where it is a constant
  void checkWritable() {
    if (memory.isReadOnly()) {
      throw new IllegalArgumentException(
          "variable '" + name() + "' is a constant once it is loaded");
    }
  }

  private void write(long value) {
    switch (variable.size()) {
      case 1 -> memory.set(ValueLayout.JAVA_BYTE, 0, (byte) value);
      case 2 -> memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) value);
      case 4 -> memory.set(ValueLayout.JAVA_INT_UNALIGNED, 0, (int) value);
      case 8 -> memory.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, value);
      default -> throw noNumber();
    }
  }

  /// Memory that is gone says no more than that, also where another thread closes its owner now.
  IllegalStateException explained(IllegalStateException e) {
    return memory.scope().isAlive()
        ? e
        : new IllegalStateException("the object of variable '" + name() + "' is closed", e);
  }

  private IllegalStateException noNumber() {
    return new IllegalStateException(
        "variable '" + name() + "' of " + variable.size() + " bytes is no number; use its memory");
  }
}
