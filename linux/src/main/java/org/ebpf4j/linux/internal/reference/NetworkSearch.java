package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.internal.netlink.DeviceList.Device;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.Routes;
import org.ebpf4j.linux.internal.netlink.TrafficControl;
import org.ebpf4j.linux.internal.query.NetworkHooks;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.reference.NetworkPlace;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Hooks of the network that hold programs, in each network namespace.
final class NetworkSearch {
  private static final String WHAT = "looking for programs on the network";
  private static final int XDP_LINK_DEVICE = 16;
  private static final int NETNS_LINK_NAMESPACE = 16;
  private static final int NETNS_LINK_TYPE = 20;

  private final LivingObjects inventory;
  private final Found found;
  private final NetworkHooks hooks = new NetworkHooks();

  /// Programs that the dispatcher of XDP, which the kernel has on some machines, holds once.
  private final Set<Integer> dispatched = new HashSet<>();

  private final RouteSearch routes = new RouteSearch();

  private NetworkSearch(LivingObjects inventory, Found found) {
    this.inventory = inventory;
    this.found = found;
  }

  /// @param counts the kernel's counts, held against what all other searches have found
  static void find(
      LivingObjects inventory, Namespaces machine, Map<ObjectKey, Count> counts, Found found) {
    var search = new NetworkSearch(inventory, found);
    if (!search.any(
        ProgramType.XDP,
        ProgramType.SCHED_CLS,
        ProgramType.SCHED_ACT,
        ProgramType.FLOW_DISSECTOR,
        ProgramType.LWT_IN,
        ProgramType.LWT_OUT,
        ProgramType.LWT_XMIT,
        ProgramType.LWT_SEG6LOCAL)) {
      return;
    }
    var namespaces = machine.network();
    var own = namespaces.keySet().stream().findFirst().orElse(0L);
    namespaces.forEach((inode, path) -> search.namespace(inode, path, inode.equals(own)));
    for (var program : search.dispatched) {
      found.add(ObjectKey.program(program), new Reference.Kernel("the dispatcher of XDP", 1));
    }
    search.routes.find(inventory, counts, found);
  }

  private boolean any(ProgramType... types) {
    return inventory.programs().values().stream().anyMatch(p -> p.is(types));
  }

  private void namespace(long inode, String path, boolean own) {
    try (var namespace = NetworkNamespace.open(WHAT, new Netns(path))) {
      if (any(ProgramType.FLOW_DISSECTOR)) {
        flowDissector(namespace, new NetworkPlace(inode, path, "", 0, own));
      }
      namespace.call(() -> {
        hooks.look(new Inside(inode, path, own));
        return true;
      });
    } catch (BpfException e) {
      found.note("network namespace " + inode + " (" + path + "): " + e.getMessage());
    }
  }

  /// Takes what is on the hooks of a namespace.
  private final class Inside implements NetworkHooks.Visitor {
    private final long inode;
    private final String path;
    private final boolean own;

    Inside(long inode, String path, boolean own) {
      this.inode = inode;
      this.path = path;
      this.own = own;
    }

    private NetworkPlace place(Device device) {
      return new NetworkPlace(inode, path, device.name(), device.index(), own);
    }

    @Override
    public boolean wantsControl() {
      return any(ProgramType.SCHED_CLS, ProgramType.SCHED_ACT);
    }

    @Override
    public boolean wantsRoutes() {
      return any(
          ProgramType.LWT_IN, ProgramType.LWT_OUT, ProgramType.LWT_XMIT, ProgramType.LWT_SEG6LOCAL);
    }

    @Override
    public void xdp(Device device) {
      NetworkSearch.this.xdp(device, place(device));
    }

    /// Where a link has it there, it is found as that of the link.
    @Override
    public void ordered(Device device, AttachType type, int program, int link) {
      if (link == 0) {
        var label = type.label();
        found.add(
            ObjectKey.program(program),
            new Reference.NetworkHook(
                label.substring(0, label.indexOf('_')), place(device), label));
      }
    }

    @Override
    public void filter(Device device, String discipline, int parent, TrafficControl.Filter filter) {
      found.add(
          ObjectKey.program(filter.program()),
          new Reference.Filter(
              place(device),
              TrafficControl.parentLabel(parent),
              filter.kind(),
              filter.priority(),
              filter.handle()));
    }

    @Override
    public void route(Device device, Routes.Route route) {
      routes.add(place(device), route);
    }
  }

  private void xdp(Device device, NetworkPlace place) {
    var xdp = device.xdp();
    xdp(xdp.generic(), "generic", place);
    xdp(xdp.driver(), "driver", place);
    xdp(xdp.hardware(), "hardware", place);
  }

  /// The device has the program once for itself, where no link has it, and once in its driver, or
  /// in the kernel's generic code.
  private void xdp(int program, String mode, NetworkPlace place) {
    if (program == 0) {
      return;
    }
    var link =
        inventory.links().values().stream()
            .filter(l ->
                l.is("xdp") && l.program() == program && l.u32(XDP_LINK_DEVICE) == place.index())
            .mapToInt(LivingObjects.Link::id)
            .findFirst()
            .orElse(0);
    found.add(ObjectKey.program(program), new Reference.Xdp(place, mode, link, link == 0 ? 2 : 1));
    if (!mode.equals("hardware") && hasDispatcher()) {
      dispatched.add(program);
    }
  }

  /// Where the kernel calls XDP programs directly: on x86-64, with the compiler on.
  private static boolean hasDispatcher() {
    var architecture = System.getProperty("os.arch");
    return (architecture.equals("amd64") || architecture.equals("x86_64"))
        && !Processes.text("/proc/sys/net/core/bpf_jit_enable").strip().equals("0");
  }

  private void flowDissector(NetworkNamespace namespace, NetworkPlace place) {
    var type = AttachType.FLOW_DISSECTOR;
    var byLink = new ArrayList<Integer>();
    for (var link : inventory.links().values()) {
      if (link.is("netns")
          && Integer.toUnsignedLong(link.u32(NETNS_LINK_NAMESPACE)) == place.namespace()
          && link.u32(NETNS_LINK_TYPE) == type.number()) {
        byLink.add(link.program());
      }
    }
    for (var program : LinkCalls.query(namespace.fd().number(), type.number(), false).programs()) {
      if (!byLink.remove((Object) program)) {
        found.add(
            ObjectKey.program(program),
            new Reference.NetworkHook(type.label(), place, type.label()));
      }
    }
  }
}
