package org.ebpf4j.vm.internal.map;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.LongSupplier;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Region;
import org.jspecify.annotations.Nullable;

/// A map as it lives in the kernel, for as long as something refers to it. Whoever reads or writes
/// what is in it holds its lock.
public final class Store extends Kept {
  private final MapSpec spec;
  private final MapShape shape;
  private final MapTypes types;
  private final Content content;
  private final SpecialFields special;
  private final @Nullable RingMemory ring;
  private final Memory memory;
  private final Handle handle;
  private volatile boolean frozen;

  /// What stands for the map in the memory of programs. They may look into it where the types of
  /// their object say what is where.
  private static final class Handle extends Region {
    /// More than the kernel's structs of maps have.
    private static final int SIZE = 4096;

    private final Store store;
    private @Nullable MapFields fields;

    Handle(Store store) {
      super("map '" + store.name() + "'", SIZE, false);
      this.store = store;
    }

    @Override
    protected long read(int offset, int size) {
      var known = fields;
      return known == null ? super.read(offset, size) : known.read(offset, size);
    }
  }

  Store(
      int id,
      MapSpec spec,
      MapShape shape,
      MapTypes types,
      Content content,
      SpecialFields special,
      @Nullable RingMemory ring,
      Memory memory) {
    super(Kind.MAP, id);
    this.spec = spec;
    this.shape = shape;
    this.types = types;
    this.content = content;
    this.special = special;
    this.ring = ring;
    this.memory = memory;
    this.handle = new Handle(this);
    memory.add(handle);
  }

  /// Says where programs find what they read of the map itself.
  public void describe(Btf kernel) {
    handle.fields = new MapFields(kernel, id(), spec, content, handle.address());
  }

  /// The map that an address stands for.
  ///
  /// @throws MemoryFault where it stands for none
  public static Store at(Memory memory, long address) {
    var found = find(memory, address);
    if (found == null) {
      throw new MemoryFault(address, "no map");
    }
    return found;
  }

  /// The map that an address stands for; null where it stands for none.
  public static @Nullable Store find(Memory memory, long address) {
    return memory.find(address) instanceof Handle found ? found.store : null;
  }

  /// Whether an address stands for it.
  @SuppressWarnings("ReferenceEquality") // The very one is meant.
  public boolean isAt(Memory memory, long address) {
    return memory.find(address) == handle;
  }

  @Override
  public String name() {
    return spec.name();
  }

  /// What it was made of.
  public MapSpec spec() {
    return spec;
  }

  /// The bytes that go in and out.
  public MapShape shape() {
    return shape;
  }

  /// What its keys and values are in C.
  public MapTypes types() {
    return types;
  }

  /// What is in it.
  public Content content() {
    return content;
  }

  /// The fields of its values that the kernel keeps to itself.
  public SpecialFields special() {
    return special;
  }

  /// The memory of its ring.
  ///
  /// @throws IllegalStateException where it is none
  public RingMemory ring() {
    if (ring == null) {
      throw new IllegalStateException("map '" + name() + "' is no ring");
    }
    return ring;
  }

  /// The rings of its perf events.
  ///
  /// @throws IllegalStateException where it is no array of them
  public PerfContent perfEvents() {
    if (content instanceof PerfContent perf) {
      return perf;
    }
    throw new IllegalStateException("map '" + name() + "' holds no perf events");
  }

  /// The address that stands for it.
  public long address() {
    return handle.address();
  }

  /// Where the first value is.
  ///
  /// @throws IllegalStateException where it is no array
  public long valueAddress() {
    if (content instanceof ArrayContent array) {
      return array.address();
    }
    if (content instanceof ArenaContent arena) {
      return arena.address();
    }
    throw new IllegalStateException("map '" + name() + "' has no first value");
  }

  /// The values of an array, as memory.
  ///
  /// @throws IllegalStateException where it is no array, or has values for each CPU
  public MemorySegment values() {
    if (content instanceof ArenaContent arena) {
      return arena.memory();
    }
    if (content instanceof ArrayContent array && shape.cpus() == 0) {
      return MemorySegment.ofArray(array.bytes(0));
    }
    throw new IllegalStateException("map '" + name() + "' is not one piece of memory");
  }

  /// Does something under its lock.
  public synchronized long locked(LongSupplier command) {
    return command.getAsLong();
  }

  /// Whether user space may write no more.
  public boolean isFrozen() {
    return frozen;
  }

  /// Has user space write no more.
  public void freeze() {
    frozen = true;
  }

  @Override
  public synchronized List<Held> held() {
    return content.held();
  }

  @Override
  protected synchronized void unused() {
    content.unused();
  }

  @Override
  protected void released() {
    memory.remove(handle);
    synchronized (this) {
      content.release();
    }
  }
}
