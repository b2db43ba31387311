package org.ebpf4j.vm.internal.map;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// Memory that programs and Java share, in pages that programs allocate. An access to a page that
/// is not there does nothing: it reads zero, as in the kernel. Its lock is the monitor of this.
public final class ArenaContent implements Content {
  private static final int PAGE = 4096;
  private static final long U32 = 0xffff_ffffL;

  /// Below that, memory is taken from the heap; above, from a sparse file, so that pages that
  /// nobody uses cost nothing.
  private static final long LARGE = 1 << 24;

  /// Where an arena begins that says nothing of it, so that its first byte is not the null pointer.
  private static final long FIRST = 1 << 16;

  private final Memory memory;
  private final Pages region;
  private final MemorySegment bytes;
  private final int pages;
  private final long start;

  /// The pages that may not be allocated: they are, or are reserved.
  private final BitSet taken = new BitSet();

  private final BitSet present = new BitSet();
  private final List<Region> guards = new ArrayList<>();

  /// An empty arena.
  ///
  /// @param pages its size
  /// @param address where user space is to see it, or 0
  ArenaContent(Memory memory, String name, int pages, long address) {
    this.memory = memory;
    this.pages = pages;
    var size = (long) pages * PAGE;
    this.start = address != 0 ? address & U32 : size + FIRST <= U32 ? FIRST : 0;
    this.bytes = size < LARGE ? Arena.ofAuto().allocate(size, PAGE) : sparse(size);
    this.region = new Pages(name);
    if (address == 0 || !memory.addAt(address >>> Integer.SIZE, region)) {
      memory.add(region);
    }
    var number = region.address() >>> Integer.SIZE;
    for (var beside : new long[] {number - 1, number + 1}) {
      var guard = new Guard(name);
      if (memory.addAt(beside, guard)) {
        guards.add(guard);
      }
    }
  }

  /// What is before and behind the 4 GB that an arena lies in: nothing, as where it has no pages.
  private static final class Guard extends Region {
    Guard(String arena) {
      super("what is beside arena '" + arena + "'", Integer.MIN_VALUE, Integer.MAX_VALUE, true);
    }

    @Override
    protected void refuse(int offset, long size) {
      // All of it is as good as any of it.
    }

    @Override
    protected long read(int offset, int size) {
      return 0;
    }

    @Override
    protected void write(int offset, int size, long value) {
      // Nothing keeps it.
    }
  }

  private static MemorySegment sparse(long size) {
    try {
      var file = Files.createTempFile("ebpf4j-arena", "");
      try (var channel =
          FileChannel.open(
              file,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE)) {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory of " + size + " bytes for an arena", e);
    }
  }

  /// What programs see: addresses are taken by their lower half alone.
  private final class Pages extends Region {
    Pages(String name) {
      super("arena '" + name + "'", Integer.MIN_VALUE, Integer.MAX_VALUE, true);
    }

    @Override
    protected void refuse(int offset, long size) {
      // Every address is within 4 GB of its start.
    }

    private long at(int offset) {
      return (offset & U32) - start;
    }

    private boolean isWritable(long at) {
      var page = (int) (at / PAGE);
      if (present.get(page)) {
        return true;
      }
      // Java has touched it, which brings the page.
      return bytes.asSlice((long) page * PAGE, PAGE).mismatch(MemorySegment.ofArray(EMPTY)) >= 0;
    }

    @Override
    protected long read(int offset, int size) {
      var at = at(offset);
      if (at < 0 || at > bytes.byteSize() - size) {
        return 0;
      }
      return switch (size) {
        case 1 -> bytes.get(ValueLayout.JAVA_BYTE, at) & 0xff;
        case 2 -> bytes.get(U16, at) & 0xffff;
        case 4 -> bytes.get(INT, at) & U32;
        default -> bytes.get(LONG, at);
      };
    }

    @Override
    protected void write(int offset, int size, long value) {
      var at = at(offset);
      if (at < 0 || at > bytes.byteSize() - size || !isWritable(at)) {
        return;
      }
      switch (size) {
        case 1 -> bytes.set(ValueLayout.JAVA_BYTE, at, (byte) value);
        case 2 -> bytes.set(U16, at, (short) value);
        case 4 -> bytes.set(INT, at, (int) value);
        default -> bytes.set(LONG, at, value);
      }
    }
  }

  private static final byte[] EMPTY = new byte[PAGE];
  private static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// The upper half of the addresses in it.
  public long base() {
    return region.address();
  }

  /// The address of its first byte.
  public long address() {
    return base() | start;
  }

  /// All of it, as Java sees it.
  public MemorySegment memory() {
    return bytes;
  }

  /// Puts variables into it.
  public synchronized void fill(long offset, byte[] image) {
    MemorySegment.copy(image, 0, bytes, ValueLayout.JAVA_BYTE, offset, image.length);
    var first = (int) (offset / PAGE);
    var end = (int) Math.ceilDiv(offset + image.length, PAGE);
    taken.set(first, end);
    present.set(first, end);
  }

  private long page(long address) {
    return ((address - start) & U32) / PAGE;
  }

  /// Allocates pages, which are zero.
  ///
  /// @param address where, or 0
  /// @return the address of the first; 0 where there is no room
  public synchronized long allocate(long address, long count) {
    if (count == 0 || count > pages || address % PAGE != 0) {
      return 0;
    }
    int first = address == 0 ? hole((int) count) : (int) page(address);
    if (first < 0 || first > pages - count || !isFree(first, (int) count)) {
      return 0;
    }
    taken.set(first, first + (int) count);
    present.set(first, first + (int) count);
    return base() | ((start + (long) first * PAGE) & U32);
  }

  private boolean isFree(int first, int count) {
    var next = taken.nextSetBit(first);
    return next < 0 || next >= first + count;
  }

  /// The first page of the smallest hole that is large enough; -1 for none.
  private int hole(int count) {
    int best = -1;
    int smallest = Integer.MAX_VALUE;
    for (int at = taken.nextClearBit(0); at < pages; ) {
      int next = taken.nextSetBit(at);
      int end = next < 0 ? pages : next;
      if (end - at >= count && end - at < smallest) {
        smallest = end - at;
        best = at;
      }
      at = taken.nextClearBit(end);
    }
    return best;
  }

  /// Gives pages back.
  public synchronized void free(long address, long count) {
    var first = page(address);
    var end = (int) Math.min(first + count, pages);
    if (first < end) {
      taken.clear((int) first, end);
      present.clear((int) first, end);
      bytes.asSlice(first * PAGE, (end - first) * PAGE).fill((byte) 0);
    }
  }

  /// Has pages not be allocated.
  ///
  /// @return 0, or an error number
  public synchronized int reserve(long address, long count) {
    if (count == 0 || address % PAGE != 0) {
      return 0;
    }
    var first = page(address);
    if (first + count > pages) {
      return Errno.EINVAL;
    }
    if (!isFree((int) first, (int) count)) {
      return Errno.EBUSY;
    }
    taken.set((int) first, (int) (first + count));
    return 0;
  }

  @Override
  public byte @Nullable [] get(byte[] key) {
    throw new Unsupported(Errno.EOPNOTSUPP);
  }

  @Override
  public int put(byte[] key, byte[] value, int mode) {
    return Errno.EOPNOTSUPP;
  }

  @Override
  public int remove(byte[] key) {
    return Errno.EOPNOTSUPP;
  }

  @Override
  public void release() {
    memory.remove(region);
    guards.forEach(memory::remove);
  }
}
