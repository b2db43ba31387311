package org.ebpf4j.vm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.helper.Task;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.map.StorageContent;
import org.ebpf4j.vm.memory.MemoryObject;

/// What a run finds in its kernel besides objects of BPF. For one thread.
final class RunHost implements Environment.Host, AutoCloseable {
  private final VirtualKernel kernel;
  private final int cpus;
  private final Task current;
  private final LongSupplier taskAddress;
  private final Optional<AttachPoint> point;
  private final Map<StorageContent.OfCgroups, Region> own = new HashMap<>();

  /// @param current the task that the program runs in
  /// @param taskAddress the address of its `struct task_struct`
  /// @param point the place that is reached, where that is why it runs
  RunHost(
      VirtualKernel kernel,
      int cpus,
      Task current,
      LongSupplier taskAddress,
      Optional<AttachPoint> point) {
    this.cpus = cpus;
    this.current = current;
    this.taskAddress = taskAddress;
    this.kernel = kernel;
    this.point = point;
  }

  @Override
  public List<HostObject> objects() {
    return kernel.handles().all();
  }

  @Override
  public int cpus() {
    return cpus;
  }

  @Override
  public long task(int pid) {
    if (pid == current.pid()) {
      return taskAddress.getAsLong();
    }
    for (var object : objects()) {
      if (object.type() == HostObject.Type.TASK && object.name().equals(String.valueOf(pid))) {
        return object.address();
      }
    }
    return kernel.memory().tasks().stream()
        .filter(task -> task.has("pid") && task.number("pid") == pid)
        .mapToLong(MemoryObject::address)
        .findFirst()
        .orElse(0);
  }

  @Override
  public long cgroup(long id) {
    for (var object : objects()) {
      if (object.type() == HostObject.Type.CGROUP && object.id() == id) {
        return object.address();
      }
    }
    return kernel.memory().cgroups().stream()
        .filter(cgroup -> id(cgroup) == id)
        .mapToLong(MemoryObject::address)
        .findFirst()
        .orElse(0);
  }

  @Override
  public long cgroupId(long address) {
    for (var object : objects()) {
      if (object.type() == HostObject.Type.CGROUP && object.address() == address) {
        return object.id();
      }
    }
    return kernel.memory().cgroups().stream()
        .filter(cgroup -> cgroup.address() == address)
        .mapToLong(RunHost::id)
        .findFirst()
        .orElse(0);
  }

  /// The id of a cgroup is that of its node (`cgrp->kn->id`).
  private static long id(MemoryObject cgroup) {
    if (!cgroup.has("kn") || cgroup.number("kn") == 0) {
      return 0;
    }
    var node = cgroup.follow("kn");
    return node.has("id") ? node.number("id") : 0;
  }

  @Override
  public Optional<byte[]> attachment() {
    return point
        .filter(Cgroup.class::isInstance)
        .map(Cgroup.class::cast)
        .flatMap(kernel.handles()::attachment);
  }

  @Override
  public long ownValue(StorageContent.OfCgroups map) {
    return own.computeIfAbsent(map, this::value).address();
  }

  private Region value(StorageContent.OfCgroups map) {
    var value = new Region("a value of map '" + map.name() + "'", new byte[map.valueSize()], true);
    kernel.regions().add(value);
    return value;
  }

  @Override
  public void close() {
    own.values().forEach(kernel.regions()::remove);
  }
}
