package org.ebpf4j.linux.internal.attach;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Bpf;

/// Raw tracepoints: `RAW_TRACEPOINT_OPEN` gives a link.
final class RawTracepointHook {
  private static final String COMMAND = "RAW_TRACEPOINT_OPEN";

  private RawTracepointHook() {}

  static Attachment attach(Attaching program, RawTracepoint point) {
    var cookie = point.cookie();
    var opened = Bpf.rawTracepointOpen(point.name(), program.program(), cookie);
    if (opened.ok()) {
      program.step(
          COMMAND
              + " "
              + point.name()
              + (cookie == 0 ? "" : ", cookie " + Long.toUnsignedString(cookie))
              + ": "
              + opened.fd());
      return Attachment.ofLink(opened.fd());
    }
    throw refusal(program, point, opened.errno());
  }

  private static BpfException refusal(Attaching program, RawTracepoint point, int errno) {
    if (errno == Errno.ENOENT) {
      return new NotFoundException(
          "raw tracepoint",
          point.name(),
          known(),
          "",
          "one of available_events of tracefs, without its system, or leave the program out"
              + " (--without)");
    }
    // Before 6.10 the attributes end before the cookie.
    if (point.cookie() != 0 && (errno == Errno.E2BIG || errno == Errno.EINVAL)) {
      var plain = Bpf.rawTracepointOpen(point.name(), program.program());
      if (plain.ok()) {
        plain.fd().close();
        return EventTie.noCookie(program, "6.10", "cookies of raw tracepoints");
      }
      if (plain.errno() != errno) {
        return refusal(program, new RawTracepoint(point.name()), plain.errno());
      }
    }
    if (errno == Errno.EINVAL) {
      var isWriter = program.type().equals(Optional.of(ProgramType.RAW_TRACEPOINT_WRITABLE));
      return new KernelException(
          COMMAND,
          errno,
          program.what()
              + ": "
              + COMMAND
              + ": "
              + Errno.describe(errno)
              + ": "
              + (isWriter
                  ? "programs cannot write to this tracepoint, or not as much as this one writes\n"
                      + "  try: SEC(\"raw_tp/"
                      + point.name()
                      + "\") for a program that only reads; writable are the few that the kernel"
                      + " declares with DECLARE_TRACE_WRITABLE, such as bpf_test_finish and"
                      + " nbd_send_request"
                  : "the program reads more arguments than this tracepoint has"));
    }
    return program.refusal(COMMAND, errno, EventTie.NEEDS);
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
