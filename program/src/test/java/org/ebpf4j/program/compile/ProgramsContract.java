package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RawMap;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.program.map.ArrayMap;
import org.ebpf4j.program.map.HashMap;
import org.junit.jupiter.api.Test;

/// Programs of several kinds, on the JVM and on a kernel: equal results.
abstract class ProgramsContract {
  private static final byte[] PACKET = new byte[64];

  static {
    for (int i = 0; i < PACKET.length; i++) {
      PACKET[i] = (byte) (i * 37);
    }
  }

  /// Opens the kernel.
  abstract Kernel open();

  @Test
  void givesWhatTheJvmGives() {
    FirstPrograms.totals.put(2, new AtomicLong());
    FirstPrograms.counts.delete(5);
    FirstPrograms.sums.delete(1);
    try (var kernel = open();
        var object = kernel.load(JavaPrograms.compile(FirstPrograms.class))) {
      for (var program : ThreeWays.programs(FirstPrograms.class)) {
        for (int length : new int[] {14, 20, 40, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          FirstPrograms.total = 7;
          object.variable("total").set(7);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }

  @Test
  void catchesWhatTheJvmCatches() {
    TryPrograms.missing.delete(5);
    try (var kernel = open();
        var object = kernel.load(JavaPrograms.compile(TryPrograms.class))) {
      for (var program : ThreeWays.programs(TryPrograms.class)) {
        for (int length : new int[] {14, 20, 40, 64, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }

  @Test
  void hasEnumerationsAndMapsInMaps() {
    LanguagePrograms.rows.set(1, new ArrayMap<>(4));
    LanguagePrograms.tables.set(64, new HashMap<>(16));
    var compiled = JavaPrograms.compile(LanguagePrograms.class);
    var read = ObjectSpec.read("language.bpf.o", ObjectFileWriter.write(compiled));
    try (var kernel = open();
        var object = kernel.load(read);
        var row = inner(kernel, object, compiled, "rows", 1);
        var table = inner(kernel, object, compiled, "tables", 64)) {
      assertThat(row.maxEntries()).isNotEqualTo(table.maxEntries());
      for (var program : ThreeWays.programs(LanguagePrograms.class)) {
        for (int length : new int[] {14, 20, 40, 64, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }

  @Test
  void goesThroughMaps() {
    MapPrograms.rows.onJvm().clear();
    try (var kernel = open();
        var object = kernel.load(JavaPrograms.compile(MapPrograms.class))) {
      for (var program : ThreeWays.programs(MapPrograms.class)) {
        for (int length : new int[] {14, 15, 20, 40, 64, 64}) {
          var packet = java.util.Arrays.copyOf(PACKET, length);
          assertThat(ThreeWays.on(object, program.getName(), packet))
              .as("%s of %d bytes", program.getName(), length)
              .isEqualTo(ThreeWays.onJvm(program, packet));
        }
      }
    }
  }

  /// Puts a new map into a map of maps.
  private static RawMap inner(
      Kernel kernel, BpfObject object, ObjectSpec spec, String outer, int key) {
    var map = kernel.createMap(spec.map(outer).inner().orElseThrow());
    object.map(outer).maps(Integer.class).update(key, map, BpfMap.Update.ANY);
    return map;
  }
}
