package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.RawMap;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.object.EventType;

/// Where events go.
interface EventSink extends AutoCloseable {
  /// An event of a map.
  ///
  /// @param type what it is; empty where nothing says it
  /// @param bytes all of it; of a perf buffer, followed by up to 7 bytes of no meaning
  void event(String map, Optional<EventType> type, byte[] bytes);

  /// Events that were lost, as far as the kernel tells.
  void lost(String map, long count);

  /// Has everything that was given reach the reader.
  default void flush() {}

  @Override
  default void close() {}

  /// Lines with a column for each member of an event. Where there are several maps, each line
  /// begins with the name of its map.
  final class Lines implements EventSink {
    private final PrintWriter out;
    private final PrintWriter err;
    private final int nameWidth;
    private final List<? extends RawMap> stacks;
    private final Map<String, EventText> texts = new HashMap<>();
    private String headed = "";

    /// @param stacks the maps of stacks that ids in events are of
    Lines(PrintWriter out, PrintWriter err, int nameWidth, List<? extends RawMap> stacks) {
      this.stacks = stacks;
      this.out = out;
      this.err = err;
      this.nameWidth = nameWidth;
    }

    @Override
    public void event(String map, Optional<EventType> type, byte[] bytes) {
      if (type.isEmpty()) {
        out.print(prefix(map) + bytes.length + " bytes: " + EventText.hex(bytes) + '\n');
        return;
      }
      var text =
          texts.computeIfAbsent(
              map, m -> new EventText(type.get(), KernelStacks.of(type.get(), stacks)));
      if (!headed.equals(map)) {
        headed = map;
        out.print(prefix(nameWidth == 0 ? "" : "MAP") + text.header() + '\n');
      }
      out.print(prefix(map) + text.row(bytes) + '\n');
    }

    private String prefix(String map) {
      var name = SafeText.line(map);
      return nameWidth == 0 ? "" : name + " ".repeat(Math.max(1, nameWidth + 1 - name.length()));
    }

    @Override
    public void lost(String map, long count) {
      out.flush();
      err.println(SafeText.line(map) + ": " + count + " events were lost");
    }

    @Override
    public void flush() {
      out.flush();
    }
  }

  /// Objects of JSON.
  final class Objects implements EventSink {
    private final JsonList list;
    private final List<? extends RawMap> stackMaps;
    private final Map<String, KernelStacks> stacks = new HashMap<>();
    private final Map<String, BtfValuePrinter> printers = new HashMap<>();

    /// @param stacks the maps of stacks that ids in events are of
    Objects(JsonList list, List<? extends RawMap> stacks) {
      this.list = list;
      this.stackMaps = stacks;
    }

    @Override
    public void event(String map, Optional<EventType> type, byte[] bytes) {
      list.add(json -> {
        json.put("map", map);
        if (type.isPresent()) {
          json.putJson("event", printer(map, type.get()).printRecord(type.get().id(), bytes));
          stacks
              .computeIfAbsent(map, m -> KernelStacks.of(type.get(), stackMaps))
              .json(json, bytes);
        } else {
          json.put("bytes", HexFormat.of().formatHex(bytes));
        }
      });
    }

    private BtfValuePrinter printer(String map, EventType type) {
      return printers.computeIfAbsent(
          map,
          m ->
              new BtfValuePrinter(type.types(), ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
                  .withAddresses());
    }

    @Override
    public void lost(String map, long count) {
      list.add(json -> json.put("map", map).put("lost", count));
    }

    @Override
    public void flush() {
      list.flush();
    }
  }
}
