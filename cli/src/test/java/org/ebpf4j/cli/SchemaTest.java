package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.linux.inspect.LinkType;
import org.ebpf4j.linux.inspect.MapFlag;
import org.ebpf4j.object.MapType;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// There is a schema for each command, and each says what it says strictly.
class SchemaTest {
  /// The commands that have a schema.
  static List<String> commands() {
    return Schemas.checkLines("schema", Cli.run("schema", "--jsonl").out()).stream()
        .map(line -> line.get("command").asString())
        .toList();
  }

  @Test
  void everyCommandThatPrintsJsonHasASchema() {
    var printing = new TreeSet<>(JsonOptionsTest.commands().keySet());
    printing.removeAll(JsonOptionsTest.WITHOUT.keySet());
    printing.add("error");

    assertThat(commands()).containsExactlyInAnyOrderElementsOf(printing);
    assertThat(Cli.run("schema").out().lines()).hasSameSizeAs(printing);
    var near = Cli.run("schema", "prog", "lits");
    assertThat(near.status()).isEqualTo(3);
    assertThat(near.err()).contains("prog list");
  }

  @Test
  void objectsInSchemasAreClosed() {
    for (var command : commands()) {
      var schema = Schemas.of(command);
      assertThat(schema.get("$schema").asString())
          .isEqualTo("https://json-schema.org/draft/2020-12/schema");
      closed(command, schema);
    }
  }

  private static void closed(String where, JsonNode node) {
    if (node.has("properties")) {
      assertThat(node.path("additionalProperties").asString()).as(where).isEqualTo("false");
      assertThat(node.has("required")).as(where).isTrue();
    }
    assertThat(node.isObject() && node.isEmpty()).as("%s: takes anything", where).isFalse();
    for (var child : node.values()) {
      closed(where, child);
    }
  }

  @Test
  void namesOfFieldsAreInOneForm() {
    for (var command : commands()) {
      for (var properties : Schemas.of(command).findValues("properties")) {
        assertThat(properties.propertyNames())
            .as(command)
            .allMatch(name -> name.matches("[a-z0-9]+(_[a-z0-9]+)*"));
      }
    }
  }

  /// A type that the library learns belongs into the schemas, too.
  @Test
  void namesOfTypesAreThoseOfTheLibrary() {
    assertThat(names("prog", "type"))
        .containsExactlyElementsOf(
            Arrays.stream(ProgramType.values()).map(ProgramType::label).toList());
    assertThat(names("map", "type"))
        .containsExactlyElementsOf(Arrays.stream(MapType.values()).map(MapType::label).toList());
    assertThat(names("cgroup", "attach_type"))
        .containsExactlyElementsOf(
            Arrays.stream(AttachType.values()).map(AttachType::label).toList());
    var flags =
        Schemas.of("map list").at("/$defs/line/properties/flags/items/anyOf/0/enum").values();
    assertThat(flags.stream().map(JsonNode::asString))
        .containsExactlyElementsOf(Arrays.stream(MapFlag.values()).map(MapFlag::label).toList());
    var links = Schemas.of("link list").at("/$defs/line/anyOf").values();
    assertThat(links.stream().map(link -> link.at("/properties/type/const").asString()))
        .containsAll(
            Arrays.stream(LinkType.values())
                .filter(t -> t != LinkType.UNSPEC && t != LinkType.TRACING_MULTI)
                .map(LinkType::label)
                .toList());
  }

  private static List<String> names(String schema, String field) {
    var command = schema.equals("cgroup") ? "cgroup tree" : schema + " list";
    return Schemas.of(command)
        .at("/$defs/line/properties/" + field + "/anyOf/0/enum")
        .values()
        .stream()
        .map(JsonNode::asString)
        .toList();
  }

  @Test
  void errorsFitTheirSchema() {
    for (var words :
        List.of(
            List.<Object>of("prog", "show", "no such program", "--json"),
            List.<Object>of("verify", "--jsonl"),
            List.<Object>of("map", "dump", "--bpftool"),
            List.<Object>of("run", "/nowhere/x.bpf.o", "--json"),
            List.<Object>of("schema", "nothing", "--json"),
            List.<Object>of("link", "show", "--json", "--columns"))) {
      var run = Cli.run(words.toArray());
      assertThat(run.status()).as("%s", words).isNotZero();
      assertThat(run.out()).as("%s", words).isEmpty();
      var error = Schemas.checkDocument("error", run.err()).getFirst();
      assertThat(error.get("status").asInt()).isEqualTo(run.status());
    }
  }
}
