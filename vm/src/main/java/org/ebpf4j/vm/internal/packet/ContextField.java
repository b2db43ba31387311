package org.ebpf4j.vm.internal.packet;

/// A field of a struct that programs see as their context.
///
/// @param name its name in C
/// @param offset where it is
/// @param width its bytes; of an array those of one element
/// @param count how many elements it has; 1 for what is no array
/// @param kind what is there
/// @param narrow whether a part of it may be read, by fewer bytes
public record ContextField(
    String name, int offset, int width, int count, Kind kind, boolean narrow) {
  /// What is in a field.
  public enum Kind {
    /// A number that is kept as it is.
    PLAIN,
    /// Bytes that may be read and written in any size.
    BYTES,
    /// The address of the first byte of the packet.
    DATA,
    /// The address behind the last byte of the packet.
    DATA_END,
    /// The address of the metadata before the packet.
    DATA_META,
    /// How many bytes the packet has.
    LENGTH,
    /// The address of something else.
    POINTER
  }

  /// How many bytes all of it has.
  public int size() {
    return width * count;
  }

  /// Whether a program may read so many bytes at an offset of the struct.
  boolean mayBeRead(int at, int bytes) {
    var inside = at - offset;
    if (kind == Kind.BYTES) {
      return inside + bytes <= size() && inside % bytes == 0;
    }
    if (bytes == width) {
      return inside % width == 0;
    }
    return narrow && bytes < width && inside % bytes == 0;
  }

  /// Whether a program may write so many bytes there, where it may write to the field at all.
  boolean mayBeWritten(int at, int bytes) {
    var inside = at - offset;
    return kind == Kind.BYTES
        ? inside + bytes <= size() && inside % bytes == 0
        : bytes == width && inside % width == 0;
  }
}
