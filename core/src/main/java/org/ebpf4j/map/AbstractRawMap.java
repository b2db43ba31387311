package org.ebpf4j.map;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.ebpf4j.BpfMap;
import org.ebpf4j.Entries;
import org.ebpf4j.MapLayout;
import org.ebpf4j.MapOfMaps;
import org.ebpf4j.ProgramArray;
import org.ebpf4j.QueueMap;
import org.ebpf4j.RawMap;
import org.ebpf4j.StorageMap;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.MapType;
import org.ebpf4j.spi.MapAccess;

/// A map over the calls that a kernel makes on it: all that [RawMap] says but for what hangs on the
/// kernel itself, such as ids, pins and memory.
public abstract class AbstractRawMap implements RawMap {
  private final String name;
  private final MapShape shape;
  private final MapAccess access;
  private final MapTypes types;
  private final KernelObjects objects;
  private final TypedMap<byte[], byte[]> bytes;

  /// @param types what its keys and values are in C
  /// @param objects the other objects of the kernel
  @SuppressWarnings("this-escape") // The view keeps it, and calls nothing of it yet.
  protected AbstractRawMap(
      String name, MapShape shape, MapAccess access, MapTypes types, KernelObjects objects) {
    this.name = name;
    this.shape = shape;
    this.access = access;
    this.types = types;
    this.objects = objects;
    this.bytes = typed(Codec.bytes(shape.keySize()), Codec.bytes(shape.valueSize()));
  }

