package org.ebpf4j.cli;

import java.util.List;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;

/// The maps through which programs report events.
final class EventMaps {
  private EventMaps() {}

  /// Whether a map is a ring or perf buffer.
  static boolean holdsEvents(MapSpec map) {
    return isRing(map) || map.type() == MapType.PERF_EVENT_ARRAY.number();
  }

  /// Whether a map is a ring buffer.
  static boolean isRing(MapSpec map) {
    return map.type() == MapType.RINGBUF.number();
  }

  /// Those of an object that are created.
  static List<MapSpec> of(ObjectSpec object) {
    return object.maps().stream().filter(m -> m.create() && holdsEvents(m)).toList();
  }
}
