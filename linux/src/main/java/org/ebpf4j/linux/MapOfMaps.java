package org.ebpf4j.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.Steps;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.internal.sys.ObjectKind;

/// A map whose values are maps. It is another view of a [LinuxMap], and closed with it.
///
/// @param <K> what a key is in Java
public final class MapOfMaps<K> {
  private final Steps steps;
  private final TypedMap<K, Integer> ids;

  MapOfMaps(Steps steps, TypedMap<K, Integer> ids) {
    this.steps = steps;
    this.ids = ids;
  }

  /// The map that this is a view of.
  public LinuxMap map() {
    return ids.map();
  }

  /// The map of a key, as a reference of its own, which is the caller's to close. Empty where there
  /// is none.
  public Optional<LinuxMap> lookup(K key) {
    var id = ids.lookup(key);
    try {
      return id.filter(i -> i != 0).map(i -> LinuxMap.opened(steps, Ids.open(ObjectKind.MAP, i)));
    } catch (KernelException e) {
      if (e.errno() == Errno.ENOENT) {
        // Taken out after its id was read.
        return Optional.empty();
      }
      throw e;
    }
  }

  /// Puts a map in, which gets a reference to it. When this returns, no program sees the former one
  /// any more.
  public void update(K key, LinuxMap inner, Update mode) {
    ids.update(key, inner.fd(), mode);
  }

  /// Takes a map out; false where there was none.
  public boolean delete(K key) {
    return ids.delete(key);
  }

  /// The keys that have a map.
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
}
