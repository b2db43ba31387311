package org.ebpf4j.error;

/// A record of a ring buffer ends inside a number of the type that it was to be read as, or has
/// nothing of it. It counts as read.
public final class RecordSizeException extends BpfException {
  private static final long serialVersionUID = 1L;

  private final int recordSize;
  private final int expectedSize;

  /// A record of `recordSize` bytes in the ring named, where `expectedSize` bytes were wanted.
  public RecordSizeException(String ring, int recordSize, int expectedSize) {
    super(
        "ring buffer '"
            + ring
            + "': a record of "
            + recordSize
            + " bytes is too short for a type of "
            + expectedSize
            + " bytes");
    this.recordSize = recordSize;
    this.expectedSize = expectedSize;
  }

  /// How many bytes the record had.
  public int recordSize() {
    return recordSize;
  }

  /// How many bytes the type takes.
  public int expectedSize() {
    return expectedSize;
  }
}
