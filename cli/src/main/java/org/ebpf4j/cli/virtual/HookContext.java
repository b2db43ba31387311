package org.ebpf4j.cli.virtual;

import java.util.HexFormat;
import java.util.Map;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.memory.Context;

/// What programs are given when a hook is reached, of fields that are given as text.
///
/// @param objects what `@NAME` stands for
record HookContext(VirtualKernel kernel, MemoryObjects objects) {
  private static final String HEX = "hex:";
  private static final String RECORD = "trace_event_raw_";

  /// The context of a hook: the record of a tracepoint, or the arguments of a function, by their
  /// names.
  Context of(AttachPoint point, Map<String, String> fields) {
    if (point instanceof Tracepoint tracepoint) {
      var context = Context.of(record(tracepoint));
      fields.forEach((name, value) -> {
        if (value.startsWith("@")) {
          context.set(name, objects.named(value.substring(1)));
        } else if (value.startsWith(HEX)) {
          context.set(name, HexFormat.of().parseHex(value.substring(HEX.length())));
        } else {
          context.set(name, value);
        }
      });
      return context;
    }
    var context = Context.arguments();
    fields.forEach((name, value) -> {
      if (name.equals("return")) {
        context.returned(number(value));
      } else {
        context.set(name, number(value));
      }
    });
    return context;
  }

  /// A number, the address of an object, or that of text.
  private long number(String value) {
    if (value.startsWith("@")) {
      return objects.named(value.substring(1)).address();
    }
    try {
      return Long.decode(value);
    } catch (NumberFormatException _) {
      return kernel.memory().text(value).address();
    }
  }

  /// The struct of a tracepoint's record. All system calls have one of two.
  static String record(Tracepoint tracepoint) {
    var name = tracepoint.name();
    if (tracepoint.category().equals("syscalls")) {
      name = name.startsWith("sys_exit") ? "sys_exit" : "sys_enter";
    }
    return RECORD + name;
  }
}
