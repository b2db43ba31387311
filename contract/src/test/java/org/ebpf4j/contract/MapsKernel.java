package org.ebpf4j.contract;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.Link;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunStatistics;
import org.ebpf4j.TraceLine;
import org.ebpf4j.TraceStream;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.map.KernelObjects;
import org.ebpf4j.map.MapShape;
import org.ebpf4j.map.MapTypes;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.ring.RingPoller;
import org.ebpf4j.spi.Closing;
import org.jspecify.annotations.Nullable;

/// A kernel of maps without programs, in ordinary memory.
final class MapsKernel implements Kernel {
  /// More than one, and no power of two.
  private static final int CPUS = 3;

  private final TreeMap<Integer, Store> alive = new TreeMap<>();
  private final Map<Path, Store> pins = new HashMap<>();
  private final Map<Integer, Store> opened = new HashMap<>();
  private int lastId;
  private int lastNumber = 2;

  @Override
  public synchronized MemoryMap createMap(MapSpec spec) {
    return create(spec, MapTypes.NONE);
  }

  private synchronized MemoryMap create(MapSpec spec, MapTypes types) {
    var shape = MapShape.of(spec.type(), spec.keySize(), spec.valueSize(), spec.maxEntries(), CPUS);
    var memory =
        isArray(spec) || spec.type() == MapType.ARRAY_OF_MAPS.number()
            ? Store.elements(shape)
            : null;
    var store = new Store(++lastId, spec, shape, content(spec, shape, memory), memory);
    alive.put(store.id(), store);
    return open(spec.name(), store, types);
  }

  private static boolean isArray(MapSpec spec) {
    return spec.type() == MapType.ARRAY.number() || spec.type() == MapType.PERCPU_ARRAY.number();
  }

  private Content content(MapSpec spec, MapShape shape, @Nullable MemorySegment memory) {
    var most = spec.maxEntries();
    return switch (MapType.of(spec.type()).orElse(MapType.UNSPEC)) {
      case HASH, PERCPU_HASH -> new HashContent(most, false);
      case LRU_HASH, LRU_PERCPU_HASH -> new HashContent(most, true);
      case ARRAY, PERCPU_ARRAY -> array(shape, memory);
      case LPM_TRIE -> new TrieContent(most);
      case QUEUE -> new QueueContent(most, false);
      case STACK -> new QueueContent(most, true);
      case BLOOM_FILTER -> new FilterContent();
      case HASH_OF_MAPS ->
          new HeldMaps(this, new HashContent(most, false), false, spec.inner().orElseThrow());
      case ARRAY_OF_MAPS ->
          new HeldMaps(this, array(shape, memory), true, spec.inner().orElseThrow());
      // Their records are in the memory of a ring.
      case RINGBUF, USER_RINGBUF -> new QueueContent(0, false);
      default ->
          throw new UnsupportedFeatureException(
              spec.typeLabel(),
              null,
              "map '" + spec.name() + "': this kernel has no maps of type " + spec.typeLabel());
    };
  }

  private static ArrayContent array(MapShape shape, @Nullable MemorySegment memory) {
    return new ArrayContent(
        Objects.requireNonNull(memory), shape.valueSize(), (int) shape.maxEntries());
  }

  synchronized MemoryMap open(String name, Store store, MapTypes types) {
    store.hold();
    opened.put(++lastNumber, store);
    return new MemoryMap(this, name, store, types, lastNumber);
  }

  synchronized void closed(int number, Store store) {
    opened.remove(number);
    release(store);
  }

  synchronized @Nullable Store opened(int number) {
    return opened.get(number);
  }

  synchronized Store alive(int id) {
    return Objects.requireNonNull(alive.get(id));
  }

  synchronized void hold(Store store) {
    store.hold();
  }

  synchronized void release(Store store) {
    if (store.release()) {
      alive.remove(store.id());
      if (store.content() instanceof HeldMaps held) {
        held.releaseAll();
      }
    }
  }

  synchronized void pin(MemoryMap map, Path path) {
    var there = pins.get(path);
    if (there != null) {
      throw new KernelException(
          "OBJ_PIN",
          Errno.EEXIST,
          "map '" + map.name() + "' cannot be pinned at " + path + ": a map is there already");
    }
    map.store().hold();
    pins.put(path, map.store());
  }

  private Store pinned(Path pin) {
    var store = pins.get(pin);
    if (store == null) {
      throw new KernelException("OBJ_GET", Errno.ENOENT, "no pin at " + pin);
    }
    return store;
  }

  @Override
  public synchronized void unpin(Path pin) {
    var store = pinned(pin);
    pins.remove(pin);
    release(store);
  }

  @Override
  public synchronized MemoryMap openMap(int id) {
    var store = alive.get(id);
    if (store == null) {
      throw new KernelException("MAP_GET_FD_BY_ID", Errno.ENOENT, "no map with id " + id);
    }
    return open(store.spec().name(), store, MapTypes.NONE);
  }

