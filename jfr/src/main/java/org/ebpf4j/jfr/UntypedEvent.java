package org.ebpf4j.jfr;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/// An event of which nothing is known but its bytes.
@Name("ebpf.Untyped")
@Label("Untyped Event")
@Description("An event of a program that has no known struct, or ends inside a number of it")
@Category("eBPF")
@StackTrace(false)
final class UntypedEvent extends Event {
  @Label("Map")
  final String map;

  @Label("Size")
  @DataAmount
  final long size;

  @Label("Bytes")
  @Description("In hexadecimal, the first 1024 of them")
  final String bytes;

  UntypedEvent(String map, long size, String bytes) {
    this.map = map;
    this.size = size;
    this.bytes = bytes;
  }
}
