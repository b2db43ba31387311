package org.ebpf4j.program.map.network;

import org.ebpf4j.error.Errno;
import org.ebpf4j.object.MapType;
import org.ebpf4j.program.Helper;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.jvm.SlotStore;
import org.ebpf4j.program.map.BpfMap;
import org.ebpf4j.program.map.MapKind;

/// Cgroups, to ask whether something is in one of them.
@MapKind(MapType.CGROUP_ARRAY)
public final class CgroupArray extends BpfMap {
  private final SlotStore<Long> store = new SlotStore<>(Integer.BYTES);

  /// Room for that many.
  public CgroupArray(int maxEntries) {
    super(maxEntries);
  }

  /// Whether the current task is in the cgroup at an index or below it: 1, 0, or an error number
  /// below 0.
  @Helper(37)
  public long holdsCurrentTask(int index) {
    return holds(index);
  }

  /// Whether the socket of a packet is in the cgroup at an index or below it: 1, 0, or an error
  /// number below 0.
  @Helper(33)
  public long holdsPacket(int index) {
    return holds(index);
  }

  private long holds(int index) {
    var cgroup = store.at(SlotStore.key(index));
    if (cgroup == null) {
      return Integer.toUnsignedLong(index) >= maxEntries() ? -Errno.E2BIG : -Errno.EAGAIN;
    }
    return cgroup == Environment.current().task().cgroup() ? 1 : 0;
  }

  /// Puts a cgroup in by its id, on the JVM.
  public void set(int index, long cgroup) {
    store.set(SlotStore.key(index), cgroup);
  }

  @Override
  public SlotStore<Long> onJvm() {
    return store;
  }
}
