package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// A kernel structure while it is filled: zeroed memory of just the size that the call needs, and
/// everything it points to, in one arena.
final class Attr {
  private final Arena arena;
  private final MemorySegment memory;

  Attr(Arena arena, int size) {
    this.arena = arena;
    this.memory = arena.allocate(size, 8);
  }

  Attr u32(int offset, int value) {
    memory.set(ValueLayout.JAVA_INT, offset, value);
    return this;
  }

  Attr u64(int offset, long value) {
    memory.set(ValueLayout.JAVA_LONG, offset, value);
    return this;
  }

  Attr pointer(int offset, MemorySegment target) {
    return u64(offset, target.address());
  }

  Attr string(int offset, String text) {
    return pointer(offset, arena.allocateFrom(text));
  }

  Attr bytes(int offset, byte[] bytes) {
    return pointer(offset, copy(bytes));
  }

  Attr numbers(int offset, int[] numbers) {
    return pointer(offset, arena.allocateFrom(ValueLayout.JAVA_INT, numbers));
  }

  MemorySegment copy(byte[] bytes) {
    var segment = arena.allocate(Math.max(1, bytes.length), 8);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  /// A name of at most 15 bytes, in a field of 16.
  Attr name(int offset, String name) {
    var bytes = name.getBytes(StandardCharsets.US_ASCII);
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, offset, Math.min(15, bytes.length));
    return this;
  }

  int u32(int offset) {
    return memory.get(ValueLayout.JAVA_INT, offset);
  }

  long u64(int offset) {
    return memory.get(ValueLayout.JAVA_LONG, offset);
  }

  MemorySegment memory() {
    return memory;
  }

  long bpf(int command) {
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
