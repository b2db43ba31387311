package org.ebpf4j.cli.run;

import java.io.PrintWriter;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.codec.CTypeName;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.load.ProgramPlace;
import org.ebpf4j.object.EventType;
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
    section(
        out,
        "Variables: --set NAME=VALUE",
        spec.variables().stream().filter(ObjectHelp::isOpen).map(this::variable).toList());
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
        spec.maps().stream()
            .filter(m -> m.create() && !m.isData() && !EventType.comeThrough(m))
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
    var text =
        new BtfValuePrinter(types, ByteOrder.nativeOrder(), BtfValuePrinter.Style.LINE)
            .printRecord(variable.type(), first);
    return first.length < variable.size()
        ? text + " ... (the first " + first.length + " of " + variable.size() + " bytes)"
        : text;
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
