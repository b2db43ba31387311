package org.ebpf4j;

import java.io.IOException;
import java.lang.invoke.MethodHandles.Lookup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.IpPrefix;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.ring.PerfBuffer;
import org.ebpf4j.ring.RingBuffer;
import org.ebpf4j.ring.TypedPerfBuffer;
import org.ebpf4j.ring.TypedRingBuffer;
import org.ebpf4j.ring.UserRingBuffer;
import org.ebpf4j.spi.Closing;

/// What generated classes extend: an object that is loaded, of which each subclass knows the
/// programs, maps and variables by name and type (`org.ebpf4j.generate` writes such classes).
///
/// It owns the object, and the rings that are opened through it; closing it closes them. Views are
/// made when they are first asked for, and kept. It may be used from any thread.
public abstract class TypedObject implements AutoCloseable {
  private final BpfObject object;
  private final Lookup lookup;
  private final Map<String, Object> views = new ConcurrentHashMap<>();
  private final List<AutoCloseable> owned = new ArrayList<>();
  private boolean closed;

  /// @param object what it owns from now on
  /// @param lookup the rights of the subclass, whose records need be open to nobody
  protected TypedObject(BpfObject object, Lookup lookup) {
    this.object = object;
    this.owned.add(object);
    this.lookup = lookup;
  }

  /// The object, whose programs, maps and variables are found by name.
  public final BpfObject object() {
    return object;
  }

  /// Attaches every program where its section's name says, as [BpfObject#attachAll()] does. The
  /// links are the caller's to close.
  public final LinkSet attachAll() {
    return object.attachAll();
  }

  /// The object file that lies beside a class.
  ///
  /// @throws BpfException where there is none
  protected static ObjectSpec resource(Class<?> beside, String name) {
    try (var stream = beside.getResourceAsStream(name)) {
      if (stream == null) {
        throw new BpfException(
            "there is no resource '"
                + name
                + "' beside "
                + beside.getName()
                + "\n  try: put the object file into the folder of that package among the resources,"
                + " or load it from a path");
      }
      return ObjectSpec.read(name, stream);
    } catch (IOException e) {
      throw new BpfException("resource '" + name + "' cannot be read: " + e.getMessage(), e);
    }
  }

  /// The same object with another first value of a variable.
  ///
  /// @throws org.ebpf4j.error.NotFoundException where there is no such variable
  /// @throws org.ebpf4j.error.LayoutMismatchException where the type does not fit
  protected static <T> ObjectSpec withVariable(
      Lookup lookup, ObjectSpec spec, String name, Class<T> type, T value) {
    var variable = spec.variable(name);
    var codec = Codec.of(lookup, type, spec.types().orElseThrow(), variable.type());
    return spec.withVariable(name, codec, value);
  }

  /// The program of that name.
  protected final BpfProgram program(String name) {
    return object.program(name);
  }

  /// The map of that name, without types.
  protected final RawMap rawMap(String name) {
    return object.map(name);
  }

  /// The map of that name with keys and values of Java types.
  protected final <K, V> BpfMap<K, V> map(String name, Class<K> key, Class<V> value) {
    return view(name, () -> object.map(name).as(key(name, key), value(name, value)));
  }

  /// The per-CPU map of that name with keys and values of Java types.
  protected final <K, V> BpfMap<K, PerCpu<V>> perCpuMap(String name, Class<K> key, Class<V> value) {
    return view(name, () -> object.map(name).perCpu(key(name, key), value(name, value)));
  }

  /// The queue, stack or bloom filter of that name with values of a Java type.
  protected final <V> QueueMap<V> queue(String name, Class<V> value) {
    return view(name, () -> object.map(name).queue(value(name, value)));
  }

  /// The map of maps of that name with keys of a Java type.
  protected final <K> MapOfMaps<K> mapOfMaps(String name, Class<K> key) {
    return view(name, () -> object.map(name).maps(key));
  }

  /// The array of programs of that name.
  protected final ProgramArray programArray(String name) {
    return view(name, () -> object.map(name).programs());
  }

