package org.ebpf4j.cli.input;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.text.CStructs;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.EventType;
import picocli.CommandLine.Option;

/// What the events of ring and perf buffers are, and what iterators write, where the object does
/// not say: a struct of the object, or one of C that is given as text or in a file.
public final class EventLayouts {
  /// What events come from, in messages.
  public static final String SOURCE = "ring or perf buffer or iterator of structs";

  private static final String TEXT = "--event-layout";
  private static final int MOST_BYTES = 8 << 20;

  @Option(
      names = "--event",
      paramLabel = "MAP=STRUCT",
      description =
          "What the events of a ring or perf buffer are, or what an iterator writes, if the object does not say.")
  private Map<String, String> structs = new LinkedHashMap<>();

  @Option(
      names = "--event-layout",
      paramLabel = "[MAP=]C",
      description = {
        "The struct that events are, where the object has none: C such as",
        "'struct ev { u32 pid; char comm[16]; }', or a header. The last struct is it, or the one",
        "that --event names."
      })
  private List<String> layouts = new ArrayList<>();

  /// The names of structs that were given for maps and iterators.
  public Map<String, String> structs() {
    return structs;
  }

  /// The layouts that were given, by the names of maps and iterators.
  ///
  /// @param maps those that there are
  /// @throws NotFoundException where there is no such map, file or struct
  public Map<String, EventType> read(List<String> maps) {
    var types = new LinkedHashMap<String, EventType>();
    for (var layout : layouts) {
      var map = maps.size() == 1 ? maps.getFirst() : "";
      var c = layout;
      var equals = layout.indexOf('=');
      if (equals > 0 && layout.substring(0, equals).matches("\\w+")) {
        map = layout.substring(0, equals);
        c = layout.substring(equals + 1);
      }
      if (map.isEmpty()) {
        throw problem(
            maps.isEmpty()
                ? "the object has no " + SOURCE
                : "say for which map, as in " + maps.getFirst() + "=...");
      }
      if (!maps.contains(map)) {
        throw new NotFoundException(SOURCE, map, maps);
      }
      types.put(map, type(map, c));
    }
    return types;
  }

  private EventType type(String map, String c) {
    var read = c.contains("{") ? read(TEXT, c) : read(Path.of(c).normalize());
    if (read.structs().isEmpty()) {
      throw problem("there is no struct with a name in it");
    }
    var name = structs.getOrDefault(map, read.structs().getLast());
    return EventType.named(read.types(), name);
  }

  private static CStructs.Read read(Path file) {
    return read(file.toString(), contents(file));
  }

  private static CStructs.Read read(String name, String c) {
    return CStructs.read(name, c, ByteOrder.nativeOrder(), EventLayouts::header);
  }

  /// A header beside the file that includes it, or in the working directory where a text does.
  private static Optional<CStructs.Header> header(String includer, String path) {
    var file = includer.equals(TEXT) ? Path.of(path) : Path.of(includer).resolveSibling(path);
    var plain = file.normalize();
    return Files.isRegularFile(plain)
        ? Optional.of(new CStructs.Header(plain.toString(), contents(plain)))
        : Optional.empty();
  }

  /// The text of a file; of one that is too large, more than is taken. What is no UTF-8 stands in
  /// comments.
  private static String contents(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  private static UsageException problem(String message) {
    return new UsageException("--event-layout: " + message);
  }
}
