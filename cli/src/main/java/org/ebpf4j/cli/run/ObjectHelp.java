package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.ProgramPlace;
import org.ebpf4j.object.EventType;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.ebpf4j.object.Variable;

/// What can be said to an object on the command line: its programs, variables, events and maps.
final class ObjectHelp {
  /// More of a variable is not shown.
  private static final int MOST_BYTES = 256;

  private final ObjectSpec spec;
  private final Map<String, Optional<EventType>> events;
  private final Map<String, EventType> written;

  /// @param events what the events of maps are
  /// @param written what iterators write
  ObjectHelp(
      ObjectSpec spec, Map<String, Optional<EventType>> events, Map<String, EventType> written) {
    this.spec = spec;
    this.written = written;
    this.events = events;
  }

  void print(PrintWriter out) {
    out.println(spec.name() + ", license " + spec.license());
    section(
        out,
        "Programs",
        spec.programs().stream()
            .map(p -> List.of(p.name(), p.section() + whereItGoes(p)))
            .toList());
    section(out, "Variables: --set NAME=VALUE", variables().stream().map(this::variable).toList());
    section(
        out,
        "Events",
        Stream.concat(
                EventMaps.of(spec).stream()
                    .map(m ->
                        event(
                            m.name(),
                            MapType.label(m.type()),
                            events.getOrDefault(m.name(), Optional.empty()))),
                EventMaps.writers(spec).stream()
                    .map(p ->
                        event(p.name(), "iterator", Optional.ofNullable(written.get(p.name())))))
            .toList());
    section(
        out,
        "Maps: --maps NAME",
        maps().stream()
            .map(m ->
                List.of(
                    m.name(),
                    MapType.label(m.type())
                        + ", "
                        + m.maxEntries()
                        + " entries"
                        + (m.valueType() == 0
                            ? ""
                            : ", "
                                + (m.keyType() == 0 ? "" : type(m.keyType()) + " -> ")
                                + type(m.valueType()))))
            .toList());
    out.flush();
  }

  /// The same as fields of JSON.
  void json(Json.Fields json) {
    json.put("object", spec.name())
        .put("license", spec.license())
        .putObjects("programs", spec.programs(), ObjectHelp::program)
        .putObjects("variables", variables(), this::variable)
        .putObjects(
            "events",
            EventMaps.of(spec),
            (fields, map) ->
                event(
                    fields,
                    map.name(),
                    MapType.label(map.type()),
                    events.getOrDefault(map.name(), Optional.empty())))
        .putObjects(
            "iterators",
            EventMaps.writers(spec),
            (fields, program) ->
                event(
                    fields,
                    program.name(),
                    "iterator",
                    Optional.ofNullable(written.get(program.name()))))
        .putObjects(
            "maps",
            maps(),
            (fields, map) ->
                fields
                    .put("name", map.name())
                    .put("type", MapType.label(map.type()))
                    .put("max_entries", map.maxEntries())
                    .put("key_type", map.keyType() == 0 ? null : type(map.keyType()))
                    .put("value_type", map.valueType() == 0 ? null : type(map.valueType())));
  }

  private static void program(Json.Fields json, ProgramSpec program) {
    json.put("name", program.name())
        .put("section", program.section())
        .put("type", program.type().map(ProgramType::label).orElse(null))
        .put("autoload", program.autoload())
        .put("attached_by_section", attachedBySection(program))
        .put("attach", usage(program).orElse(null));
  }

  private static boolean attachedBySection(ProgramSpec program) {
    try {
      ProgramPlace.of(program);
      return program.type().isPresent() && program.autoload();
    } catch (BpfException _) {
      return false;
    }
  }

  private void variable(Json.Fields json, Variable variable) {
    var first = spec.variableBytes(variable, MOST_BYTES);
    json.put("name", variable.name())
        .put("type", spec.types().map(t -> CTypeName.of(t, variable.type())).orElse(null))
        .put("size", variable.size())
        .put("constant", variable.constant())
        .put("whole", first.length == variable.size())
        .putJson(
            "value",
            spec.types()
                .map(t -> print(t, BtfValuePrinter.Style.JSON, variable, first))
                .orElse("null"));
  }

  private static void event(
      Json.Fields json, String name, String source, Optional<EventType> type) {
    json.put("name", name)
        .put("source", source)
        .put("struct", type.map(EventType::name).orElse(null));
  }

  private List<Variable> variables() {
    return spec.variables().stream().filter(ObjectHelp::isOpen).toList();
  }

  private List<MapSpec> maps() {
    return spec.maps().stream()
        .filter(m -> m.create() && !m.isData() && !EventType.comeThrough(m))
        .toList();
  }

  private static List<String> event(String name, String source, Optional<EventType> type) {
    return List.of(
        name,
        source + type.map(t -> ", struct " + t.name()).orElse(": say --event " + name + "=STRUCT"));
  }

  /// What is to be said of a program that is not attached by itself.
  private static String whereItGoes(ProgramSpec program) {
    if (program.type().isEmpty()) {
      return "  no program type goes by this section; not loaded";
    }
    if (!program.autoload()) {
      return "  loaded if it is asked for: --attach "
          + program.name()
          + "="
          + usage(program).orElse("KIND:PLACE");
    }
    try {
      ProgramPlace.of(program);
      return "";
    } catch (UnsupportedFeatureException _) {
      return "  cannot be attached yet";
    } catch (BpfException _) {
      return "  --attach " + program.name() + "=" + usage(program).orElse("KIND:PLACE");
    }
  }

  /// How a place for a program is written.
  private static Optional<String> usage(ProgramSpec program) {
    return SectionName.find(program.section())
        .map(SectionName::hook)
        .filter(HookKind::isAttachable)
        .map(HookKind::usage);
  }

  private static boolean isOpen(Variable variable) {
    return !variable.name().startsWith("unused")
        && !variable.name().startsWith("_")
        && variable.name().indexOf('.') < 0;
  }

  private List<String> variable(Variable variable) {
    var first = spec.variableBytes(variable, MOST_BYTES);
    var value = spec.types().map(t -> value(t, variable, first)).orElse("");
    return List.of(
        variable.name(),
        type(variable.type())
            + " = "
            + value
            + (variable.constant() ? "" : ", changes while it runs"));
  }

  /// The value, as far as its first bytes go.
  private static String value(Btf types, Variable variable, byte[] first) {
    var text = print(types, BtfValuePrinter.Style.LINE, variable, first);
    return first.length < variable.size()
        ? text + " ... (the first " + first.length + " of " + variable.size() + " bytes)"
        : text;
  }

  private static String print(
      Btf types, BtfValuePrinter.Style style, Variable variable, byte[] first) {
    return new BtfValuePrinter(types, ByteOrder.nativeOrder(), style)
        .printRecord(variable.type(), first);
  }

  private String type(int id) {
    return spec.types().map(t -> CTypeName.of(t, id)).orElse("?");
  }

  private static void section(PrintWriter out, String title, List<List<String>> rows) {
    if (rows.isEmpty()) {
      return;
    }
    out.println();
    out.println(title);
    var width = rows.stream().mapToInt(r -> r.getFirst().length()).max().orElse(0);
    var lines = new ArrayList<String>();
    for (var row : rows) {
      lines.add(
          ("  " + row.getFirst() + " ".repeat(width + 2 - row.getFirst().length()) + row.getLast())
              .stripTrailing());
    }
    lines.forEach(out::println);
  }
}