  private <K, V> TypedMap<K, V> typed(Codec<K> keys, Codec<V> values) {
    return new TypedMap<>(this, access, shape, keys, values, 0);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final RawMap map() {
    return this;
  }

  @Override
  public final int type() {
    return shape.type();
  }

  @Override
  public final int keySize() {
    return shape.keySize();
  }

  @Override
  public final int valueSize() {
    return shape.valueSize();
  }

  @Override
  public final int elementSize() {
    return shape.elementSize();
  }

  @Override
  public final long maxEntries() {
    return shape.maxEntries();
  }

  @Override
  public final boolean isPerCpu() {
    return shape.cpus() > 0;
  }

  /// What its keys and values are in C.
  protected final MapTypes types() {
    return types;
  }

  @Override
  public final Optional<MapLayout> layout() {
    return types.known();
  }

  @Override
  public final BpfMap<byte[], byte[]> locked() {
    return bytes.locked();
  }

  @Override
  public final <K, V> BpfMap<K, V> as(Class<K> key, Class<V> value) {
    return as(key(key), value(value));
  }

  @Override
  public final <K, V> BpfMap<K, V> as(Codec<K> key, Codec<V> value) {
    if (isPerCpu()) {
      throw new IllegalArgumentException(
          "map '" + name + "' has a value for each CPU; use perCpu in place of as");
    }
    return fitting(key, value, shape.valueSize());
  }

  @Override
  public final <K, V> BpfMap<K, PerCpu<V>> perCpu(Class<K> key, Class<V> value) {
    return perCpu(key(key), value(value));
  }

  @Override
  public final <K, V> BpfMap<K, PerCpu<V>> perCpu(Codec<K> key, Codec<V> value) {
    if (!isPerCpu()) {
      throw new IllegalArgumentException(
          "map '" + name + "' has one value for all CPUs; use as in place of perCpu");
    }
    checkSize("values", shape.elementSize(), value.size());
    return fitting(key, PerCpu.codec(value, shape.cpus()), shape.valueSize());
  }

  @Override
  public final <V> QueueMap<V> queue(Class<V> value) {
    return queue(value(value));
  }

  @Override
  public final <V> QueueMap<V> queue(Codec<V> value) {
    if (shape.keySize() != 0) {
      throw new IllegalArgumentException("map '" + name + "' has keys");
    }
    checkSize("values", shape.valueSize(), value.size());
    return new QueueView<>(this, access, value);
  }

  @Override
  public final <K> MapOfMaps<K> maps(Class<K> key) {
    if (!is(MapType.ARRAY_OF_MAPS) && !is(MapType.HASH_OF_MAPS)) {
      throw new IllegalArgumentException("map '" + name + "' holds no maps");
    }
    return new MapOfMapsView<>(
        objects, fitting(key(key), Codec.of(Integer.class), shape.valueSize()));
  }

  @Override
  public final ProgramArray programs() {
    if (!is(MapType.PROG_ARRAY)) {
      throw new IllegalArgumentException("map '" + name + "' holds no programs");
    }
    return new ProgramArrayView(
        objects, fitting(Codec.of(Integer.class), Codec.of(Integer.class), shape.valueSize()));
  }

  @Override
  public final <V> StorageMap<V> storage(Class<V> value) {
    return new StorageView<>(
        objects, shape.type(), fitting(Codec.of(Integer.class), value(value), shape.valueSize()));
  }

  /// Checks that it is a ring of some type.
  ///
  /// @param what what that is called, such as `ring buffer`
  /// @throws BpfException where it is none
  protected final void checkType(MapType wanted, String what) {
    if (!is(wanted)) {
      throw new BpfException(
          "map '"
              + name
              + "' is no "
              + what
              + " ("
              + wanted.label()
              + "): its type is "
              + MapType.label(shape.type()));
    }
  }

  private boolean is(MapType type) {
    return shape.type() == type.number();
  }

  private <K> Codec<K> key(Class<K> type) {
    return types.key(shape.keySize(), type);
  }

  private <V> Codec<V> value(Class<V> type) {
    return types.value(shape.elementSize(), type);
  }

  private <K, V> TypedMap<K, V> fitting(Codec<K> key, Codec<V> value, int size) {
    checkSize("keys", shape.keySize(), key.size());
    checkSize("values", size, value.size());
    if (!key.unnamed().isEmpty()) {
      throw new IllegalArgumentException(
          "the keys of map '" + name + "' have members that are left out: " + key.unnamed());
    }
    return typed(key, value);
  }

  private void checkSize(String what, int expected, int actual) {
    if (expected != actual) {
      throw new IllegalArgumentException(
          "map '" + name + "' has " + what + " of " + expected + " bytes, not " + actual);
    }
  }

  @Override
  public final Optional<byte[]> lookup(byte[] key) {
    return bytes.lookup(checkedKey(key));
  }

  @Override
  public final void update(byte[] key, byte[] value, Update mode) {
    bytes.update(checkedKey(key), checkedValue(value), mode);
  }

  @Override
  public final boolean delete(byte[] key) {
    return bytes.delete(checkedKey(key));
  }

  @Override
  public final Optional<byte[]> lookupAndDelete(byte[] key) {
    return bytes.lookupAndDelete(checkedKey(key));
  }

  @Override
  public final void updateAll(Map<? extends byte[], ? extends byte[]> entries, Update mode) {
    entries.forEach((key, value) -> {
      checkedKey(key);
      checkedValue(value);
    });
    bytes.updateAll(entries, mode);
  }

  @Override
  public final int deleteAll(Collection<? extends byte[]> keys) {
    keys.forEach(this::checkedKey);
    return bytes.deleteAll(keys);
  }

  @Override
  public final long drain(BiConsumer<? super byte[], ? super byte[]> taker) {
    return bytes.drain(taker);
  }

  @Override
  public final Entries<byte[], byte[]> entries() {
    return bytes.entries();
  }

  @Override
  public final long count() {
    return bytes.count();
  }

  @Override
  public final void freeze() {
    bytes.freeze();
  }

  private byte[] checkedKey(byte[] key) {
    checkSize("keys", shape.keySize(), key.length);
    return key;
  }

  private byte[] checkedValue(byte[] value) {
    checkSize("values", shape.valueSize(), value.length);
    return value;
  }
}
