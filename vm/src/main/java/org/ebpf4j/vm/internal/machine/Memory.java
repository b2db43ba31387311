package org.ebpf4j.vm.internal.machine;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// All memory that programs of a kernel may reach: regions, each at an address of its own. The
/// upper half of an address is the number of the region, the lower half an offset into it, so that
/// no arithmetic on a pointer into one region makes a good pointer into another by chance. Only
/// every second number is given to a region, so that what is a little before one is in none.
///
/// Any thread may use it. A region that is removed is found no more; its number is given out again
/// only after many others were, so that a pointer into it that was kept is an error.
public final class Memory {
  private static final int FIRST = 1;
  private static final int RESTING = 1 << 14;

  /// Above the numbers that are asked for: an address of user space has 47 bits.
  private static final int HIGHEST = 1 << 16;

  /// How far before a region an address is taken for one that was meant to be in it.
  private static final int BEFORE = 1 << 16;

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Integer> free = new ArrayDeque<>();
  private volatile @Nullable Region[] regions = new @Nullable Region[64];
  private int next = FIRST;

  /// Gives a region an address.
  ///
  /// @return the address of its byte 0
  public long add(Region region) {
    lock.lock();
    try {
      int number;
      do {
        number = free.size() > RESTING ? free.remove() : next;
        if (number == next) {
          next += 2;
        }
      } while (number < regions.length && regions[number] != null);
      if (number >= regions.length) {
        regions = Arrays.copyOf(regions, regions.length * 2);
      }
      region.place((long) number << Integer.SIZE);
      regions[number] = region;
      return region.address();
    } finally {
      lock.unlock();
    }
  }

  /// Gives a region the address that it asks for, where no other has it.
  ///
  /// @param number the upper half of the address
  /// @return whether it has it
  public boolean addAt(long number, Region region) {
    lock.lock();
    try {
      if (number <= 0 || number >= HIGHEST || find(number << Integer.SIZE) != null) {
        return false;
      }
      var index = (int) number;
      while (index >= regions.length) {
        regions = Arrays.copyOf(regions, regions.length * 2);
      }
      region.place(number << Integer.SIZE);
      regions[index] = region;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Takes a region out: each access to it is a fault from now on.
  public void remove(Region region) {
    lock.lock();
    try {
      var number = (int) (region.address() >>> Integer.SIZE);
      if (isThere(number, region)) {
        regions[number] = null;
        if (number % 2 != 0 && number < next) {
          free.add(number);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  private boolean isThere(int number, Region region) {
    return regions[number] == region;
  }

  /// The region that an address is in; null where there is none.
  public @Nullable Region find(long address) {
    var all = regions;
    var number = (int) (address >>> Integer.SIZE);
    return number >= 0 && number < all.length ? all[number] : null;
  }

  /// The region that an address is in.
  ///
  /// @throws MemoryFault where there is none
  public Region at(long address) {
    var found = find(address);
    if (found == null) {
      throw nowhere(address);
    }
    return found;
  }

  private MemoryFault nowhere(long address) {
    var number = address >>> Integer.SIZE;
    if (number == 0) {
      return new MemoryFault(
          address,
          address == 0
              ? "the null pointer"
              : Long.compareUnsigned(address, 0x10000) < 0
                  ? "offset " + address + " of the null pointer"
                  : "a number that is no address");
    }
    var after = find(address + BEFORE);
    if (after != null) {
      return new MemoryFault(
          address, "offset " + (address - after.address() - after.from()) + " of " + after.name());
    }
    return new MemoryFault(
        address,
        number < next
            ? "memory that is gone, such as the value of an entry that was deleted"
            : "no memory of the program or the kernel");
  }

  long load8(long address) {
    return at(address).load8((int) address);
  }

  long load16(long address) {
    return at(address).load16((int) address);
  }

  long load32(long address) {
    return at(address).load32((int) address);
  }

  long load64(long address) {
    return at(address).load64((int) address);
  }

  void store8(long address, long value) {
    at(address).store8((int) address, value);
  }

  void store16(long address, long value) {
    at(address).store16((int) address, value);
  }

  void store32(long address, long value) {
    at(address).store32((int) address, value);
  }

  void store64(long address, long value) {
    at(address).store64((int) address, value);
  }

  /// Reads an unsigned number of 1, 2, 4 or 8 bytes.
  ///
  /// @throws MemoryFault where it cannot be read
  public long load(long address, int size) {
    return at(address).load((int) address, size);
  }

  /// Writes a number of 1, 2, 4 or 8 bytes.
  ///
  /// @throws MemoryFault where it cannot be written
  public void store(long address, int size, long value) {
    at(address).store((int) address, size, value);
  }

  /// The array that has the bytes at an address, from the lower half of the address on; null where
  /// reads are calls.
  ///
  /// @throws MemoryFault where one of them cannot be read
  public byte @Nullable [] bytes(long address, int size) {
    var region = at(address);
    region.check((int) address, size);
    region.checkWritten((int) address, size);
    return region.bytes();
  }

  /// Copies bytes out.
  ///
  /// @throws MemoryFault where one of them cannot be read
  public byte[] read(long address, long size) {
    if (size == 0) {
      return new byte[0];
    }
    at(address).check((int) address, size);
    var to = new byte[(int) size];
    read(address, to, 0, to.length);
    return to;
  }

  /// Makes bytes zero.
  ///
  /// @throws MemoryFault where one of them cannot be written; none is then
  public void clear(long address, long size) {
    if (size != 0) {
      at(address).check((int) address, size);
      write(address, new byte[(int) size]);
    }
  }

  /// Copies bytes out.
  ///
  /// @throws MemoryFault where one of them cannot be read
  public void read(long address, byte[] to, int at, int size) {
    if (size == 0) {
      return;
    }
    var region = at(address);
    var offset = (int) address;
    region.check(offset, size);
    region.checkWritten(offset, size);
    var bytes = region.bytes();
    if (bytes != null) {
      System.arraycopy(bytes, offset, to, at, size);
    } else {
      for (int i = 0; i < size; i++) {
        to[at + i] = (byte) region.load8(offset + i);
      }
    }
  }

  /// Copies bytes in.
  ///
  /// @throws MemoryFault where one of them cannot be written; none is then
  public void write(long address, byte[] from, int at, int size) {
    if (size == 0) {
      return;
    }
    var region = at(address);
    var offset = (int) address;
    region.check(offset, size);
    var bytes = region.bytes();
    if (!region.isWritable()) {
      throw new MemoryFault(address, region.name() + " is read-only");
    }
    if (bytes != null) {
      System.arraycopy(from, at, bytes, offset, size);
      region.markWritten(offset, size);
    } else {
      for (int i = 0; i < size; i++) {
        region.store8(offset + i, from[at + i]);
      }
    }
  }

  /// Takes bytes for written ones, whatever they are: a function of the kernel was given them to
  /// write to, and may have used only some.
  ///
  /// @throws MemoryFault where one of them cannot be written
  public void markWritten(long address, long size) {
    if (size != 0) {
      var region = at(address);
      region.check((int) address, size);
      region.markWritten((int) address, (int) size);
    }
  }

  /// Copies bytes in.
  ///
  /// @throws MemoryFault where one of them cannot be written; none is then
  public void write(long address, byte[] from) {
    write(address, from, 0, from.length);
  }
}
