package org.ebpf4j.object;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/// A run of bytes as a value: equal by content, never changed. Zeroes that nobody gave take no
/// memory, so that the content of a section of gigabytes costs what is set in it. Any thread may
/// use it.
public final class Bytes {
  /// No bytes.
  public static final Bytes EMPTY = zeroes(0);

  /// Below this size, what is not stored is not worth a thought.
  private static final int SMALL = 1 << 16;

  private final int size;

  /// What is not zero, and what was given as zero: by where it starts. Runs do not touch.
  private final NavigableMap<Integer, byte[]> runs;

  private Bytes(int size, NavigableMap<Integer, byte[]> runs) {
    this.size = size;
    this.runs = runs;
  }

  /// A copy of an array.
  public static Bytes of(byte[] bytes) {
    var runs = new TreeMap<Integer, byte[]>();
    if (bytes.length > 0) {
      runs.put(0, bytes.clone());
    }
    return new Bytes(bytes.length, runs);
  }

  /// So many zeroes, which take no memory.
  ///
  /// @throws IllegalArgumentException for less than none
  public static Bytes zeroes(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("a size of " + size + " bytes");
    }
    return new Bytes(size, new TreeMap<>());
  }

  /// How many there are.
  public int size() {
    return size;
  }

  /// Whether most of it is zeroes that take no memory.
  public boolean isSparse() {
    return size > SMALL && runs.values().stream().mapToLong(r -> r.length).sum() < size / 2;
  }

  /// The same bytes but for those from `offset` on, which are those of `value`.
  ///
  /// @throws IndexOutOfBoundsException where they do not fit
  public Bytes with(int offset, byte[] value) {
    Objects.checkFromIndexSize(offset, value.length, size);
    if (value.length == 0) {
      return this;
    }
    // Those that the value touches become one with it.
    var before = runs.floorEntry(offset);
    var from =
        before != null && before.getKey() + before.getValue().length >= offset
            ? before.getKey()
            : offset;
    var last = runs.floorEntry(offset + value.length);
    var end =
        last == null
            ? offset + value.length
            : Math.max(offset + value.length, last.getKey() + last.getValue().length);
    var run = copy(from, end - from);
    System.arraycopy(value, 0, run, offset - from, value.length);
    var changed = new TreeMap<>(runs);
    changed.subMap(from, true, end, false).clear();
    changed.put(from, run);
    return new Bytes(size, changed);
  }

  /// The same bytes but for `length` from `offset` on, which are 0.
  ///
  /// @throws IndexOutOfBoundsException where there are not so many
  public Bytes withZeroes(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, size);
    var changed = new TreeMap<Integer, byte[]>();
    var end = offset + length;
    runs.forEach((at, run) -> {
      if (at < offset) {
        changed.put(at, Arrays.copyOf(run, Math.min(run.length, offset - at)));
      }
      if (at + run.length > end) {
        var from = Math.max(at, end);
        changed.put(from, Arrays.copyOfRange(run, from - at, run.length));
      }
    });
    return new Bytes(size, changed);
  }

  /// A copy as an array.
  public byte[] toArray() {
    return copy(0, size);
  }

  /// A copy of `length` bytes from `offset` on.
  ///
  /// @throws IndexOutOfBoundsException where there are not so many
  public byte[] copy(int offset, int length) {
    Objects.checkFromIndexSize(offset, length, size);
    var copy = new byte[length];
    var first = runs.floorKey(offset);
    var end = offset + length;
    for (var run : runs.subMap(first == null ? offset : first, true, end, false).entrySet()) {
      var from = Math.max(offset, run.getKey());
      var until = Math.min(end, run.getKey() + run.getValue().length);
      if (from < until) {
        System.arraycopy(run.getValue(), from - run.getKey(), copy, from - offset, until - from);
      }
    }
    return copy;
  }

  /// Writes the bytes into memory that is all zeroes, from `offset` on. Zeroes that take no memory
  /// here are not written there.
  ///
  /// @throws IndexOutOfBoundsException where the memory has no room
  public void writeInto(MemorySegment memory, long offset) {
    Objects.checkFromIndexSize(offset, size, memory.byteSize());
    runs.forEach((at, run) ->
        MemorySegment.copy(run, 0, memory, ValueLayout.JAVA_BYTE, offset + at, run.length));
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Bytes that
            && size == that.size
            && that.hasAllOf(this)
            && hasAllOf(that));
  }

  /// Whether the runs of another stand here, too.
  private boolean hasAllOf(Bytes other) {
    return other.runs.entrySet().stream()
        .allMatch(run -> Arrays.equals(run.getValue(), copy(run.getKey(), run.getValue().length)));
  }

  @Override
  public int hashCode() {
    // The same however the bytes are stored: zeroes do not count.
    var hash = size;
    for (var run : runs.entrySet()) {
      for (int i = 0; i < run.getValue().length; i++) {
        hash += run.getValue()[i] * (2 * (run.getKey() + i) + 1) * 0x9e3779b1;
      }
    }
    return hash;
  }

  @Override
  public String toString() {
    return size + " bytes";
  }
}
