package org.ebpf4j.linux.internal.reference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.ebpf4j.linux.reference.FileHolder;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Sockets that have a program, found in the kernel's memory: filters, the choice among sockets
/// that share a port, and what maps of sockets run for each; and programs of tun devices.
final class SocketSearch {
  private static final String SOCKET = "socket";
  private static final String TUN = "/dev/net/tun";

  /// Flags in the low bits of what a socket keeps for its user: that it is a `sk_psock`.
  private static final long PSOCK = 4;

  private static final long FLAGS = 7;

  private final KernelView kernel;
  private final Processes processes;
  private final Found found;

  private SocketSearch(KernelView kernel, Processes processes, Found found) {
    this.kernel = kernel;
    this.processes = processes;
    this.found = found;
  }

  static void find(List<OpenedFile> files, KernelView kernel, Processes processes, Found found) {
    var search = new SocketSearch(kernel, processes, found);
    var sockets = files.stream().filter(f -> f.kind.equals(SOCKET)).toList();
    search.filters(sockets);
    search.ports(sockets);
    search.verdicts(sockets);
    search.iterators(files.stream().filter(f -> f.kind.equals("anon_inode:bpf_iter")).toList());
  }

  /// Looks at tun devices.
  ///
  /// @return whether their structures are known: they may be a module's, whose types kernels tell
  ///   since 5.11
  static boolean findTuns(
      List<OpenedFile> files, KernelView kernel, Processes processes, Found found) {
    return new SocketSearch(kernel, processes, found)
        .tuns(files.stream().filter(f -> f.kind.equals(TUN)).toList());
  }

  /// The `struct sock` of each socket.
  static long[] socks(KernelView kernel, List<OpenedFile> sockets) {
    return kernel
        .memory()
        .follow(
            sockets.stream().mapToLong(f -> f.content).toArray(),
            kernel.layout().of("socket", "sk"));
  }

  private long[] follow(long[] pointers, String struct, String... path) {
    return kernel.memory().follow(pointers, kernel.layout().of(struct, path));
  }

  private void filters(List<OpenedFile> sockets) {
    var filters = follow(socks(kernel, sockets), "sock", "sk_filter");
    add(
        sockets,
        filters,
        follow(filters, "sk_filter", "prog"),
        "socket_filter",
        "filter of socket");
  }

  private void ports(List<OpenedFile> sockets) {
    var groups = follow(socks(kernel, sockets), "sock", "sk_reuseport_cb");
    add(
        sockets,
        groups,
        follow(groups, "sock_reuseport", "prog"),
        "reuseport",
        "choice among the sockets that share a port");
  }

  private void verdicts(List<OpenedFile> sockets) {
    var kept = follow(socks(kernel, sockets), "sock", "sk_user_data");
    for (int i = 0; i < kept.length; i++) {
      kept[i] = (kept[i] & PSOCK) == 0 ? 0 : kept[i] & ~FLAGS;
    }
    for (var member :
        List.of("msg_parser", "stream_parser", "stream_verdict", "skb_parser", "skb_verdict")) {
      var offset = kernel.layout().find("sk_psock", "progs", member);
      if (offset.isPresent()) {
        add(
            sockets,
            kept,
            kernel.memory().follow(kept, offset.getAsInt()),
            "socket_verdict",
            member + " of a socket in a map");
      }
    }
  }

  private boolean tuns(List<OpenedFile> files) {
    if (files.isEmpty()) {
      return true;
    }
    var tun = kernel.layout().findInModules("tun_file", "tun");
    if (tun.isEmpty()) {
      return false;
    }
    var devices =
        kernel.memory().follow(files.stream().mapToLong(f -> f.content).toArray(), tun.getAsInt());
    var program = kernel.layout().findInModules("tun_prog", "prog");
    for (var member : List.of("filter_prog", "steering_prog")) {
      var offset = kernel.layout().findInModules("tun_struct", member);
      if (offset.isPresent() && program.isPresent()) {
        var held = kernel.memory().follow(devices, offset.getAsInt());
        add(
            files,
            held,
            kernel.memory().follow(held, program.getAsInt()),
            "tun",
            member + " of a tun device");
      }
    }
    return program.isPresent();
  }

  /// Iterators that are being read hold their program, and the map that they go over.
  private void iterators(List<OpenedFile> files) {
    var own = follow(files.stream().mapToLong(f -> f.content).toArray(), "seq_file", "private");
    var target = kernel.layout().of("bpf_iter_priv_data", "target_private");
    var data = own.clone();
    for (int i = 0; i < data.length; i++) {
      data[i] = data[i] == 0 ? 0 : data[i] - target;
    }
    add(files, data, follow(data, "bpf_iter_priv_data", "prog"), "iterator", "iterator being read");
    add(files, own, kernel.memory().follow(own, 0), "iterator", "iterator being read");
  }

  /// What holds an object, and the files that lead there.
  private record Owner(ObjectKey object, List<FileHolder> holders) {}

  /// Adds a reference for each owner, which several files may share.
  private void add(
      List<OpenedFile> files, long[] owners, long[] objects, String kind, String what) {
    var byOwner = new LinkedHashMap<Long, Owner>();
    for (int i = 0; i < owners.length; i++) {
      var object = owners[i] == 0 || objects[i] == 0 ? null : kernel.objects.get(objects[i]);
      if (object != null) {
        byOwner
            .computeIfAbsent(owners[i], _ -> new Owner(object, new ArrayList<>()))
            .holders
            .addAll(files.get(i).holders(processes));
      }
    }
    byOwner
        .values()
        .forEach(o -> found.add(o.object, new Reference.Through(kind, what, o.holders)));
  }
}
