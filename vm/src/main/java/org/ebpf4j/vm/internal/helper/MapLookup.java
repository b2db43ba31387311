package org.ebpf4j.vm.internal.helper;

import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Memory;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.Content;
import org.ebpf4j.vm.internal.map.Store;

/// `bpf_map_lookup_elem` and its like.
record MapLookup() implements Helper {
  @Override
  public long call(Run run, long map, long key, long c, long d, long e) {
    return lookup(run, map, key, run.cpu());
  }

  @Override
  public Helper of(Memory memory, long map) {
    var store = Store.find(memory, map);
    return store != null && store.content().findsInPlace()
        ? new InMap(this, store, store.content(), store.shape().keySize(), store.shape().cpus())
        : this;
  }

  static long lookup(Run run, long map, long key, long cpu) {
    var store = Store.at(run.memory(), map);
    if (cpu < 0 || (store.shape().cpus() > 0 && cpu >= store.shape().cpus())) {
      return 0;
    }
    var content = store.content();
    if (content.findsInPlace()) {
      // Where the key is bytes in memory, it is looked for as it stands there.
      var memory = run.memory().bytes(key, store.shape().keySize());
      if (memory != null) {
        synchronized (store) {
          return content.address(memory, (int) key, (int) cpu);
        }
      }
    }
    var bytes = run.memory().read(key, store.shape().keySize());
    synchronized (store) {
      return content.address(bytes, (int) cpu);
    }
  }

  /// Lookups in one map. As it is a record, the JVM takes what is in it for constants.
  ///
  /// @param otherwise what does it where the map is gone, or the key is no bytes in memory
  private record InMap(MapLookup otherwise, Store store, Content content, int keySize, int cpus)
      implements Helper {
    @Override
    public long call(Run run, long map, long key, long c, long d, long e) {
      int cpu = run.cpu();
      if (!store.isAt(run.memory(), map) || (cpus > 0 && cpu >= cpus)) {
        return otherwise.call(run, map, key, c, d, e);
      }
      var memory = run.memory().bytes(key, keySize);
      if (memory == null) {
        return otherwise.call(run, map, key, c, d, e);
      }
      if (content.isFixed()) {
        return content.address(memory, (int) key, cpu);
      }
      synchronized (store) {
        return content.address(memory, (int) key, cpu);
      }
    }
  }
}
