package org.ebpf4j.linux.internal.attach;

import java.util.List;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.Tracefs;
import org.ebpf4j.linux.internal.sys.Perf;

/// Tracepoints: a perf event by the number that tracefs gives the tracepoint.
final class TracepointHook {
  private TracepointHook() {}

  static Attachment attach(Attaching program, Tracepoint point) {
    var id = idOf(point, program);
    var opened = Perf.openTracepoint(id);
    if (!opened.ok()) {
      throw EventTie.refusedEvent(program, opened.errno());
    }
    program.step("perf_event_open type tracepoint, config " + id + ": " + opened.fd());
    return EventTie.tie(program, List.of(opened.fd()), point.cookie());
  }

  private static long idOf(Tracepoint point, Attaching program) {
    var name = point.category() + "/" + point.name();
    try (var tracefs = Tracefs.find("the tracepoint " + name)) {
      if (tracefs.isPrivate()) {
        program.step("tracefs is not mounted here; mounted for this process alone");
      }
      var id = tracefs.id(point);
      program.step(tracefs.shown(tracefs.root()) + "/events/" + name + "/id says " + id);
      return id;
    }
  }
}
