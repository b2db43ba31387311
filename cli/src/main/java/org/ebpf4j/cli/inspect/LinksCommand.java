package org.ebpf4j.cli.inspect;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// Shows links. The name of a link is that of its program.
abstract class LinksCommand extends ObjectsCommand<LinkInfo> {
  private Map<Integer, String> names = Map.of();

  LinksCommand(Console console, boolean details) {
    super(console, details);
  }

  @Override
  final List<LinkInfo> all(LinuxKernel kernel) {
    names =
        kernel.programs().stream()
            .collect(Collectors.toMap(ProgramInfo::id, ProgramInfo::name, (a, _) -> a));
    return kernel.links();
  }

  private String name(LinkInfo link) {
    return names.getOrDefault(link.programId(), "");
  }

  @Override
  final Selection<LinkInfo> selection(LinuxKernel kernel) {
    return new Selection<>(
        "link",
        LinkInfo::id,
        this::name,
        _ -> "",
        path -> {
          try (var link = kernel.openLink(path)) {
            return link.ids().getFirst();
          }
        });
  }

  @Override
  final String pinnedAs() {
    return "link";
  }

  @Override
  final View<LinkInfo> view() {
    return new View<LinkInfo>(this::json)
        .bpftool(this::bpftool)
        .number("ID", LinkInfo::id)
        .column("TYPE", LinkInfo::typeLabel)
        .number("PROG", l -> Text.id(l.programId()))
        .wide("NAME", this::name)
        .wide("ON", LinkText::place)
        .detail("COOKIE", LinkText::cookie)
        .detail("MISSED", LinkText::missed)
        .detail("PLACES", LinkText::places)
        .detail("PROCESSES", l -> processes(l.id()))
        .detail("PINS", l -> String.join(",", pins(l.id())));
  }

  private void json(Json.Fields json, LinkInfo link) {
    LinkJson.put(json, link);
    json.put("program_name", name(link));
    putAsked(json, link.id());
  }

  private void bpftool(Json.Fields json, LinkInfo link) {
    LinkJson.bpftool(json, link);
    if (wantsPins()) {
      json.putStrings("pinned", pins(link.id()));
    }
  }
}
