package org.ebpf4j.vm.internal.context;

import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.memory.BuiltinTypes;
import org.ebpf4j.vm.internal.memory.KernelTypes;
import org.ebpf4j.vm.internal.memory.Sequence;
import org.ebpf4j.vm.internal.memory.TypedBytes;
import org.ebpf4j.vm.internal.program.LoadedCode;
import org.ebpf4j.vm.memory.MemoryObject;
import org.ebpf4j.vm.memory.VirtualMemory;

/// One time that an iterator goes over its objects: what its program writes to, and how many
/// objects there were. For one thread.
public final class Iteration implements AutoCloseable {
  private static final String META = "meta";

  private final Sequence sequence = new Sequence();
  private final Memory regions;
  private final VirtualMemory memory;
  private long count;

  public Iteration(Memory regions, VirtualMemory memory) {
    this.regions = regions;
    this.memory = memory;
    regions.add(sequence);
  }

  /// Whether a program is an iterator's.
  public static boolean isOf(LoadedCode program) {
    return program.spec().attachPoint().filter(KernelIterator.class::isInstance).isPresent();
  }

  /// What the context of an iterator is in C, such as `bpf_iter__task`.
  public static String type(AttachPoint point) {
    if (point instanceof KernelIterator iterator) {
      return "bpf_iter__" + iterator.name();
    }
    throw new BpfException(point.describe() + " is no iterator");
  }

  /// Makes the `struct bpf_iter_meta` of the next object, and has a context point to it.
  public MemoryObject begin(TypedBytes context) {
    var place = context.place(META);
    var type =
        context
            .target(place)
            .filter(id -> KernelTypes.hasSize(context.types(), id))
            .map(id -> memory.allocate(context.types(), id))
            .orElseGet(() ->
                memory.allocate(BuiltinTypes.get(), BuiltinTypes.get().ids("bpf_iter_meta")[0]));
    set(type, "seq", sequence.address());
    set(type, "seq_num", count++);
    context.setNumber(place, META, type.address());
    return type;
  }

  private static void set(MemoryObject meta, String name, long value) {
    if (meta.has(name)) {
      meta.set(name, value);
    }
  }

  /// What was written.
  public byte[] content() {
    return sequence.content();
  }

  @Override
  public void close() {
    regions.remove(sequence);
  }
}
