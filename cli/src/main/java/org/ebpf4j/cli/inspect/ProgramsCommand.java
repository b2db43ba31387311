package org.ebpf4j.cli.inspect;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Selection;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// Shows programs.
abstract class ProgramsCommand extends ObjectsCommand<ProgramInfo> {
  ProgramsCommand(Console console, boolean details) {
    super(console, details);
  }

  @Override
  final List<ProgramInfo> all(LinuxKernel kernel) {
    return kernel.programs();
  }

  @Override
  final Selection<ProgramInfo> selection(LinuxKernel kernel) {
    return new Selection<>(
        "program",
        ProgramInfo::id,
        ProgramInfo::name,
        ProgramInfo::tag,
        path -> {
          try (var program = kernel.openProgram(path)) {
            return program.id();
          }
        });
  }

  @Override
  final View<ProgramInfo> view() {
    return new View<>(ProgramsCommand::json)
        .number("ID", ProgramInfo::id)
        .column("TYPE", ProgramInfo::typeLabel)
        .wide("NAME", ProgramInfo::name)
        .column("TAG", ProgramInfo::tag)
        .column("LOADED", p -> Text.time(p.origin().loaded()))
        .number("UID", p -> Integer.toUnsignedString(p.origin().uid()))
        .number("BYTES", ProgramInfo::translatedBytes)
        .number("JITED", ProgramInfo::jitedBytes)
        .wide("MAPS", p -> ids(p.mapIds()))
        .detail("GPL", p -> p.origin().gplCompatible() ? "compatible" : "not compatible")
        .detail("MEMORY", p -> Text.bytes(p.lockedBytes()))
        .detail("BTF", p -> Text.id(p.types().btfId()))
        .detail("VERIFIED", p -> Text.count(p.verifiedInstructions(), "instructions"))
        .detail("RUNS", p -> Text.runs(p.statistics()))
        .detail("DEVICE", p -> Text.id(p.origin().device()));
  }

  private static String ids(List<Integer> ids) {
    return ids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(","));
  }

  private static void json(Json.Fields json, ProgramInfo program) {
    json.put("id", program.id())
        .put("type", program.typeLabel())
        .put("type_number", program.type())
        .put("name", program.name())
        .put("tag", program.tag())
        .put("loaded_at", program.origin().loaded().toString())
        .put("uid", Integer.toUnsignedLong(program.origin().uid()))
        .put("gpl_compatible", program.origin().gplCompatible())
        .put("bytes_translated", program.translatedBytes())
        .put("bytes_jited", program.jitedBytes())
        .putOptional("bytes_locked", program.lockedBytes())
        .putNumbers("map_ids", program.mapIds())
        .putOptional("btf_id", known(program.types().btfId()))
        .putOptional("target_btf_id", known(program.types().targetBtfId()))
        .putOptional("target_type_id", known(program.types().target()))
        .put("verified_instructions", program.verifiedInstructions())
        .putOptional("device", known(program.origin().device()))
        .put("runs", program.statistics().runs())
        .put("run_time_ns", program.statistics().time().toNanos())
        .put("recursion_misses", program.statistics().recursionMisses());
  }

  /// What 0 stands for is missing.
  static OptionalLong known(int id) {
    return id == 0 ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(id));
  }
}
