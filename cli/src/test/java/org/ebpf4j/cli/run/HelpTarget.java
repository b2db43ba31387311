package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// The help that an object gives on itself.
public final class HelpTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    return Seeds.objects();
  }

  @Override
  public void run(byte[] input) {
    fuzzerTestOneInput(input);
  }

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    FuzzCase.of(
        bytes,
        it -> {
          var spec = it.value(() -> ObjectSpec.read("fuzz", bytes));
          it.attempt(() -> {
            var events = new HashMap<String, Optional<EventType>>();
            for (var map : EventMaps.of(spec)) {
              events.put(map.name(), EventType.declared(spec, map));
            }
            new ObjectHelp(spec, events, Map.of()).print(new PrintWriter(Writer.nullWriter()));
          });
        });
  }
}
