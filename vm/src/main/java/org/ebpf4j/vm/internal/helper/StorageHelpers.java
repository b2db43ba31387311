package org.ebpf4j.vm.internal.helper;

import java.util.Map;
import org.ebpf4j.error.Errno;
import org.ebpf4j.vm.internal.machine.Helper;
import org.ebpf4j.vm.internal.machine.MemoryFault;
import org.ebpf4j.vm.internal.machine.Run;
import org.ebpf4j.vm.internal.map.StorageContent;
import org.ebpf4j.vm.internal.map.Store;

/// Values that hang on tasks, sockets, files and cgroups: `bpf_task_storage_get` and its like.
final class StorageHelpers {
  /// That the value is made where it is not there (`BPF_LOCAL_STORAGE_GET_F_CREATE`).
  private static final long CREATE = 1;

  private StorageHelpers() {}

  static void addTo(Map<String, Helper> all) {
    for (var kind : new String[] {"task", "sk", "inode", "cgrp"}) {
      all.put(kind + "_storage_get", StorageHelpers::get);
      all.put(kind + "_storage_delete", StorageHelpers::delete);
    }
    all.put("get_local_storage", (run, map, flags, c, d, e) -> ofCgroup(run, map));
  }

  /// The value of the cgroup that the program is attached to.
  private static long ofCgroup(Run run, long map) {
    var store = Store.at(run.memory(), map);
    if (!(store.content() instanceof StorageContent.OfCgroups storage)) {
      throw new MemoryFault(map, "map '" + store.name() + "' is no storage of cgroups");
    }
    var host = Environment.of(run).host();
    var attachment = host.attachment();
    if (attachment.isEmpty()) {
      return host.ownValue(storage);
    }
    synchronized (store) {
      return storage.ofAttachment(attachment.get(), run.cpu());
    }
  }

  private static StorageContent storage(Store store, long map) {
    if (store.content() instanceof StorageContent storage) {
      return storage;
    }
    throw new MemoryFault(map, "map '" + store.name() + "' is no storage");
  }

  private static long get(Run run, long map, long owner, long value, long flags, long e) {
    var store = Store.at(run.memory(), map);
    var storage = storage(store, map);
    if (owner == 0 || (flags & ~CREATE) != 0) {
      return 0;
    }
    // What is no memory is no owner either.
    run.memory().at(owner);
    var first = value == 0 ? null : run.memory().read(value, store.shape().valueSize());
    synchronized (store) {
      return storage.get(owner, (flags & CREATE) != 0, first);
    }
  }

  private static long delete(Run run, long map, long owner, long c, long d, long e) {
    var store = Store.at(run.memory(), map);
    var storage = storage(store, map);
    if (owner == 0) {
      return -Errno.EINVAL;
    }
    synchronized (store) {
      return -storage.delete(owner);
    }
  }
}
