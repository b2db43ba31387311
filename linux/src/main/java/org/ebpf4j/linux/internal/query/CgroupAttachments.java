package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.linux.inspect.CgroupAttachment;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.LinkCalls.Attached;

/// Asks cgroups for the programs on them.
public final class CgroupAttachments {
  private final Surroundings surroundings;
  private final boolean effective;
  private final List<CgroupAttachment> found = new ArrayList<>();

  private CgroupAttachments(Surroundings surroundings, boolean effective) {
    this.surroundings = surroundings;
    this.effective = effective;
  }

  private CgroupHooks hooks() {
    return new CgroupHooks(
        CgroupHooks.all(),
        effective,
        this::add,
        (_, _) -> {
          // Removed meanwhile, or another user's.
        });
  }

  /// The programs of one cgroup.
  ///
  /// @param effective whether those that run there are asked for, with those of the cgroups above;
  ///   they come without links and flags
  /// @throws NotFoundException where there is no such directory
  public static List<CgroupAttachment> of(
      Surroundings surroundings, Path directory, boolean effective) {
    var search = new CgroupAttachments(surroundings, effective);
    check(directory);
    search.hooks().look(directory);
    return List.copyOf(search.found);
  }

  /// The programs of a cgroup and of those below it.
  ///
  /// @throws NotFoundException where there is no such directory
  public static List<CgroupAttachment> below(
      Surroundings surroundings, Path directory, boolean effective) {
    check(directory);
    var search = new CgroupAttachments(surroundings, effective);
    search.hooks().walk(directory);
    return List.copyOf(search.found);
  }

  /// The lack of cgroups of version 2.
  public static NotMountedException notMounted() {
    return new NotMountedException(
        "cgroup2", "the programs of cgroups", "mount -t cgroup2 none /sys/fs/cgroup");
  }

  private static void check(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw NotFoundException.ofPath(
          "no cgroup at " + directory + "\n  try: a directory below /sys/fs/cgroup",
          directory.toString());
    }
  }

  private void add(Path directory, AttachType hook, Attached there) {
    switch (there.errno()) {
      case 0 -> {
        for (var i = 0; i < there.programs().length; i++) {
          var program = there.programs()[i];
          found.add(
              new CgroupAttachment(
                  directory.toString(),
                  inode(directory),
                  hook.number(),
                  program,
                  surroundings.programName(program),
                  effective ? 0 : there.links()[i],
                  effective ? 0 : there.flags()));
        }
      }
      case Errno.EBADF ->
          throw NotFoundException.ofPath(
              directory + " is no cgroup of version 2\n  try: a directory below /sys/fs/cgroup",
              directory.toString());
      case Errno.EPERM, Errno.EACCES ->
          throw Refusal.of(
              "the programs of cgroup " + directory,
              "PROG_QUERY",
              there.errno(),
              EnumSet.of(Capability.CAP_NET_ADMIN));
      default -> {
        // Removed meanwhile.
      }
    }
  }

  private static long inode(Path directory) {
    try {
      return Files.getAttribute(directory, "unix:ino") instanceof Long inode ? inode : 0;
    } catch (IOException _) {
      return 0;
    }
  }
}
