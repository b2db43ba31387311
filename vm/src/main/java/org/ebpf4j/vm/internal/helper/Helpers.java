package org.ebpf4j.vm.internal.helper;

import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.vm.internal.machine.Helper;

/// The functions that programs may call, by name. They are pure but for what they are given.
public final class Helpers {
  private Helpers() {}

  /// All of them, by their names, such as `bpf_map_lookup_elem`.
  public static Map<String, Helper> all() {
    var all = new HashMap<String, Helper>();
    MapHelpers.addTo(all);
    RingHelpers.addTo(all);
    PerfHelpers.addTo(all);
    StorageHelpers.addTo(all);
    MemoryHelpers.addTo(all);
    ProbeHelpers.addTo(all);
    TracingHelpers.addTo(all);
    StackHelpers.addTo(all);
    HostHelpers.addTo(all);
    TaskHelpers.addTo(all);
    PacketHelpers.addTo(all);
    SocketHelpers.addTo(all);
    SysctlHelpers.addTo(all);
    TunnelHelpers.addTo(all);
    var named = new HashMap<String, Helper>();
    all.forEach((name, helper) -> named.put("bpf_" + name, helper));
    return named;
  }
}
