package org.ebpf4j.program.jvm;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/// An array of a known length.
///
/// @param element the type of its elements in Java
/// @param shape how each stands in memory
/// @param length how many there are
record ArrayShape(Class<?> element, Shape shape, int length) implements Shape {
  @Override
  public int size() {
    return shape.size() * length;
  }

  @Override
  public int alignment() {
    return shape.alignment();
  }

  @Override
  public boolean changes() {
    return true;
  }

  @Override
  public void write(Object value, ByteBuffer to, int at) {
    int count = Math.min(Array.getLength(value), length);
    for (int i = 0; i < count; i++) {
      shape.write(Array.get(value, i), to, at + i * shape.size());
    }
  }

  @Override
  public Object read(ByteBuffer from, int at) {
    var array = Array.newInstance(element, length);
    for (int i = 0; i < length; i++) {
      Array.set(array, i, shape.read(from, at + i * shape.size()));
    }
    return array;
  }

  @Override
  public void readInto(Object target, ByteBuffer from, int at) {
    for (int i = 0; i < Math.min(Array.getLength(target), length); i++) {
      if (shape.changes()) {
        shape.readInto(Array.get(target, i), from, at + i * shape.size());
      } else {
        Array.set(target, i, shape.read(from, at + i * shape.size()));
      }
    }
  }
}
