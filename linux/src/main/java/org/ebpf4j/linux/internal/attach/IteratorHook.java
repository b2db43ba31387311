package org.ebpf4j.linux.internal.attach;

import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.KernelIterator.All;
import org.ebpf4j.attach.KernelIterator.OfCgroup;
import org.ebpf4j.attach.KernelIterator.OfMap;
import org.ebpf4j.attach.KernelIterator.OfProcess;
import org.ebpf4j.attach.KernelIterator.OfThread;
import org.ebpf4j.attach.KernelIterator.Order;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.network.CgroupDirectory;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.LinkCreate;

/// Iterators: a link (since 5.8), from which `ITER_CREATE` makes what is read.
final class IteratorHook {
  private static final String CGROUP = "cgroup";

  private IteratorHook() {}

  static Attachment attach(Attaching program, KernelIterator point) {
    LoadedPlace.check(program, point);
    return switch (point.scope()) {
      // A cgroup iterator wants an order; without a cgroup it begins at the root.
      case All() when point.name().equals(CGROUP) ->
          link(program, point, Order.DESCENDANTS_PRE.number(), 0);
      case All() -> link(program, point);
      case OfMap(var map) -> link(program, point, program.descriptor(map));
      case OfCgroup(var path, var order) -> {
        requireParameters(program, KernelBtf.running());
        try (var directory = CgroupDirectory.open(program, path)) {
          yield link(program, point, order.number(), directory.number());
        }
      }
      case OfThread(var tid) -> {
        requireParameters(program, KernelBtf.running());
        yield link(program, point, tid, 0);
      }
      case OfProcess(var pid) -> {
        requireParameters(program, KernelBtf.running());
        yield link(program, point, 0, pid);
      }
    };
  }

  /// Kernels whose iterators take a map alone would take the number of a thread for nothing at all,
  /// and go over every task.
  private static void requireParameters(Attaching program, Btf types) {
    for (var id : types.ids("bpf_iter_link_info")) {
      if (types.kind(id) == Kind.UNION && types.sizeOrType(id) > Integer.BYTES) {
        return;
      }
    }
    throw new UnsupportedFeatureException(
        "iterators over some tasks and cgroups",
        "6.1",
        program.what()
            + ": this kernel's iterators go over all tasks, and over no cgroups; those since 6.1"
            + " can be told which\n"
            + "  try: attach it without, and have the program look at task->tgid");
  }

  private static Attachment link(Attaching program, KernelIterator point, int... info) {
    var link = Bpf.linkCreate(new LinkCreate.Iterator(program.program(), info));
    if (!link.ok()) {
      throw refusal(program, point, link.errno());
    }
    program.step("LINK_CREATE trace_iter: " + link.fd());
    return Attachment.ofLink(link.fd());
  }

  private static BpfException refusal(Attaching program, KernelIterator point, int errno) {
    var overMap = point.scope() instanceof OfMap;
    var reason =
        errno == Errno.EBADF && !overMap
            ? "it goes over the elements of a map, and none is said"
                + "\n  try: KernelIterator.over(map), or --attach PROGRAM=iter:"
                + point.name()
                + ",map=MAP"
            : errno == Errno.EINVAL && overMap
                ? "iterator " + point.name() + " does not go over maps of this type"
                : errno == Errno.EACCES && overMap
                    ? "the program reads or writes more than a key or value of the map has"
                    : "";
    return reason.isEmpty()
        ? program.refusal("LINK_CREATE", errno, TracingHook.NEEDS)
        : new KernelException(
            "LINK_CREATE",
            errno,
            program.what() + ": LINK_CREATE: " + Errno.describe(errno) + ": " + reason);
  }
}
