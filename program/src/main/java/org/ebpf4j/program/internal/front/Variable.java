package org.ebpf4j.program.internal.front;

import java.lang.reflect.Field;

/// A static field that is a variable of the object.
///
/// @param section the data section, `.data` or `.rodata`
/// @param offset where it stands in it
/// @param type its class; of an array, that of the array
/// @param bytes its size; of an array, that of an element
/// @param signed whether the number is signed
/// @param length the number of elements; −1 where it is no array
public record Variable(
    Field field, String section, int offset, Class<?> type, int bytes, boolean signed, int length) {
  /// All its bytes.
  public int size() {
    return length < 0 ? bytes : bytes * length;
  }
}