  /// The storage of that name with values of a Java type.
  protected final <V> StorageMap<V> storage(String name, Class<V> value) {
    return view(name, () -> object.map(name).storage(value));
  }

  /// The variable of that name as values of a Java type.
  protected final <T> TypedVariable<T> variable(String name, Class<T> type) {
    return view("variable " + name, () -> object.variable(name).as(lookup, type));
  }

  /// The ring buffer of that name, opened when it is first asked for.
  protected final RingBuffer ring(String name) {
    return view(name, () -> owned(object.ringBuffer(name)));
  }

  /// The ring buffer of that name with records of a Java type.
  ///
  /// @param struct what they are in C; empty for what the object says
  protected final <E> TypedRingBuffer<E> ring(String name, String struct, Class<E> type) {
    return view("typed " + name, () -> ring(name).as(eventCodec(name, struct, type)));
  }

  /// The perf buffer of that name, opened when it is first asked for.
  protected final PerfBuffer perf(String name) {
    return view(name, () -> owned(object.perfBuffer(name)));
  }

  /// The perf buffer of that name with records of a Java type.
  ///
  /// @param struct what they are in C; empty for what the object says
  protected final <E> TypedPerfBuffer<E> perf(String name, String struct, Class<E> type) {
    return view("typed " + name, () -> perf(name).as(eventCodec(name, struct, type)));
  }

  /// The user ring buffer of that name, opened when it is first asked for.
  protected final UserRingBuffer userRing(String name) {
    return view(name, () -> owned(object.userRingBuffer(name)));
  }

  private <E> Codec<E> eventCodec(String map, String struct, Class<E> type) {
    var spec = object.spec();
    var event =
        struct.isEmpty()
            ? EventType.declared(spec, spec.map(map))
                .orElseThrow(() ->
                    new BpfException(
                        "the object does not say what the events of '" + map + "' are"))
            : EventType.named(spec, struct);
    return Codec.of(lookup, type, event.types(), event.id());
  }

  private <T extends AutoCloseable> T owned(T ring) {
    owned.add(ring);
    return ring;
  }

  /// What was made under that name, or what is made now.
  @SuppressWarnings("unchecked") // Under each name there is one type, that of the accessor.
  private <T> T view(String name, Supplier<T> make) {
    var known = views.get(name);
    if (known != null) {
      return (T) known;
    }
    synchronized (views) {
      if (closed) {
        throw new IllegalStateException("object '" + object.name() + "' is closed");
      }
      known = views.get(name);
      if (known == null) {
        known = make.get();
        views.put(name, known);
      }
      return (T) known;
    }
  }

  private <K> Codec<K> key(String map, Class<K> type) {
    var layout = object.map(map).layout();
    return codec(type, object.map(map).keySize(), layout, layout.map(MapLayout::key).orElse(0));
  }

  private <V> Codec<V> value(String map, Class<V> type) {
    var layout = object.map(map).layout();
    return codec(
        type, object.map(map).elementSize(), layout, layout.map(MapLayout::value).orElse(0));
  }

  @SuppressWarnings("unchecked") // Codecs of bytes are for byte[], those of prefixes for IpPrefix.
  private <T> Codec<T> codec(Class<T> type, int size, Optional<MapLayout> layout, int id) {
    if (type == byte[].class) {
      return (Codec<T>) Codec.bytes(size);
    }
    if (type == IpPrefix.class) {
      return (Codec<T>) IpPrefix.codecOfSize(size);
    }
    return id == 0
        ? Codec.of(lookup, type)
        : Codec.of(lookup, type, layout.orElseThrow().types(), id);
  }

  /// Closes the rings that were opened through it, and the object.
  @Override
  public final void close() {
    synchronized (views) {
      if (closed) {
        return;
      }
      closed = true;
      views.clear();
    }
    Closing.all(owned);
  }

  @Override
  public final String toString() {
    return getClass().getSimpleName() + " of object '" + object.name() + "'";
  }
}
