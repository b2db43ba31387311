package org.ebpf4j.linux.internal.query;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.linux.inspect.PerfAttachment;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.sys.Perf.TaskDescriptor;

/// Finds the descriptors of all processes by which programs are attached.
public final class PerfSearch {
  private PerfSearch() {}

  /// All of them, by processes and descriptors, as far as this process may look into others.
  ///
  /// @throws org.ebpf4j.error.PermissionException without `CAP_SYS_ADMIN`
  public static List<PerfAttachment> all() {
    // Nobody is asked without the privilege, whatever is found.
    var own = (int) ProcessHandle.current().pid();
    var errno = TaskDescriptor.of(own, 0).errno();
    if (errno == Errno.EPERM || errno == Errno.EACCES) {
      throw refusal(errno);
    }
    var found = new ArrayList<PerfAttachment>();
    for (var process : numbered(Path.of("/proc"))) {
      for (var descriptor : numbered(process.resolve("fd"))) {
        if (isCandidate(descriptor)) {
          of(process, number(descriptor)).ifPresent(found::add);
        }
      }
    }
    return List.copyOf(found);
  }

  private static Optional<PerfAttachment> of(Path process, int descriptor) {
    var id = number(process);
    var task = TaskDescriptor.of(id, descriptor);
    return switch (task.errno()) {
      case 0 ->
          PerfAttachment.Kind.of(task.kind())
              .map(kind ->
                  new PerfAttachment(
                      id,
                      command(process),
                      descriptor,
                      task.program(),
                      kind,
                      task.name(),
                      task.offset(),
                      task.address()));
      case Errno.EOPNOTSUPP ->
          Optional.of(
              new PerfAttachment(
                  id, command(process), descriptor, 0, PerfAttachment.Kind.COUNTER, "", 0, 0));
      case Errno.EPERM, Errno.EACCES -> throw refusal(task.errno());
      // No program is attached, the process has ended, or it is a link of another kind.
      default -> Optional.empty();
    };
  }

  private static KernelException refusal(int errno) {
    return Refusal.of(
        "descriptors of processes", "TASK_FD_QUERY", errno, EnumSet.of(Capability.CAP_SYS_ADMIN));
  }

  private static boolean isCandidate(Path descriptor) {
    try {
      var target = Files.readSymbolicLink(descriptor).toString();
      return target.contains("[perf_event]")
          || target.contains("bpf_link")
          || target.contains("bpf-link");
    } catch (IOException _) {
      return false;
    }
  }

  private static String command(Path process) {
    try {
      return Files.readString(process.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException _) {
      return "gone";
    }
  }

  private static int number(Path path) {
    return Integer.parseInt(String.valueOf(path.getFileName()));
  }

  private static List<Path> numbered(Path directory) {
    var entries = new ArrayList<Path>();
    try (var stream = Files.newDirectoryStream(directory, "[0-9]*")) {
      stream.forEach(entries::add);
    } catch (IOException | DirectoryIteratorException _) {
      // It ended meanwhile, or belongs to somebody else.
    }
    entries.sort(Comparator.comparingInt(PerfSearch::number));
    return entries;
  }
}