  @Override
  public synchronized MemoryMap openMap(Path pin) {
    return openMap(pinned(pin).id());
  }

  @Override
  public synchronized BpfProgram openProgram(int id) {
    throw new KernelException("PROG_GET_FD_BY_ID", Errno.ENOENT, "no program with id " + id);
  }

  @Override
  public synchronized BpfProgram openProgram(Path pin) {
    throw new BpfException(pin + " is a map (id " + pinned(pin).id() + "), not a program");
  }

  @Override
  public synchronized Link openLink(int id) {
    throw new KernelException("LINK_GET_FD_BY_ID", Errno.ENOENT, "no link with id " + id);
  }

  @Override
  public synchronized Link openLink(Path pin) {
    throw new BpfException(pin + " is a map (id " + pinned(pin).id() + "), not a link");
  }

  @Override
  public synchronized List<Integer> mapIds() {
    return List.copyOf(alive.keySet());
  }

  @Override
  public List<Integer> programIds() {
    return List.of();
  }

  @Override
  public List<Integer> linkIds() {
    return List.of();
  }

  private static BpfException noPrograms(ProgramSpec program) {
    return new UnsupportedFeatureException(
        "programs", null, "program '" + program.name() + "': this kernel has maps only");
  }

  @Override
  public BpfObject load(ObjectSpec spec, LoadOptions options) {
    var failures = new LinkedHashMap<String, BpfException>();
    spec.programs().stream()
        .filter(ProgramSpec::autoload)
        .forEach(program -> failures.put(program.name(), noPrograms(program)));
    if (!failures.isEmpty() && !options.keepGoing()) {
      throw failures.values().iterator().next();
    }
    var maps = new ArrayList<MemoryMap>();
    try {
      for (var map : spec.maps()) {
        var given = options.maps().get(map.name());
        if (given != null) {
          maps.add(own(given).duplicate(map.name()));
        } else if (map.create()) {
          maps.add(create(map, MapTypes.of(map, spec.types())));
          fill(maps.getLast(), map);
        }
      }
    } catch (RuntimeException | Error e) {
      Closing.after(e, maps);
      throw e;
    }
    return new MapsObject(spec, maps, failures);
  }

  private static void fill(MemoryMap map, MapSpec spec) {
    spec.content()
        .ifPresent(image -> {
          var value = Arrays.copyOf(image.toArray(), spec.valueSize());
          map.update(new byte[spec.keySize()], value);
        });
    if (spec.frozen()) {
      map.freeze();
    }
  }

  private static MemoryMap own(RawMap map) {
    if (map instanceof MemoryMap own) {
      return own;
    }
    throw new IllegalArgumentException("map '" + map.name() + "' is of another kernel: " + map);
  }

  @Override
  public void verify(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    for (var program : spec.programs()) {
      verdicts.accept(
          new Verdict(
              program.name(),
              program.section(),
              program.type(),
              Verdict.Outcome.ERROR,
              Verdict.Stage.LOAD,
              0,
              String.valueOf(noPrograms(program).getMessage()),
              "",
              -1,
              -1,
              "",
              Optional.empty(),
              Duration.ZERO));
    }
  }

  @Override
  public void verifyWhole(ObjectSpec spec, LoadOptions options, Consumer<Verdict> verdicts) {
    verify(spec, options, verdicts);
  }

  /// There are no programs that could print.
  @Override
  public TraceStream tracePipe() {
    return new TraceStream() {
      @Override
      public Optional<TraceLine> poll(Duration timeout) {
        return Optional.empty();
      }

      @Override
      public Stream<TraceLine> lines() {
        return Stream.empty();
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }

  @Override
  public RunStatistics statistics() {
    return new RunStatistics() {
      private volatile boolean open = true;

      @Override
      public boolean isOpen() {
        return open;
      }

      @Override
      public void close() {
        open = false;
      }
    };
  }

  @Override
  public RingPoller ringPoller() {
    return new RingPoller(new MemoryRing.QuietWaiter());
  }

  KernelObjects objects() {
    return new KernelObjects() {
      @Override
      public RawMap openMap(int id) {
        return MapsKernel.this.openMap(id);
      }

      @Override
      public BpfProgram openProgram(int id) {
        return MapsKernel.this.openProgram(id);
      }

      @Override
      public int number(RawMap map) {
        return own(map).number();
      }

      @Override
      public int number(BpfProgram program) {
        throw new IllegalArgumentException("program '" + program.name() + "' is of another kernel");
      }

      @Override
      public <T> T with(ProcessHandle process, IntFunction<T> use) {
        throw KernelException.of("process " + process.pid(), "pidfd_open", Errno.ESRCH);
      }

      @Override
      public <T> T with(Path file, IntFunction<T> use) {
        throw KernelException.of(file.toString(), "open", Errno.ENOENT);
      }
    };
  }

  @Override
  public void close() {
    // What is open is closed by who opened it.
  }
}
