package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.linux.internal.sys.FileIo;
import org.ebpf4j.linux.internal.sys.LinkCalls;
import org.ebpf4j.linux.internal.sys.LinkCalls.Attached;

/// Asks cgroups for the programs on their hooks.
public final class CgroupHooks {
  /// Takes what a cgroup answers.
  @FunctionalInterface
  public interface Visitor {
    /// @param there the programs on a hook, or why it does not say
    void hook(Path directory, AttachType hook, Attached there);
  }

  /// The hooks that this kernel has, as far as it was asked.
  private final EnumSet<AttachType> hooks;

  private final boolean effective;
  private final Visitor visitor;
  private final ObjIntConsumer<Path> unopened;

  /// @param hooks those that are asked for
  /// @param effective whether with those that the cgroups above have, which come without links
  /// @param unopened is given directories that cannot be opened, with the error number
  public CgroupHooks(
      Set<AttachType> hooks, boolean effective, Visitor visitor, ObjIntConsumer<Path> unopened) {
    this.hooks = EnumSet.noneOf(AttachType.class);
    this.hooks.addAll(hooks);
    this.effective = effective;
    this.visitor = visitor;
    this.unopened = unopened;
  }

  /// All hooks that cgroups have.
  public static Set<AttachType> all() {
    var hooks = EnumSet.noneOf(AttachType.class);
    Arrays.stream(AttachType.values())
        .filter(t -> t.name().startsWith("CGROUP_") || t == AttachType.LSM_CGROUP)
        .forEach(hooks::add);
    return hooks;
  }

  /// Asks one cgroup.
  public void look(Path directory) {
    var opened = FileIo.openDirectory(directory.toString());
    if (!opened.ok()) {
      unopened.accept(directory, opened.errno());
      return;
    }
    try (var fd = opened.fd()) {
      for (var hook : List.copyOf(hooks)) {
        var there = LinkCalls.query(fd.number(), hook.number(), effective);
        if (there.errno() == Errno.EINVAL) {
          hooks.remove(hook);
        } else {
          visitor.hook(directory, hook, there);
        }
      }
    }
  }

  /// Asks a cgroup and all below it, in the order of their names.
  public void walk(Path directory) {
    look(directory);
    var below = new ArrayList<Path>();
    try (var entries = Files.newDirectoryStream(directory)) {
      for (var entry : entries) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          below.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException _) {
      return; // Removed meanwhile, or another user's.
    }
    below.sort(null);
    below.forEach(this::walk);
  }
}
