package org.ebpf4j.codec;

/// The local variables of a generated method.
///
/// @param memory the one that holds the memory
/// @param offset the first of the two that hold the offset of what is read or written
/// @param value the one that holds what is written
/// @param length the first of the two that hold how many bytes there are from that offset on, where
///   a method is for what ends in a flexible array
record Frame(int memory, int offset, int value, int length) {
  /// Holds the array, where a method is for one.
  static final int VALUE = 3;

  /// Holds the index of an element of it.
  static final int INDEX = 4;

  /// The first of the two that hold the offset of that element.
  static final int PLACE = 5;

  /// Of the codec's own methods.
  static final Frame ROOT = new Frame(1, 2, 4, 4);

  /// Of the static methods, for records and arrays inside.
  static final Frame INNER = new Frame(0, 1, VALUE, VALUE);

  /// Of the static methods, for an element of an array.
  static final Frame ELEMENT = new Frame(0, PLACE, VALUE, VALUE);
}
