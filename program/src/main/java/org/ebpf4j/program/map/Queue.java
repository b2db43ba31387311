package org.ebpf4j.program.map;

import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.QueueStore;

/// Values without keys: the oldest comes first.
///
/// @param <V> values: an atomic number, or a class of fields
@MapKind(MapType.QUEUE)
public final class Queue<V> extends BpfMap {
  private final QueueStore store;

  /// One of that many values.
  public Queue(int maxEntries) {
    super(maxEntries);
    store = new QueueStore(this::types, maxEntries, false);
  }

  /// Puts a value in; false where it is full.
  @Helper(value = 87, trailing = 0)
  public boolean push(V value) {
    return store.push(value, QueueStore.ANY) == 0;
  }

  /// Puts a value in, in place of the oldest where it is full.
  @Helper(value = 87, trailing = 2)
  public boolean pushOver(V value) {
    return store.push(value, QueueStore.EXIST) == 0;
  }

  /// Takes the first value out and copies it into `to`; false where there is none.
  @Helper(88)
  public boolean pop(V to) {
    return store.peek(to, true) == 0;
  }

  /// Copies the first value into `to`; false where there is none.
  @Helper(89)
  public boolean peek(V to) {
    return store.peek(to, false) == 0;
  }

  @Override
  public QueueStore onJvm() {
    return store;
  }
}
