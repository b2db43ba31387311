package org.ebpf4j.linux.internal.reference;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.host.Mounts;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.reference.ObjectKey;
import org.ebpf4j.linux.reference.Reference;

/// Cgroups, which hold programs that were attached without a link.
final class CgroupSearch {
  private static final int LINK_CGROUP = 16;
  private static final int LINK_TYPE = 24;

  private final LivingObjects inventory;
  private final Found found;
  private final List<AttachType> types;
  private final Set<AttachType> unknown = new HashSet<>();

  private CgroupSearch(LivingObjects inventory, Found found) {
    this.inventory = inventory;
    this.found = found;
    this.types =
        Arrays.stream(AttachType.values())
            .filter(t -> t.name().startsWith("CGROUP_") || t == AttachType.LSM_CGROUP)
            .filter(t -> any(programType(t)))
            .toList();
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
    search.walk(root.get());
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

  private void walk(Path directory) {
    look(directory);
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          walk(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      // Removed meanwhile.
    }
  }

  private void look(Path directory) {
    var opened = FileIo.openDirectory(directory.toString());
    if (!opened.ok()) {
      if (opened.errno() != Errno.ENOENT) {
        found.note("cgroup " + directory + ": " + Errno.describe(opened.errno()));
      }
      return;
    }
    try (var fd = opened.fd()) {
      for (var type : types) {
        if (!unknown.contains(type)) {
          look(directory, fd.number(), type);
        }
      }
    }
  }

  private void look(Path directory, int fd, AttachType type) {
    var there = LinkCalls.query(fd, type.number(), false);
    if (there.errno() == Errno.EINVAL) {
      unknown.add(type);
    }
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
