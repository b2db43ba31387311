package org.ebpf4j.cli.run;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// The maps through which programs report events, and the iterators that write structs.
final class EventMaps {
  /// `bpf_seq_write`.
  private static final int SEQ_WRITE = 127;

  private EventMaps() {}

  /// Whether a map is a ring buffer.
  static boolean isRing(MapSpec map) {
    return map.type() == MapType.RINGBUF.number();
  }

  /// Whatever structs come from: the maps of events of an object, and the iterators that write
  /// bytes. Their names.
  static List<String> sources(ObjectSpec object) {
    return Stream.concat(
            of(object).stream().map(MapSpec::name), writers(object).stream().map(ProgramSpec::name))
        .toList();
  }

  /// The iterators that write bytes, not only text by a format.
  static List<ProgramSpec> writers(ObjectSpec object) {
    return object.programs().stream()
        .filter(p -> p.section().replaceFirst("^\\?", "").startsWith("iter"))
        .filter(EventMaps::writesBytes)
        .toList();
  }

  private static boolean writesBytes(ProgramSpec program) {
    var found = new AtomicBoolean();
    program
        .instructions()
        .forEach((_, instruction) -> {
          if (instruction instanceof Instruction.Call.Helper helper && helper.id() == SEQ_WRITE) {
            found.set(true);
          }
        });
    return found.get();
  }

  /// Those of an object that are created.
  static List<MapSpec> of(ObjectSpec object) {
    return object.maps().stream().filter(m -> m.create() && EventType.comeThrough(m)).toList();
  }
}
