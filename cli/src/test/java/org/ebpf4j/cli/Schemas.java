package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Holds what commands print against their schemas.
public final class Schemas {
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  /// Fields that are there only where they were asked for.
  private static final Set<String> OPTIONAL =
      Set.of(
          "pins",
          "processes",
          "release",
          "gone",
          "explanation",
          "bitfield_size",
          "key_hex",
          "value_hex");

  /// Fields whose form is that of types of a map or an event.
  private static final Set<String> OPEN =
      Set.of("key", "value", "values", "before", "after", "event");

  private static final Map<String, Schema> DOCUMENTS = new HashMap<>();
  private static final Map<String, Schema> LINES = new HashMap<>();

  private Schemas() {}

  /// The schema of a command, as the command line prints it.
  public static JsonNode of(String command) {
    var words = ("schema " + command).split(" ", -1);
    var run = Cli.run((Object[]) words);
    assertThat(run.status()).as(run.err()).isZero();
    return MAPPER.readTree(run.out());
  }

  private static Schema document(String command) {
    return DOCUMENTS.computeIfAbsent(command, c -> REGISTRY.getSchema(of(c)));
  }

  private static Schema line(String command) {
    return LINES.computeIfAbsent(
        command,
        c -> {
          var line = MAPPER.createObjectNode();
          line.put("$schema", "https://json-schema.org/draft/2020-12/schema");
          line.put("$ref", "#/$defs/line");
          line.set("$defs", Objects.requireNonNull(of(c).get("$defs")));
          return REGISTRY.getSchema(line);
        });
  }

  /// Checks a document that `--json` printed; the objects in it.
  public static List<JsonNode> checkDocument(String command, String json) {
    assertThat(document(command).validate(json, InputFormat.JSON))
        .as("%s: %s", command, json)
        .isEmpty();
    var tree = MAPPER.readTree(json);
    var objects = tree instanceof ArrayNode array ? List.copyOf(array.values()) : List.of(tree);
    objects.forEach(object -> refusesOthers(command, (ObjectNode) object));
    return objects;
  }

  /// Checks lines that `--jsonl` printed.
  public static List<JsonNode> checkLines(String command, String lines) {
    return lines.lines().map(text -> checkLine(command, text)).toList();
  }

  /// Checks one object.
  public static JsonNode checkLine(String command, String text) {
    assertThat(errors(command, MAPPER.readTree(text))).as("%s: %s", command, text).isEmpty();
    return MAPPER.readTree(text);
  }

  private static List<Error> errors(String command, JsonNode object) {
    return line(command).validate(object);
  }

  /// A schema that takes what is not printed says nothing.
  private static void refusesOthers(String command, ObjectNode object) {
    var more = object.deepCopy();
    more.put("no_such_field", 1);
    assertThat(errors(command, more)).as("%s with a field more: %s", command, more).isNotEmpty();
    for (var name : List.copyOf(object.propertyNames())) {
      if (!OPTIONAL.contains(name)) {
        var less = object.deepCopy();
        less.remove(name);
        assertThat(errors(command, less)).as("%s without %s: %s", command, name, less).isNotEmpty();
      }
      if (!OPEN.contains(name)) {
        var other = object.deepCopy();
        other.putObject(name).put("no_such_field", 1);
        assertThat(errors(command, other)).as("%s with another %s", command, name).isNotEmpty();
      }
    }
  }
}
