package org.ebpf4j.program.internal.front;

import java.util.Map;

/// Where the fields of a class are in memory, by the rules of C in the order of the fields.
///
/// @param size the size of an object, in bytes
/// @param alignment its alignment
/// @param padded whether there are bytes between fields or behind them
/// @param places the fields by name, in their order
record Layout(int size, int alignment, boolean padded, Map<String, Place> places) {
  /// A field.
  ///
  /// @param type its class; of an array, that of the array
  /// @param offset bytes from the start
  /// @param bytes its size; of an array, that of an element
  /// @param signed whether the number is signed
  /// @param length the number of elements; −1 where it is no array
  record Place(String name, Class<?> type, int offset, int bytes, boolean signed, int length) {
    boolean isArray() {
      return length >= 0;
    }
  }
}
