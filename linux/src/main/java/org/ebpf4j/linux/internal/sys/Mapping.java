package org.ebpf4j.linux.internal.sys;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Memory of the kernel, such as the values of a map, mapped into this process and shared with it.
/// Whoever reads or writes it after [#close()] gets an [IllegalStateException].
public final class Mapping implements AutoCloseable {
  private static final int PROT_READ = 1;
  private static final int PROT_WRITE = 2;
  private static final int MAP_SHARED = 1;
  private static final int MAP_FIXED_NOREPLACE = 0x100000;

  private final Arena arena;
  private final MemorySegment memory;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Mapping(Arena arena, MemorySegment memory) {
    this.arena = arena;
    this.memory = memory;
  }

  /// What came of an attempt: a mapping to own, or why not.
  ///
  /// @param mapped the mapping
  /// @param errno 0, or the error number
  public record Outcome(@Nullable Mapping mapped, int errno) {
    /// Whether there is a mapping.
    public boolean ok() {
      return errno == 0;
    }

    /// The mapping.
    ///
    /// @throws IllegalStateException where there is none
    public Mapping mapping() {
      if (mapped == null) {
        throw new IllegalStateException("refused with error " + errno);
      }
      return mapped;
    }
  }

  /// What may be done with mapped memory.
  public enum Access {
    READ,
    READ_WRITE
  }

  /// Maps `length` bytes of what `fd` refers to, from `offset`, a whole number of pages.
  public static Outcome of(int fd, long offset, long length, Access access) {
    return map(0, MAP_SHARED, fd, offset, length, access);
  }

  /// The same at an address, which is a whole number of pages, as arenas want it. `EEXIST` where
  /// something is mapped there already.
  public static Outcome at(long address, int fd, long offset, long length, Access access) {
    return map(address, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, offset, length, access);
  }

  private static Outcome map(
      long address, int flags, int fd, long offset, long length, Access access) {
    if (length <= 0) {
      throw new IllegalArgumentException("a mapping of " + length + " bytes");
    }
    var protection =
        switch (access) {
          case READ -> PROT_READ;
          case READ_WRITE -> PROT_READ | PROT_WRITE;
        };
    var result = Native.call(SystemCall.MMAP, address, length, protection, flags, fd, offset);
    if (result < 0) {
      return new Outcome(null, (int) -result);
    }
    if (address != 0 && result != address) {
      // A kernel before 4.17, which took the address for advice.
      Native.call(SystemCall.MUNMAP, result, length, 0);
      return new Outcome(null, org.ebpf4j.error.Errno.EEXIST);
    }
    var arena = Arena.ofShared();
    var memory = segment(arena, result, length);
    return new Outcome(new Mapping(arena, access == Access.READ ? memory.asReadOnly() : memory), 0);
  }

  @SuppressWarnings("restricted")
  private static MemorySegment segment(Arena arena, long address, long length) {
    return MemorySegment.ofAddress(address)
        .reinterpret(length, arena, mapped -> Native.call(SystemCall.MUNMAP, address, length, 0));
  }

  /// The memory; read-only where it was mapped for reading.
  public MemorySegment memory() {
    return memory;
  }

  /// The memory, which cannot be used after the end of `scope`, nor by threads that `scope` does
  /// not allow. `scope` must end before this is closed: a use in between would end the process.
  ///
  /// @throws IllegalStateException after [#close()]
  @SuppressWarnings("restricted")
  public MemorySegment memory(Arena scope) {
    if (!open.get()) {
      throw new IllegalStateException("closed");
    }
    return memory.reinterpret(scope, null);
  }

  /// The address where it begins in this process.
  public long address() {
    return memory.address();
  }

  /// Unmaps the memory.
  ///
  /// @throws IllegalStateException where a thread is at the moment reading or writing it
  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      arena.close();
    }
  }
}
