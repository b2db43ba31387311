package org.ebpf4j.cli.input;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.NotFoundException;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A part of a YAML file, which knows its line. Whatever is not as it is asked for is an error with
/// that line.
public final class YamlPart {
  private static final long MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 64;

  private final Path file;
  private final Node node;

  private YamlPart(Path file, Node node) {
    this.file = file;
    this.node = node;
  }

  /// The whole of a file.
  ///
  /// @throws BpfException where it cannot be read, or is no YAML
  public static YamlPart read(Path file) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new BpfException(file + ": has more than " + MAX_BYTES + " bytes");
      }
      return of(file, WholeFile.text(file));
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    }
  }

  /// The whole of a text, which is in that file.
  ///
  /// @throws BpfException where it is no YAML
  public static YamlPart of(Path file, String text) {
    try {
      var settings = LoadSettings.builder().setLabel(file.toString()).build();
      checkDepth(file, new Parse(settings).parseString(text));
      return new Compose(settings)
          .composeString(text)
          .map(node -> new YamlPart(file, node))
          .orElseThrow(() -> new BpfException(file + ": is empty"));
    } catch (MarkedYamlEngineException e) {
      var line = e.getProblemMark().map(m -> m.getLine() + 1).orElse(0);
      throw new BpfException(file + ", line " + line + ": no YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new BpfException(file + ": no YAML: " + e.getMessage(), e);
    } catch (IndexOutOfBoundsException e) {
      // The parser looks behind a text that ends where one of its buffers does (1025 characters).
      throw new BpfException(file + ": no YAML: it ends in the middle of something", e);
    }
  }

  /// What is to come goes one call deeper for each list in a list.
  private static void checkDepth(Path file, Iterable<Event> events) {
    var depth = 0;
    for (var event : events) {
      switch (event.getEventId()) {
        case SequenceStart, MappingStart -> depth++;
        case SequenceEnd, MappingEnd -> depth--;
        default -> {}
      }
      if (depth > MAX_DEPTH) {
        var line = event.getStartMark().map(m -> m.getLine() + 1).orElse(0);
        throw new BpfException(
            file
                + ", line "
                + line
                + ": more than "
                + MAX_DEPTH
                + " lists and mappings in one another");
      }
    }
  }

  /// The number of its line, from 1.
  public int line() {
    return node.getStartMark().map(m -> m.getLine() + 1).orElse(0);
  }

  /// Where it stands, as in `tool.yaml, line 7`.
  public String place() {
    return file + ", line " + line();
  }

  /// What is wrong with it, with its place.
  public BpfException error(String problem) {
    return new BpfException(place() + ": " + problem);
  }

  /// That a name means nothing here.
  public BpfException unknown(String what, String name, Set<String> known) {
    var near = new NotFoundException(what, name, known);
    return new BpfException(place() + ": " + near.getMessage(), near);
  }

  /// A mapping, whose keys are to be among `known`.
  public Map<String, YamlPart> members(String what, Set<String> known) {
    return members(
        what,
        key -> {
          var name = key.text("a key");
          if (!known.contains(name)) {
            throw key.unknown("key", name, known);
          }
        });
  }

  /// A mapping with keys of any name.
  public Map<String, YamlPart> members(String what) {
    return members(what, _ -> {});
  }

  private Map<String, YamlPart> members(String what, Consumer<YamlPart> check) {
    if (!(node instanceof MappingNode mapping)) {
      throw error(what + " is to be a mapping of keys to values");
    }
    var members = new LinkedHashMap<String, YamlPart>();
    for (var tuple : mapping.getValue()) {
      var key = new YamlPart(file, tuple.getKeyNode());
      check.accept(key);
      if (members.put(key.text("a key"), new YamlPart(file, tuple.getValueNode())) != null) {
        throw key.error("'" + key.text("a key") + "' comes twice");
      }
    }
    return members;
  }

  /// Whether it is a list.
  public boolean isList() {
    return node instanceof SequenceNode;
  }

  /// The parts of a list.
  public List<YamlPart> items(String what) {
    if (!(node instanceof SequenceNode sequence)) {
      throw error(what + " is to be a list");
    }
    return sequence.getValue().stream().map(n -> new YamlPart(file, n)).toList();
  }

  /// It as text, whatever it is in YAML: a number as it is written.
  public String text(String what) {
    if (!(node instanceof ScalarNode scalar)) {
      throw error(what + " is to be text");
    }
    return scalar.getValue();
  }

  /// The value of a key that has to be there.
  public YamlPart required(Map<String, YamlPart> members, String key) {
    var part = members.get(key);
    if (part == null) {
      throw error("'" + key + "' is missing");
    }
    return part;
  }

  /// The text of a key; another where it is not given.
  public static String text(Map<String, YamlPart> members, String key, String otherwise) {
    var part = members.get(key);
    return part == null ? otherwise : part.text(key);
  }

  /// A whole number in a range; nothing where it is not given.
  public static OptionalInt whole(Map<String, YamlPart> members, String key, int least, int most) {
    var part = members.get(key);
    if (part == null) {
      return OptionalInt.empty();
    }
    var number = part.integer(key);
    if (number < least) {
      throw part.error(key + " is to be at least " + least);
    }
    if (number > most) {
      throw part.error(key + " is to be at most " + most);
    }
    return OptionalInt.of(number);
  }

  /// One of some constants, by its name in files.
  public <E extends Enum<E>> E constant(String what, E[] constants, Function<E, String> label) {
    var name = text(what);
    return Arrays.stream(constants)
        .filter(c -> label.apply(c).equals(name))
        .findFirst()
        .orElseThrow(() ->
            unknown(what, name, Arrays.stream(constants).map(label).collect(Collectors.toSet())));
  }

  /// A path, which starts where another file is.
  public Path path(String what, Path beside) {
    try {
      return beside.resolveSibling(text(what));
    } catch (InvalidPathException e) {
      throw new BpfException(place() + ": " + what + " is no path: " + e.getReason(), e);
    }
  }

  private int integer(String what) {
    try {
      return Integer.decode(text(what));
    } catch (NumberFormatException e) {
      throw new BpfException(
          place() + ": " + what + " is to be a whole number, not '" + text(what) + "'", e);
    }
  }

  /// It as a number.
  public double number(String what) {
    try {
      return Double.parseDouble(text(what));
    } catch (NumberFormatException e) {
      throw new BpfException(
          place() + ": " + what + " is to be a number, not '" + text(what) + "'", e);
    }
  }

  /// It as true or false.
  public boolean truth(String what) {
    return switch (text(what)) {
      case "true", "True", "TRUE" -> true;
      case "false", "False", "FALSE" -> false;
      default -> throw error(what + " is to be true or false, not '" + text(what) + "'");
    };
  }
}
