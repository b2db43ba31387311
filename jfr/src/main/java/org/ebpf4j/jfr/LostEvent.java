package org.ebpf4j.jfr;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// Events that did not reach the reader.
@Name("ebpf.Lost")
@Label("Lost Events")
@Description("Events of programs that were lost before they could be read")
@Category("eBPF")
@StackTrace(false)
final class LostEvent extends Event {
  @Label("Map")
  final String map;

  @Label("Count")
  final long count;

  LostEvent(String map, long count) {
    this.map = map;
    this.count = count;
  }
}
