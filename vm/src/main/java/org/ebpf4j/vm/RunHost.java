package org.ebpf4j.vm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.vm.internal.helper.Environment;
import org.ebpf4j.vm.internal.life.HostObject;
import org.ebpf4j.vm.internal.machine.Region;
import org.ebpf4j.vm.internal.map.StorageContent;

/// What a run finds in its kernel besides objects of BPF. For one thread.
final class RunHost implements Environment.Host, AutoCloseable {
  private final VirtualKernel kernel;
  private final Optional<AttachPoint> point;
  private final Map<StorageContent.OfCgroups, Region> own = new HashMap<>();

  /// @param point the place that is reached, where that is why it runs
  RunHost(VirtualKernel kernel, Optional<AttachPoint> point) {
    this.kernel = kernel;
    this.point = point;
  }

  @Override
  public List<HostObject> objects() {
    return kernel.handles().all();
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
    var value =
        new Region("a value of map '" + map.name() + "'", new byte[map.valueSize()], true);
    kernel.regions().add(value);
    return value;
  }

  @Override
  public void close() {
    own.values().forEach(kernel.regions()::remove);
  }
}
