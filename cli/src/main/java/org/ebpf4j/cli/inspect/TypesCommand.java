package org.ebpf4j.cli.inspect;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.BtfInfo;

/// Shows types, with the programs and maps that came with them.
abstract class TypesCommand extends ObjectsCommand<BtfInfo> {
  private final Map<Integer, List<Integer>> programs = new HashMap<>();
  private final Map<Integer, List<Integer>> maps = new HashMap<>();

  TypesCommand(Console console, boolean details) {
    super(console, details);
  }

  @Override
  final List<BtfInfo> all(LinuxKernel kernel) {
    for (var program : kernel.programs()) {
      add(programs, program.types().btfId(), program.id());
    }
    for (var map : kernel.maps()) {
      add(maps, map.types().btfId(), map.id());
    }
    return kernel.types();
  }

  private static void add(Map<Integer, List<Integer>> users, int types, int user) {
    if (types != 0) {
      users.computeIfAbsent(types, _ -> new ArrayList<>()).add(user);
    }
  }

  @Override
  final Selection<BtfInfo> selection(LinuxKernel kernel) {
    return Choice.ofTypes();
  }

  @Override
  final String pinnedAs() {
    return "";
  }

  private List<Integer> programs(BtfInfo types) {
    return programs.getOrDefault(types.id(), List.of());
  }

  private List<Integer> maps(BtfInfo types) {
    return maps.getOrDefault(types.id(), List.of());
  }

  private static String ids(List<Integer> ids) {
    return ids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(","));
  }

  @Override
  final View<BtfInfo> view() {
    return new View<BtfInfo>((json, types) ->
        json.put("id", types.id())
            .put("name", types.name())
            .put("kernel", types.kernel())
            .put("size", types.size())
            .putNumbers("prog_ids", programs(types))
            .putNumbers("map_ids", maps(types)))
        .bpftool((json, types) -> {
          json.put("id", types.id())
              .put("size", types.size())
              .putNumbers("prog_ids", programs(types))
              .putNumbers("map_ids", maps(types))
              .put("kernel", types.kernel());
          if (!types.name().isEmpty()) {
            json.put("name", types.name());
          }
        })
        .number("ID", BtfInfo::id)
        .wide("NAME", BtfInfo::name)
        .column("OF", types -> types.kernel() ? "kernel" : "user")
        .number("BYTES", BtfInfo::size)
        .wide("PROGRAMS", types -> ids(programs(types)))
        .wide("MAPS", types -> ids(maps(types)));
  }
}
