package org.ebpf4j.map;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.ebpf4j.error.Errno;
import org.ebpf4j.spi.MapAccess;

/// Reads a map by commands that give many entries at a time, and may take them out.
final class MapReading {
  /// What is read at a time fits into a processor's cache, and costs next to nothing for a call.
  private static final int BYTES = 128 * 1024;

  private static final int LEAST = 64;
  private static final int MOST = 1 << 20;

  /// How often a command is made again that found the map changing under it.
  private static final int ATTEMPTS = 1_000;

  private static final Set<Integer> UNSUPPORTED =
      Set.of(Errno.ENOTSUPP, Errno.EOPNOTSUPP, Errno.EINVAL);

  private final MapAccess access;
  private final MapAccess.Batch command;
  private final long flags;
  private final Arena arena;
  private final int keySize;
  private final int valueSize;

  /// Two cursors, each as long as a key or an `int`: where the last command ended, and where this
  /// one will.
  private MemorySegment from;

  private MemorySegment to;
  private MemorySegment keys = MemorySegment.NULL;
  private MemorySegment values = MemorySegment.NULL;
  private int room;
  private int count;
  private int errno;
  private boolean started;
  private boolean ended;
  private boolean supported = true;

  MapReading(MapAccess access, MapShape shape, MapAccess.Batch command, long flags, Arena arena) {
    this.access = access;
    this.command = command;
    this.flags = flags;
    this.arena = arena;
    this.keySize = shape.keySize();
    this.valueSize = shape.valueSize();
    this.from = arena.allocate(Math.max(8, keySize), 8);
    this.to = arena.allocate(Math.max(8, keySize), 8);
    var wanted = Math.max(LEAST, BYTES / Math.max(1, keySize + valueSize));
    makeRoom((int) Math.min(wanted, Math.max(LEAST, shape.maxEntries())));
  }

  private void makeRoom(int entries) {
    room = entries;
    keys = arena.allocate((long) entries * keySize, 8);
    values = arena.allocate((long) entries * valueSize, 8);
  }

  /// Reads on; false where all has been read, or [#errno()] is not 0, or the kernel cannot.
  boolean fill() {
    count = 0;
    for (int attempt = 0; !ended && attempt < ATTEMPTS; attempt++) {
      int result;
      try (var lane = access.enter()) {
        result =
            lane.batch(command, started ? from : MemorySegment.NULL, to, keys, values, room, flags);
        count = result == 0 || result == Errno.ENOENT ? lane.count() : 0;
      }
      switch (result) {
        case 0 -> {
          step();
          if (count > 0) {
            return true;
          }
        }
        case Errno.ENOENT -> {
          ended = true;
          return count > 0;
        }
        case Errno.ENOSPC -> {
          // More keys in one place of the map than there is room for.
          if (room >= MOST) {
            return fail(result);
          }
          makeRoom(room * 2);
        }
        case Errno.EINTR, Errno.EAGAIN, Errno.EBUSY -> Thread.onSpinWait();
        default -> {
          if (!started && UNSUPPORTED.contains(result)) {
            supported = false;
            ended = true;
            return false;
          }
          return fail(result);
        }
      }
    }
    return !ended && fail(Errno.EBUSY);
  }

  private boolean fail(int result) {
    errno = result;
    ended = true;
    return false;
  }

  private void step() {
    var other = from;
    from = to;
    to = other;
    started = true;
  }

  /// How many entries the last command gave.
  int count() {
    return count;
  }

  /// Their keys, one after the other.
  MemorySegment keys() {
    return keys;
  }

  /// Their values, one after the other.
  MemorySegment values() {
    return values;
  }

  /// Why the last command failed, or 0.
  int errno() {
    return errno;
  }

  /// Whether the kernel has such a command for this shape.
  boolean isSupported() {
    return supported;
  }
}
