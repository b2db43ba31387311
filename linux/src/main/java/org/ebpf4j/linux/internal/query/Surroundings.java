package org.ebpf4j.linux.internal.query;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.ebpf4j.attach.Netns;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.inspect.DeviceInfo;
import org.ebpf4j.linux.inspect.NetnsInfo;
import org.ebpf4j.linux.internal.netlink.DeviceList;
import org.ebpf4j.linux.internal.netlink.DeviceList.Device;
import org.ebpf4j.linux.internal.netlink.NetlinkSocket;
import org.ebpf4j.linux.internal.netlink.NetworkNamespace;
import org.ebpf4j.linux.internal.netlink.NetworkNamespaces;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.jspecify.annotations.Nullable;

/// What the numbers that a kernel gives stand for on this machine: namespaces and their devices,
/// cgroups, types. For one look at it: what was found stays, so that many objects cost little more
/// than one. Nothing is looked for before it is wanted. For one thread.
public final class Surroundings implements AutoCloseable {
  private @Nullable List<NetnsInfo> namespaces;
  private @Nullable CgroupPaths cgroups;
  private @Nullable TargetNames targets;
  private final Map<Long, List<Device>> devices = new HashMap<>();
  private final Map<Integer, String> programs = new ConcurrentHashMap<>();

  /// The network namespaces that this process sees, the calling thread's first.
  public List<NetnsInfo> namespaces() {
    if (namespaces == null) {
      namespaces = NetworkNamespaces.all();
    }
    return namespaces;
  }

  /// A network namespace by its number; 0 stands for none.
  NetnsInfo namespace(long inode) {
    if (inode == 0) {
      return NetnsInfo.NONE;
    }
    return namespaces().stream()
        .filter(n -> n.inode() == inode)
        .findFirst()
        .orElse(NetnsInfo.ofInode(inode));
  }

  /// Where cgroups are.
  public CgroupPaths cgroups() {
    if (cgroups == null) {
      cgroups = CgroupPaths.ofMachine();
    }
    return cgroups;
  }

  /// The functions that programs are for.
  TargetNames targets() {
    if (targets == null) {
      targets = new TargetNames();
    }
    return targets;
  }

  /// The name of a program; empty where it is gone, or 0 stands for none.
  String programName(int id) {
    return programs.computeIfAbsent(id, Surroundings::readName);
  }

  private static String readName(int id) {
    var opened = Bpf.openById(ObjectKind.PROGRAM, id);
    if (id == 0 || !opened.ok()) {
      return "";
    }
    try (var fd = opened.fd()) {
      return Inventory.program(fd.number()).fullName();
    }
  }

  /// Does something in a network namespace.
  ///
  /// @throws BpfException where it is gone, or this process may not enter it
  public static <T> T in(NetnsInfo namespace, Supplier<T> action) {
    var netns =
        namespace.inode() == NetworkNamespaces.current() ? Netns.CURRENT : namespace.netns();
    return NetworkNamespace.in("the network namespace " + namespace.label(), netns, action);
  }

  /// The devices of a network namespace.
  ///
  /// @throws BpfException where it is gone, or this process may not enter it
  public List<Device> devices(NetnsInfo namespace) {
    var known = devices.get(namespace.inode());
    if (known == null) {
      known =
          in(
              namespace,
              () -> {
                try (var socket = NetlinkSocket.open()) {
                  return DeviceList.of(socket);
                }
              });
      devices.put(namespace.inode(), known);
    }
    return known;
  }

  /// The device of that index which something is said of that is true of no other.
  ///
  /// @param isIt whether it is so of a device; asked in the network namespace of the device
  DeviceInfo device(int index, Predicate<Device> isIt) {
    var found = new ArrayList<DeviceInfo>();
    for (var namespace : index == 0 ? List.<NetnsInfo>of() : namespaces()) {
      try {
        for (var device : devices(namespace)) {
          if (device.index() == index && in(namespace, () -> isIt.test(device))) {
            found.add(new DeviceInfo(index, device.name(), namespace));
          }
        }
      } catch (BpfException _) {
        // It is gone, or not to be entered: the device is none that can be told.
      }
    }
    return found.size() == 1 ? found.getFirst() : DeviceInfo.unknown(index);
  }

  @Override
  public void close() {
    if (targets != null) {
      targets.close();
    }
  }
}
