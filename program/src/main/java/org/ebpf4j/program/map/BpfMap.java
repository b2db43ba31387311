package org.ebpf4j.program.map;

/// A map that a program declares as a static final field. The name of the field is the name of the
/// map; the types of keys and values are the type arguments of the field.
public abstract class BpfMap {
  private final long maxEntries;
  private int flags;
  private boolean pinByName;

  /// A map of that many entries; of a ring buffer, bytes.
  protected BpfMap(long maxEntries) {
    if (maxEntries < 0) {
      throw new IllegalArgumentException("a map of " + maxEntries + " entries");
    }
    this.maxEntries = maxEntries;
  }

  /// How many entries it can hold; for ring buffers, its size in bytes.
  public final long maxEntries() {
    return maxEntries;
  }

  /// `BPF_F_*` of `MAP_CREATE`.
  public final int flags() {
    return flags;
  }

  /// Whether it is shared by a pin of its name.
  public final boolean isPinnedByName() {
    return pinByName;
  }

  /// What `with…` methods of maps call.
  protected final void addFlags(int more) {
    flags |= more;
  }

  /// What `with…` methods of maps call.
  protected final void pinByName() {
    pinByName = true;
  }
}
