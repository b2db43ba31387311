package org.ebpf4j.linux.internal.reference;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.query.CgroupHooks;
import org.ebpf4j.linux.internal.sys.LinkCalls.Attached;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Cgroups, which hold programs that were attached without a link.
final class CgroupSearch {
  private static final int LINK_CGROUP = 16;
  private static final int LINK_TYPE = 24;

  private final LivingObjects inventory;
  private final Found found;
  private final Set<AttachType> types;

  private CgroupSearch(LivingObjects inventory, Found found) {
    this.inventory = inventory;
    this.found = found;
    this.types =
        CgroupHooks.all().stream().filter(t -> any(programType(t))).collect(Collectors.toSet());
  }

  static void find(LivingObjects inventory, Found found) {
    var search = new CgroupSearch(inventory, found);
    if (search.types.isEmpty()) {
      return;
    }
    var root = Mounts.read().pointOf("cgroup2");
    if (root.isEmpty()) {
      found.note("no cgroup2 is mounted here, so that cgroups cannot be looked at");
      return;
    }
    new CgroupHooks(search.types, false, search::look, search::unopened).walk(root.get());
  }

  private boolean any(ProgramType type) {
    return inventory.programs().values().stream().anyMatch(p -> p.is(type));
  }

  private static ProgramType programType(AttachType type) {
    return switch (type) {
      case CGROUP_INET_INGRESS, CGROUP_INET_EGRESS -> ProgramType.CGROUP_SKB;
      case CGROUP_INET_SOCK_CREATE,
          CGROUP_INET4_POST_BIND,
          CGROUP_INET6_POST_BIND,
          CGROUP_INET_SOCK_RELEASE ->
          ProgramType.CGROUP_SOCK;
      case CGROUP_SOCK_OPS -> ProgramType.SOCK_OPS;
      case LSM_CGROUP -> ProgramType.LSM;
      case CGROUP_DEVICE -> ProgramType.CGROUP_DEVICE;
      case CGROUP_SYSCTL -> ProgramType.CGROUP_SYSCTL;
      case CGROUP_GETSOCKOPT, CGROUP_SETSOCKOPT -> ProgramType.CGROUP_SOCKOPT;
      default -> ProgramType.CGROUP_SOCK_ADDR;
    };
  }

  private void unopened(Path directory, int errno) {
    if (errno != Errno.ENOENT) {
      found.note("cgroup " + directory + ": " + Errno.describe(errno));
    }
  }

  private void look(Path directory, AttachType type, Attached there) {
    if (there.programs().length == 0) {
      return;
    }
    var byLink = links(directory, type);
    for (var program : there.programs()) {
      if (!byLink.remove((Object) program)) {
        found.add(
            ObjectKey.program(program), new Reference.Cgroup(directory.toString(), type.label()));
      }
    }
  }

  /// The programs of links on a hook of a cgroup.
  private List<Integer> links(Path directory, AttachType type) {
    var programs = new ArrayList<Integer>();
    try {
      var id = (long) Files.getAttribute(directory, "unix:ino");
      for (var link : inventory.links().values()) {
        if (link.is("cgroup")
            && link.u64(LINK_CGROUP) == id
            && link.u32(LINK_TYPE) == type.number()) {
          programs.add(link.program());
        }
      }
    } catch (IOException _) {
      // Removed meanwhile, with all that was on it.
    }
    return programs;
  }
}
