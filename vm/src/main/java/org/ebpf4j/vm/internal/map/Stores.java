package org.ebpf4j.vm.internal.map;

import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.KernelFacts;
import org.ebpf4j.load.MapFitting;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.vm.internal.life.Kept.Kind;
import org.ebpf4j.vm.internal.life.Registry;
import org.ebpf4j.vm.internal.machine.Memory;
import org.jspecify.annotations.Nullable;

/// Makes the maps of a kernel.
public final class Stores {
  private final Registry registry;
  private final Memory memory;
  private final KernelFacts facts;

  public Stores(Registry registry, Memory memory, KernelFacts facts) {
    this.registry = registry;
    this.memory = memory;
    this.facts = facts;
  }

  /// Makes a map, which nothing refers to yet.
  ///
  /// @throws KernelException where sizes or entries are none that the type has
  /// @throws UnsupportedFeatureException for a type of map that there is not
  public Store create(MapSpec asked, MapTypes types) {
    var entries = MapFitting.entries(asked, facts);
    var spec = asked.withMaxEntries(entries);
    var type = MapType.of(spec.type()).orElse(MapType.UNSPEC);
    check(spec, type);
    var shape =
        MapShape.of(spec.type(), spec.keySize(), spec.valueSize(), entries, facts.possibleCpus());
    var ring =
        type == MapType.RINGBUF || type == MapType.USER_RINGBUF
            ? new RingMemory(spec.name(), Math.toIntExact(entries))
            : null;
    return new Store(
        registry.newId(Kind.MAP), spec, shape, types, content(spec, type, shape), ring, memory);
  }

  private static KernelException refused(MapSpec spec, int errno, String why) {
    return new KernelException("MAP_CREATE", errno, "map '" + spec.name() + "': " + why);
  }

  private static void check(MapSpec spec, MapType type) {
    var keyless =
        switch (type) {
          case QUEUE, STACK, BLOOM_FILTER, RINGBUF, USER_RINGBUF, ARENA -> true;
          default -> false;
        };
    if (keyless != (spec.keySize() == 0)) {
      throw refused(
          spec,
          Errno.EINVAL,
          keyless ? "maps of type " + type.label() + " have no keys" : "keys of 0 bytes");
    }
    if (spec.maxEntries() <= 0) {
      throw refused(spec, Errno.EINVAL, "it has no entries (max_entries is 0)");
    }
    if (isArray(type) && spec.keySize() != 4) {
      throw refused(spec, Errno.EINVAL, "the keys of an array have 4 bytes");
    }
    if (isArray(type) && spec.maxEntries() * Values.stride(spec.valueSize()) > Integer.MAX_VALUE) {
      throw refused(spec, Errno.E2BIG, "its values have more than 2 GB");
    }
  }

  private static boolean isArray(MapType type) {
    return switch (type) {
      case ARRAY, PERCPU_ARRAY, ARRAY_OF_MAPS, PROG_ARRAY, PERF_EVENT_ARRAY -> true;
      default -> false;
    };
  }

  private Content content(MapSpec spec, MapType type, MapShape shape) {
    var most = spec.maxEntries();
    return switch (type) {
      case HASH, PERCPU_HASH -> hash(spec, shape, false);
      case LRU_HASH, LRU_PERCPU_HASH -> hash(spec, shape, true);
      case ARRAY, PERCPU_ARRAY -> array(spec, shape);
      case LPM_TRIE ->
          new TrieContent(memory, spec.name(), spec.valueSize(), most, isWritable(spec));
      case QUEUE -> new QueueContent(most, false);
      case STACK -> new QueueContent(most, true);
      case BLOOM_FILTER -> new FilterContent();
      case HASH_OF_MAPS ->
          new HeldObjects(registry, hash(spec, shape, false), false, Kind.MAP, inner(spec));
      case ARRAY_OF_MAPS ->
          new HeldObjects(registry, array(spec, shape), true, Kind.MAP, inner(spec));
      case PROG_ARRAY ->
          new HeldObjects(registry, array(spec, shape), true, Kind.PROGRAM, program -> true);
      // Their records are in the memory of a ring.
      case RINGBUF, USER_RINGBUF -> new QueueContent(0, false);
      case ARENA -> new ArenaContent(memory, spec.name(), Math.toIntExact(most), spec.extra());
      case STRUCT_OPS -> array(spec, shape);
      default ->
          throw new UnsupportedFeatureException(
              spec.typeLabel(),
              null,
              "map '"
                  + spec.name()
                  + "': the virtual kernel has no maps of type "
                  + spec.typeLabel());
    };
  }

  private static java.util.function.Predicate<org.ebpf4j.vm.internal.life.Kept> inner(
      MapSpec outer) {
    var wanted =
        outer
            .inner()
            .orElseThrow(
                () -> refused(outer, Errno.EBADF, "it says nothing of the maps inside it"));
    return held -> held instanceof Store store && fits(store.spec(), wanted);
  }

  private static boolean fits(MapSpec held, @Nullable MapSpec wanted) {
    return wanted != null
        && held.type() == wanted.type()
        && held.keySize() == wanted.keySize()
        && held.valueSize() == wanted.valueSize()
        && held.flags() == wanted.flags();
  }

  private static boolean isWritable(MapSpec spec) {
    return (spec.flags() & MapSpec.RDONLY_PROG) == 0;
  }

  private HashContent hash(MapSpec spec, MapShape shape, boolean forgets) {
    return new HashContent(
        memory,
        spec.name(),
        spec.valueSize(),
        shape.cpus(),
        spec.maxEntries(),
        forgets,
        isWritable(spec));
  }

  private ArrayContent array(MapSpec spec, MapShape shape) {
    return new ArrayContent(
        memory,
        spec.name(),
        spec.valueSize(),
        (int) spec.maxEntries(),
        shape.cpus(),
        isWritable(spec));
  }
}
