package org.ebpf4j.vm.internal.map;

import java.util.Optional;
import java.util.function.Predicate;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.life.Kept;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.life.KeptProgram;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Memory;

/// Makes the maps of a kernel.
public final class Stores {
  /// The most bytes of the values of an array, a little less than the most that Java has in one.
  private static final long MOST_BYTES = Integer.MAX_VALUE - 16L;

  private final Registry registry;
  private final Memory memory;
  private final KernelFacts facts;
  private final SpecialFields.Release release;

  /// @param release frees what programs have put into values
  public Stores(
      Registry registry, Memory memory, KernelFacts facts, SpecialFields.Release release) {
    this.release = release;
    this.registry = registry;
    this.memory = memory;
    this.facts = facts;
  }

  /// Makes a map, which nothing refers to yet.
  ///
  /// @param types what its keys and values are in C
  /// @param btf where the types of the specification are, which say which fields are the kernel's
  /// @throws KernelException where sizes, flags or entries are none that the type has
  /// @throws UnsupportedFeatureException for a type of map that there is not
  public Store create(MapSpec asked, MapTypes types, Optional<Btf> btf) {
    var entries = MapFitting.entries(asked, facts);
    var spec = asked.withMaxEntries(entries);
    var type = MapType.of(spec.type()).orElse(MapType.UNSPEC);
    MapRules.check(spec, type);
    var shape =
        MapShape.of(spec.type(), spec.keySize(), spec.valueSize(), entries, facts.possibleCpus());
    var layout =
        new Layout(
            spec.name(),
            spec.keySize(),
            spec.valueSize(),
            shape.cpus(),
            entries,
            SpecialFields.of(btf, spec.valueType()),
            release);
    try {
      var ring =
          type == MapType.RINGBUF || type == MapType.USER_RINGBUF
              ? new RingMemory(spec.name(), Math.toIntExact(entries), type == MapType.RINGBUF)
              : null;
      return new Store(
          registry.newId(Kind.MAP),
          spec,
          shape,
          types,
          content(spec, type, layout, btf),
          layout.special(),
          ring,
          memory);
    } catch (ArithmeticException | OutOfMemoryError _) {
      throw MapRules.refusal(spec, Errno.ENOMEM, "this JVM has no room for it");
    }
  }

  private Content content(MapSpec spec, MapType type, Layout layout, Optional<Btf> btf) {
    var most = layout.entries();
    var writable = (spec.flags() & MapFlags.RDONLY_PROG) == 0;
    return switch (type) {
      case HASH, PERCPU_HASH -> new HashContent(memory, layout, false, writable);
      case LRU_HASH, LRU_PERCPU_HASH -> new HashContent(memory, layout, true, writable);
      case ARRAY, PERCPU_ARRAY -> array(layout, writable);
      case LPM_TRIE -> new TrieContent(memory, layout, writable);
      case QUEUE -> new QueueContent(most, false);
      case STACK -> new QueueContent(most, true);
      case BLOOM_FILTER -> new FilterContent();
      case HASH_OF_MAPS ->
          new HeldObjects(registry, ids(layout), Optional.empty(), Kind.MAP, inner(spec, btf));
      case ARRAY_OF_MAPS ->
          new HeldObjects(registry, ids(layout), Optional.of(most), Kind.MAP, inner(spec, btf));
      case PROG_ARRAY ->
          new HeldObjects(registry, ids(layout), Optional.of(most), Kind.PROGRAM, new SameType());
      case PERF_EVENT_ARRAY ->
          new PerfContent(spec.name(), Math.toIntExact(most), facts.possibleCpus());
      case DEVMAP, DEVMAP_HASH, CPUMAP ->
          new DeviceContent(
              registry,
              new HashContent(memory, layout, false, false),
              type,
              most,
              facts.possibleCpus());
      case SOCKMAP, SOCKHASH, XSKMAP, REUSEPORT_SOCKARRAY, CGROUP_ARRAY ->
          new HostContent(
              registry,
              new HashContent(memory, layout.withValues(Long.BYTES), false, false),
              type,
              most,
              spec.valueSize());
      case STACK_TRACE ->
          new StackContent(new HashContent(memory, layout, false, false), most, spec.valueSize());
      case SK_STORAGE -> storage(layout, HostObject.Type.SOCKET);
      case TASK_STORAGE -> storage(layout, HostObject.Type.TASK);
      case INODE_STORAGE -> storage(layout, HostObject.Type.INODE);
      case CGRP_STORAGE -> storage(layout, HostObject.Type.CGROUP);
      // Their records are in the memory of a ring.
      case RINGBUF, USER_RINGBUF -> new RingContent();
      case ARENA -> new ArenaContent(memory, spec.name(), Math.toIntExact(most), spec.extra());
      case STRUCT_OPS -> array(layout, writable);
      case CGROUP_STORAGE, PERCPU_CGROUP_STORAGE ->
          new StorageContent.OfCgroups(
              new HashContent(memory, layout.withEntries(Long.MAX_VALUE), false, true), layout);
      case UNSPEC, INSN_ARRAY ->
          throw new UnsupportedFeatureException(
              spec.typeLabel(),
              null,
              "map '"
                  + spec.name()
                  + "': the virtual kernel has no maps of type "
                  + spec.typeLabel());
    };
  }

  private Content storage(Layout layout, HostObject.Type owners) {
    return new StorageContent(registry, memory, layout, owners);
  }

  private ArrayContent array(Layout layout, boolean writable) {
    if (layout.entries() * Values.stride(layout.valueSize()) > MOST_BYTES) {
      throw new ArithmeticException("more than an array of Java holds");
    }
    return new ArrayContent(memory, layout, writable);
  }

  private HashContent ids(Layout layout) {
    return new HashContent(memory, layout.withValues(4), false, false);
  }

  /// What an array of programs takes: all are of the type that the first was.
  private static final class SameType implements Predicate<Kept> {
    private Optional<ProgramType> type = Optional.empty();

    @Override
    public boolean test(Kept held) {
      if (!(held instanceof KeptProgram program)) {
        return false;
      }
      if (type.isEmpty()) {
        type = Optional.of(program.type());
      }
      return type.get() == program.type();
    }
  }

  private static Predicate<Kept> inner(MapSpec outer, Optional<Btf> btf) {
    var wanted =
        outer
            .inner()
            .orElseThrow(() ->
                MapRules.refusal(outer, Errno.EBADF, "it says nothing of the maps inside it"));
    var type = MapType.of(wanted.type()).orElse(MapType.UNSPEC);
    switch (type) {
      case ARRAY_OF_MAPS, HASH_OF_MAPS ->
          throw MapRules.refusal(outer, Errno.EINVAL, "maps of maps are not inside others");
      case PROG_ARRAY, CGROUP_STORAGE, PERCPU_CGROUP_STORAGE, STRUCT_OPS ->
          throw MapRules.refusal(
              outer, Errno.ENOTSUPP, "maps of type " + type.label() + " are not inside others");
      default -> MapRules.check(wanted, type);
    }
    var special = SpecialFields.of(btf, wanted.valueType());
    return held -> held instanceof Store store && fits(store, wanted, special);
  }

  private static boolean fits(Store store, MapSpec wanted, SpecialFields special) {
    var held = store.spec();
    return held.type() == wanted.type()
        && held.keySize() == wanted.keySize()
        && held.valueSize() == wanted.valueSize()
        && held.flags() == wanted.flags()
        && store.special().equals(special)
        && (held.type() != MapType.ARRAY.number()
            || (held.flags() & MapFlags.INNER_MAP) != 0
            || held.maxEntries() == wanted.maxEntries());
  }
}
