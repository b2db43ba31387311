package org.ebpf4j.spi;

import java.lang.foreign.MemorySegment;
import org.ebpf4j.error.KernelException;

/// The calls that read and write one map of a kernel. They are the commands of `bpf(2)` on maps
/// (`include/uapi/linux/bpf.h`), with its error numbers, which every kernel answers alike. May be
/// used by several threads at a time.
public interface MapAccess {
  /// A lane that nobody else uses until [Lane#close()].
  ///
  /// @throws IllegalStateException where the map is closed
  Lane enter();

  /// Why a command was refused.
  ///
  /// @param command the command, such as `MAP_UPDATE_ELEM`
  /// @param errno the error number it came to
  KernelException refusal(String command, int errno);

  /// Room for one call, and the calls. For one thread at a time; it serves one call after the
  /// other.
  ///
  /// That this is an interface costs nothing where one kernel is in use: a lookup, an update and a
  /// lookup into a record took 1.005, 1.006 and 1.017 times what they took on the class of Linux
  /// (medians of 48 rounds of 60,000 calls in turns, time of the processor; the calls of `Maps` in
  /// `bench/parts`), and as many bytes.
  interface Lane extends AutoCloseable {
    /// Where the key stands: as many bytes as keys have.
    MemorySegment key();

    /// Where the key stands that [#nextKey(boolean)] finds.
    MemorySegment next();

    /// Where the value stands: as many bytes as are exchanged for a value.
    MemorySegment value();

    /// `MAP_LOOKUP_ELEM`: the value of the key. 0, or an error number: `ENOENT` where the key is
    /// not there.
    int lookup(long flags);

    /// `MAP_UPDATE_ELEM`: the value of the key from now on. 0, or an error number.
    int update(long flags);

    /// `MAP_DELETE_ELEM`. 0, or an error number: `ENOENT` where the key is not there.
    int delete();

    /// `MAP_LOOKUP_AND_DELETE_ELEM`: the value that the key had. 0, or an error number.
    int lookupAndDelete(long flags);

    /// `MAP_GET_NEXT_KEY`: the key after the key, or the first. 0, or an error number: `ENOENT`
    /// where the key is the last.
    int nextKey(boolean first);

    /// `MAP_FREEZE`. 0, or an error number.
    int freeze();

    /// One of the commands on many elements. 0, or an error number; [#count()] says how many were
    /// dealt with either way. `EINVAL`, `EOPNOTSUPP` or `ENOTSUPP` at the first call where a kernel
    /// has no such command for the map; it is then done without.
    ///
    /// @param from where the cursor stands, or [MemorySegment#NULL] for the start
    /// @param to where the cursor goes, of 8 bytes or as many as a key has; or [MemorySegment#NULL]
    /// @param keys the keys, one after the other
    /// @param values the values, one after the other; or [MemorySegment#NULL]
    /// @param count how many there are, or for how many there is room
    int batch(
        Batch command,
        MemorySegment from,
        MemorySegment to,
        MemorySegment keys,
        MemorySegment values,
        int count,
        long flags);

    /// How many elements the last command on many dealt with.
    int count();

    /// Gives the lane back.
    @Override
    void close();
  }

  /// The commands on many elements.
  enum Batch {
    /// `MAP_LOOKUP_BATCH`.
    LOOKUP,
    /// `MAP_LOOKUP_AND_DELETE_BATCH`.
    LOOKUP_AND_DELETE,
    /// `MAP_UPDATE_BATCH`.
    UPDATE,
    /// `MAP_DELETE_BATCH`.
    DELETE
  }
}
