package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.io.Writer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.object.EventType;
import org.ebpf4j.testkit.fuzz.FuzzCase;
import org.ebpf4j.testkit.fuzz.FuzzTarget;
import org.ebpf4j.testkit.fuzz.Seeds;

/// Events as columns and as JSON: of some structs of each input, which the input chooses.
public final class EventTarget implements FuzzTarget {
  @Override
  public List<byte[]> seeds() {
    return Seeds.types();
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
          var types = it.value(() -> Btf.read("fuzz", bytes));
          var hash = Arrays.hashCode(bytes);
          var event = Arrays.copyOf(bytes, Math.floorMod(hash, 300));
          var tried = 0;
          for (int i = 0; i < types.typeCount() && tried < 3; i++) {
            var id = types.resolve(Math.floorMod(hash + i, types.typeCount()));
            if (types.type(id) instanceof BtfType.Struct struct
                && struct.size() <= Integer.MAX_VALUE) {
              tried++;
              var type = new EventType(types, id, struct.name(), (int) struct.size());
              it.attempt(() -> {
                var text = new EventText(type);
                text.header();
                text.row(event);
              });
              it.attempt(() -> {
                try (var sink =
                    new EventSink.Objects(
                        new JsonList(new PrintWriter(Writer.nullWriter()), true),
                        java.util.List.of())) {
                  sink.event("events", Optional.of(type), event);
                }
              });
            }
          }
        });
  }
}
