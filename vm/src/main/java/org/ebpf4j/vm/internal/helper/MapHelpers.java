package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Code;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.machine.TailCall;
import org.ebpf4j.vm.internal.map.Content;
import org.ebpf4j.vm.internal.map.FilterContent;
import org.ebpf4j.vm.internal.map.HeldObjects;
import org.ebpf4j.vm.internal.map.Store;
import org.ebpf4j.vm.internal.map.Values;
import org.jspecify.annotations.Nullable;

/// What programs do with maps.
final class MapHelpers {
  private static final int STOP = 1;

  private MapHelpers() {}

  static void addTo(Map<String, Helper> all) {
    all.put("map_lookup_elem", new MapLookup());
    all.put(
        "map_lookup_percpu_elem",
        (run, map, key, cpu, d, e) -> MapLookup.lookup(run, map, key, cpu));
    all.put("map_update_elem", MapHelpers::update);
    all.put("map_delete_elem", MapHelpers::delete);
    all.put("map_push_elem", (run, map, value, flags, d, e) -> push(run, map, value, flags));
    all.put("map_pop_elem", (run, map, value, c, d, e) -> first(run, map, value, true));
    all.put("map_peek_elem", (run, map, value, c, d, e) -> first(run, map, value, false));
    all.put("for_each_map_elem", MapHelpers::each);
    all.put("tail_call", (TailCall) MapHelpers::target);
  }

  private static byte[] key(Run run, Store store, long address) {
    return run.memory().read(address, store.shape().keySize());
  }

  private static long update(Run run, long map, long key, long value, long flags, long e) {
    var store = Store.at(run.memory(), map);
    var bytes = key(run, store, key);
    var content = run.memory().read(value, store.shape().elementSize());
    if (Long.compareUnsigned(flags, Content.EXIST) > 0) {
      return -Errno.EINVAL;
    }
    synchronized (store) {
      return -store.content().put(bytes, content, (int) flags, run.cpu());
    }
  }

  private static long delete(Run run, long map, long key, long c, long d, long e) {
    var store = Store.at(run.memory(), map);
    var bytes = key(run, store, key);
    synchronized (store) {
      return -store.content().remove(bytes);
    }
  }

  private static long push(Run run, long map, long value, long flags) {
    var store = Store.at(run.memory(), map);
    var content = run.memory().read(value, store.shape().elementSize());
    if (Long.compareUnsigned(flags, Content.EXIST) > 0) {
      return -Errno.EINVAL;
    }
    synchronized (store) {
      return -store.content().put(new byte[0], content, (int) flags);
    }
  }

  private static long first(Run run, long map, long value, boolean take) {
    var store = Store.at(run.memory(), map);
    if (store.content() instanceof FilterContent filter) {
      var asked = run.memory().read(value, store.shape().elementSize());
      synchronized (store) {
        return filter.has(asked) ? 0 : -Errno.ENOENT;
      }
    }
    byte @Nullable [] found;
    synchronized (store) {
      found = take ? store.content().take(new byte[0]) : store.content().get(new byte[0]);
    }
    run.memory().write(value, found == null ? new byte[store.shape().elementSize()] : found);
    return found == null ? -Errno.ENOENT : 0;
  }

  /// Calls a function of the program for each entry, until it returns 1.
  private static long each(Run run, long map, long function, long context, long flags, long e) {
    var store = Store.at(run.memory(), map);
    if (flags != 0) {
      return -Errno.EINVAL;
    }
    var keys =
        new org.ebpf4j.vm.internal.machine.Region(
            "a key of map '" + store.name() + "'", new byte[store.shape().keySize()], false);
    run.memory().add(keys);
    try {
      long count = 0;
      var key = next(store, null);
      while (key != null) {
        var address = address(store, key, run.cpu());
        if (address != 0) {
          System.arraycopy(key, 0, bytes(keys), 0, key.length);
          count++;
          if (run.callback(function, map, keys.address(), address, context, 0) == STOP) {
            break;
          }
        }
        key = next(store, key);
      }
      return count;
    } finally {
      run.memory().remove(keys);
    }
  }

  private static byte[] bytes(org.ebpf4j.vm.internal.machine.Region region) {
    return java.util.Objects.requireNonNull(region.bytes());
  }

  private static byte @Nullable [] next(Store store, byte @Nullable [] key) {
    synchronized (store) {
      return store.content().next(key);
    }
  }

  private static long address(Store store, byte[] key, int cpu) {
    synchronized (store) {
      return store.content().address(key, cpu);
    }
  }

  private static @Nullable Code target(Run run, long context, long map, long index) {
    var store = Store.at(run.memory(), map);
    if (!(store.content() instanceof HeldObjects programs)) {
      return null;
    }
    synchronized (store) {
      return programs.at(Values.u32((int) index)) instanceof CodeHolder holder
          ? holder.code()
          : null;
    }
  }
}
