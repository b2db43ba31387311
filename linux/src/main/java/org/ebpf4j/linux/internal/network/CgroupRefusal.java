package org.ebpf4j.linux.internal.network;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import org.ebpf4j.attach.Cgroup;
import org.ebpf4j.attach.Order;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Occupant;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;

/// Why a program cannot be attached to a cgroup.
record CgroupRefusal(Attaching program, Cgroup point) {
  // include/uapi/linux/bpf.h
  private static final int BPF_F_ALLOW_OVERRIDE = 1;
  private static final int BPF_F_ALLOW_MULTI = 1 << 1;

  private static final int ERANGE = 34;

  BpfException of(String command, int errno, Fd directory) {
    return switch (errno) {
      case Errno.EPERM ->
          occupant(directory)
              .<BpfException>map(who -> explained(command, errno, who))
              .orElseGet(() -> plain(command, errno));
      case Errno.EINVAL -> invalid(command, directory);
      case Errno.ENOENT ->
          explained(
              command,
              errno,
              point.order().id() == 0
                  ? "the program is not attached there any more"
                  : whom() + " is not attached there");
      case Errno.EEXIST ->
          explained(
              command, errno, "this program is attached there already, and runs once on a hook");
      case Errno.ESTALE ->
          explained(
              command,
              errno,
              "the programs there have changed: their revision is "
                  + LinkCalls.query(directory.number(), point.type().number(), false).revision()
                  + ", not "
                  + point.order().revision());
      case Errno.E2BIG ->
          explained(command, errno, "64 programs are attached there, and a hook takes no more");
      case ERANGE -> explained(command, errno, "no such order exists");
      default -> plain(command, errno);
    };
  }

  private BpfException invalid(String command, Fd directory) {
    var query = LinkCalls.query(directory.number(), point.type().number(), false);
    if (query.errno() == Errno.EINVAL) {
      return new UnsupportedFeatureException(
          point.type().label(),
          null,
          program.what()
              + ": this kernel has no hook "
              + point.type().label()
              + " of cgroups: it is too old, or built without it"
              + "\n  try: another hook: ebpf4j feature says which this kernel has");
    }
    if (point.preorder() || !point.order().equals(Order.DEFAULT)) {
      return query.revision() == 0
          ? new UnsupportedFeatureException(
              "cgroup order",
              "6.17",
              program.what()
                  + ": this kernel keeps the programs of a cgroup in the order of their coming"
                  + " (others since 6.17, preorder without a link since 6.15)"
                  + "\n  try: without "
                  + (point.preorder() ? "preorder" : "an order"))
          : explained(
              command,
              Errno.EINVAL,
              whom()
                  + " is nothing to put a program next to there: not attached, or by a link and"
                  + " named as a program, or the other way round, or one of both runs in preorder"
                  + "\n  try: ebpf4j cgroup show, which lists what is attached there");
    }
    return plain(command, Errno.EINVAL);
  }

  /// Whether a kernel does not know of hooks that several programs share (before 4.15).
  boolean isSharingUnknown(BpfException e) {
    return e instanceof KernelException refused && refused.errno() == Errno.EINVAL;
  }

  /// Refuses where a program is there: one that is attached as the only one would take its place.
  void unlessFree(Fd directory) {
    var query = LinkCalls.query(directory.number(), point.type().number(), false);
    if (query.programs().length > 0) {
      throw explained(
          "PROG_ATTACH",
          Errno.EBUSY,
          Occupant.on(query, 0)
              + " is there, and the hook would be for one program; replace=ID takes its place");
    }
  }

  /// Whoever keeps the program out: one that shares the hook in another way, on this cgroup or on
  /// one above.
  private Optional<String> occupant(Fd directory) {
    var here = LinkCalls.query(directory.number(), point.type().number(), false);
    if (here.programs().length > 0) {
      return Optional.of(
          Occupant.on(here, 0)
              + " is on this hook, attached "
              + sharing(here.flags())
              + "; all programs of a hook share it in one way");
    }
    for (var above = point.path().toAbsolutePath().normalize().getParent();
        above != null && Files.exists(above.resolve("cgroup.procs"));
        above = above.getParent()) {
      var found = onCgroup(above);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<String> onCgroup(Path cgroup) {
    var opened = FileIo.openDirectory(cgroup.toString());
    if (!opened.ok()) {
      return Optional.empty();
    }
    try (var directory = opened.fd()) {
      var query = LinkCalls.query(directory.number(), point.type().number(), false);
      return query.programs().length > 0 && (query.flags() & BPF_F_ALLOW_MULTI) == 0
          ? Optional.of(
              Occupant.on(query, 0)
                  + " is on this hook of "
                  + cgroup
                  + ", attached "
                  + sharing(query.flags())
                  + ", and keeps others out below")
          : Optional.empty();
    }
  }

  private static String sharing(int flags) {
    return (flags & BPF_F_ALLOW_MULTI) != 0
        ? "beside others (multi)"
        : (flags & BPF_F_ALLOW_OVERRIDE) != 0 ? "as the only one (override)" : "for itself alone";
  }

  private String whom() {
    var order = point.order();
    return order.id() == 0 ? "nothing" : (order.isLink() ? "link " : "program ") + order.id();
  }

  private KernelException explained(String command, int errno, String why) {
    return new KernelException(
        command,
        errno,
        program.what() + ": " + command + ": " + Errno.describe(errno) + ": " + why);
  }

  private KernelException plain(String command, int errno) {
    return program.refusal(
        command, errno, EnumSet.of(Capability.CAP_BPF, Capability.CAP_NET_ADMIN));
  }
}
