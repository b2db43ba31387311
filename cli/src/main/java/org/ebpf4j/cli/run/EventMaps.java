package org.ebpf4j.cli.run;

import java.util.List;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;

/// The maps through which programs report events.
final class EventMaps {
  private EventMaps() {}

  /// Whether a map is a ring buffer.
  static boolean isRing(MapSpec map) {
    return map.type() == MapType.RINGBUF.number();
  }

  /// Those of an object that are created.
  static List<MapSpec> of(ObjectSpec object) {
    return object.maps().stream().filter(m -> m.create() && EventType.comeThrough(m)).toList();
  }
}
