package org.ebpf4j.cli.top;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;
import org.ebpf4j.object.MapType;

/// Programs and maps that no kernel has.
final class Samples {
  private Samples() {}

  /// A program that ran in one second.
  static ProgramRate rate(
      int id, ProgramType type, String name, long runs, long nanos, long missed) {
    return new ProgramRate(
        new ProgramInfo(
            id,
            type.number(),
            name,
            "0123456789abcdef",
            64,
            48,
            List.of(),
            8,
            new ProgramInfo.Origin(Instant.EPOCH, 0, true, 0, false),
            new ProgramInfo.Types(0, 0, 0),
            new ProgramStatistics(runs, Duration.ofNanos(nanos), missed),
            OptionalLong.empty(),
            name),
        new ProgramStatistics(runs, Duration.ofNanos(nanos), missed),
        Duration.ofSeconds(1));
  }

  static MapInfo map(int id, MapType type, String name, long maxEntries) {
    return new MapInfo(
        id,
        type.number(),
        4,
        8,
        maxEntries,
        0,
        name,
        0,
        0,
        new MapInfo.Types(0, 0, 0, 0),
        MapInfo.Use.UNKNOWN);
  }

  /// Programs of all kinds, busier with each step.
  static Sample sample(int step) {
    return new Sample(
        List.of(
            rate(7, ProgramType.TRACEPOINT, "count_exec", 1_234L * step, 987_654L * step, 0),
            rate(8, ProgramType.XDP, "firewall_of_the_whole_machine", 12_345_678, 370_370_340, 3),
            rate(9, ProgramType.CGROUP_SOCK_ADDR, "evil\u001b[31m\u202e", 1, 20_000, 0),
            rate(4_000_000, ProgramType.KPROBE, "idle", 0, 0, 0)),
        List.of(
            new MapFill(
                map(11, MapType.HASH, "connections", 65_536), OptionalLong.of(49_152), false),
            new MapFill(
                map(12, MapType.LRU_HASH, "large\u0007", 10_000_000),
                OptionalLong.of(MapFill.MOST),
                true),
            MapFill.unknown(map(13, MapType.ARRAY, "counters", 4))));
  }
}
