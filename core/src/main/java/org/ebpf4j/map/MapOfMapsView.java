package org.ebpf4j.map;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.MapOfMaps;
import org.ebpf4j.RawMap;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;

/// A map whose values are maps. Another view of a [RawMap].
///
/// @param <K> what a key is in Java
final class MapOfMapsView<K> implements MapOfMaps<K> {
  private final KernelObjects objects;
  private final TypedMap<K, Integer> ids;

  MapOfMapsView(KernelObjects objects, TypedMap<K, Integer> ids) {
    this.objects = objects;
    this.ids = ids;
  }

  @Override
  public RawMap map() {
    return ids.map();
  }

  @Override
  public Optional<RawMap> lookup(K key) {
    var id = ids.lookup(key);
    try {
      return id.filter(i -> i != 0).map(objects::openMap);
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        // Taken out after its id was read.
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void update(K key, RawMap inner, Update mode) {
    objects.with(inner, number -> ids.update(key, number, mode));
  }

  @Override
  public boolean delete(K key) {
    return ids.delete(key);
  }

  @Override
  public List<K> keys() {
    var keys = new ArrayList<K>();
    ids.entries()
        .forEach((key, id) -> {
          if (id != 0) {
            keys.add(key);
          }
        });
    return keys;
  }

  @Override
  public String toString() {
    return map().toString();
  }
}
