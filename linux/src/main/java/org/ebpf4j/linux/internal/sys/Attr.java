package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/// A kernel structure while it is filled: zeroed memory of just the size that the call needs, and
/// everything it points to, in one arena.
final class Attr {
  private final Arena arena;
  private final MemorySegment memory;
  private final ByteBuffer numbers;

  Attr(Arena arena, int size) {
    this.arena = arena;
    this.memory = arena.allocate(size, 8);
    this.numbers = Native.numbers(memory);
  }

  Attr u32(int offset, int value) {
    numbers.putInt(offset, value);
    return this;
  }

  Attr u64(int offset, long value) {
    numbers.putLong(offset, value);
    return this;
  }

  Attr pointer(int offset, MemorySegment target) {
    return u64(offset, target.address());
  }

  Attr string(int offset, String text) {
    return pointer(offset, Native.text(arena, text));
  }

  Attr bytes(int offset, byte[] bytes) {
    return pointer(offset, copy(bytes));
  }

  Attr numbers(int offset, int[] numbers) {
    return pointer(offset, arena.allocateFrom(ValueLayout.JAVA_INT, numbers));
  }

  MemorySegment copy(byte[] bytes) {
    var segment = arena.allocate(Math.max(1, bytes.length), 8);
    segment.asByteBuffer().put(bytes);
    return segment;
  }

  /// A name of at most 15 bytes, in a field of 16.
  Attr name(int offset, String name) {
    var bytes = name.getBytes(StandardCharsets.US_ASCII);
    numbers.put(offset, bytes, 0, Math.min(15, bytes.length));
    return this;
  }

  int u32(int offset) {
    return numbers.getInt(offset);
  }

  long u64(int offset) {
    return numbers.getLong(offset);
  }

  /// Copies what is there from its start.
  void get(byte[] bytes) {
    numbers.get(0, bytes);
  }

  MemorySegment memory() {
    return memory;
  }

  /// Makes the call, in the thread that the arena belongs to.
  long bpf(int command) {
    var capture = arena.allocate(Native.CAPTURE_SIZE, 4);
    return Native.call(capture, SystemCall.BPF, command, memory.address(), memory.byteSize());
  }

  /// The same in any thread.
  long bpfAnywhere(int command) {
    return Native.call(SystemCall.BPF, command, memory.address(), memory.byteSize());
  }

  /// The same with attributes that all commands have.
  long bpf(int command, Attr common) {
    return Native.call(
        SystemCall.BPF,
        command,
        memory.address(),
        memory.byteSize(),
        common.memory.address(),
        common.memory.byteSize(),
        0);
  }
}
