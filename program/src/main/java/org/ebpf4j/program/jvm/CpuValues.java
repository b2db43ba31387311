package org.ebpf4j.program.jvm;

import java.util.Arrays;

/// The values of one entry: one, or one for each CPU.
final class CpuValues {
  private final Shape shape;
  private final Object[] values;
  private final boolean perCpu;

  CpuValues(Shape shape, boolean perCpu) {
    this.shape = shape;
    this.perCpu = perCpu;
    this.values = new Object[perCpu ? Environment.current().cpus() : 1];
    Arrays.setAll(values, _ -> shape.zero());
  }

  private int index() {
    return perCpu ? Environment.current().cpu() : 0;
  }

  /// That of the current CPU: a reference to it.
  Object current() {
    return values[index()];
  }

  Object of(int cpu) {
    return values[cpu];
  }

  int count() {
    return values.length;
  }

  /// Copies a value to the current CPU.
  void set(Object value) {
    put(index(), shape.bytes(value));
  }

  private void put(int index, byte[] bytes) {
    if (shape.changes()) {
      shape.readInto(values[index], Shape.wrap(bytes), 0);
    } else {
      values[index] = shape.value(bytes);
    }
  }

  private int stride() {
    return perCpu ? (shape.size() + 7) & -8 : shape.size();
  }

  /// The bytes of all of them.
  byte[] bytes() {
    var all = new byte[stride() * values.length];
    for (int i = 0; i < values.length; i++) {
      shape.write(values[i], Shape.wrap(all), i * stride());
    }
    return all;
  }

  /// Changes all of them.
  void set(byte[] all) {
    for (int i = 0; i < values.length; i++) {
      put(i, Arrays.copyOfRange(all, i * stride(), i * stride() + shape.size()));
    }
  }
}
