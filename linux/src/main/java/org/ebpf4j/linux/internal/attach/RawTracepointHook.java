package org.ebpf4j.linux.internal.attach;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Bpf;

/// Raw tracepoints: `RAW_TRACEPOINT_OPEN` gives a link.
final class RawTracepointHook {
  private RawTracepointHook() {}

  static Attachment attach(Attaching program, RawTracepoint point) {
    var opened = Bpf.rawTracepointOpen(point.name(), program.program());
    if (opened.ok()) {
      program.step("RAW_TRACEPOINT_OPEN " + point.name() + ": " + opened.fd());
      return Attachment.ofLink(opened.fd());
    }
    if (opened.errno() == Errno.ENOENT) {
      throw new NotFoundException("raw tracepoint", point.name(), known());
    }
    throw program.refusal(
        "RAW_TRACEPOINT_OPEN",
        opened.errno(),
        EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON));
  }

  /// The names that raw tracepoints go by: those of the events in tracefs, without their groups;
  /// and the two that all system calls share, which tracefs lists one by one.
  private static List<String> known() {
    var names = new ArrayList<>(List.of("sys_enter", "sys_exit"));
    try (var tracefs = Tracefs.find("a list of tracepoints");
        var groups = Files.list(tracefs.root().resolve("events"))) {
      for (var group : groups.filter(Files::isDirectory).toList()) {
        if (group.endsWith("syscalls")) {
          continue;
        }
        try (var events = Files.list(group)) {
          events.filter(Files::isDirectory).forEach(e -> names.add(e.getFileName().toString()));
        }
      }
    } catch (java.io.IOException | java.io.UncheckedIOException | BpfException _) {
      // Only for suggestions: without tracefs there are fewer.
      return names;
    }
    return names;
  }
}
