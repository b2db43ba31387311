package org.ebpf4j.cli.inspect;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.ebpf4j.cli.listing.Choice;
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
    return Choice.ofPrograms(kernel);
  }

  @Override
  final String pinnedAs() {
    return "prog";
  }

  @Override
  final View<ProgramInfo> view() {
    return new View<ProgramInfo>(this::json)
        .bpftool(this::bpftool)
        .number("ID", ProgramInfo::id)
        .column("TYPE", ProgramInfo::typeLabel)
        .wide("NAME", ProgramInfo::fullName)
        .wide("TAG", ProgramInfo::tag)
        .column("LOADED", p -> Text.shortTime(p.origin().loaded()))
        .number("BYTES", ProgramInfo::translatedBytes)
        .number("JITED", ProgramInfo::jitedBytes)
        .wide("MAPS", p -> ids(p.mapIds()))
        .detail("SINCE", p -> Text.time(p.origin().loaded()))
        .detail("UID", p -> Integer.toUnsignedString(p.origin().uid()))
        .detail("GPL", p -> p.origin().gplCompatible() ? "compatible" : "not compatible")
        .detail("MEMORY", p -> Text.bytes(p.lockedBytes()))
        .detail("BTF", p -> Text.id(p.types().btfId()))
        .detail("VERIFIED", p -> Text.count(p.verifiedInstructions(), "instructions"))
        .detail("RUNS", p -> Text.runs(p.statistics()))
        .detail("DEVICE", p -> p.origin().orphaned() ? "gone" : Text.id(p.origin().device()))
        .detail("PROCESSES", p -> processes(p.id()))
        .detail("PINS", p -> String.join(",", pins(p.id())));
  }

  private static String ids(List<Integer> ids) {
    return ids.stream().map(Integer::toUnsignedString).collect(Collectors.joining(","));
  }

  private void json(Json.Fields json, ProgramInfo program) {
    json.put("id", program.id())
        .put("type", program.typeLabel())
        .put("type_number", program.type())
        .put("name", program.fullName())
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
        .put("orphaned", program.origin().orphaned())
        .put("runs", program.statistics().runs())
        .put("run_time_ns", program.statistics().time().toNanos())
        .put("recursion_misses", program.statistics().recursionMisses());
    putAsked(json, program.id());
  }

  private void bpftool(Json.Fields json, ProgramInfo program) {
    json.put("id", program.id());
    if (program.programType().isPresent()) {
      json.put("type", program.typeLabel());
    } else {
      json.put("type", program.type());
    }
    if (!program.fullName().isEmpty()) {
      json.put("name", program.fullName());
    }
    json.put("tag", program.tag()).put("gpl_compatible", program.origin().gplCompatible());
    var runs = program.statistics();
    if (!runs.time().isZero()) {
      json.put("run_time_ns", runs.time().toNanos()).put("run_cnt", runs.runs());
    }
    if (runs.recursionMisses() != 0) {
      json.put("recursion_misses", runs.recursionMisses());
    }
    json.put("loaded_at", program.origin().loaded().getEpochSecond())
        .put("uid", Integer.toUnsignedLong(program.origin().uid()))
        .put("orphaned", program.origin().orphaned())
        .put("bytes_xlated", program.translatedBytes())
        .put("jited", program.jitedBytes() != 0);
    if (program.jitedBytes() != 0) {
      json.put("bytes_jited", program.jitedBytes());
    }
    program.lockedBytes().ifPresent(bytes -> json.put("bytes_memlock", bytes));
    if (!program.mapIds().isEmpty()) {
      json.putNumbers("map_ids", program.mapIds());
    }
    if (program.types().btfId() != 0) {
      json.put("btf_id", program.types().btfId());
    }
    if (wantsPins()) {
      json.putStrings("pinned", pins(program.id()));
    }
  }

  /// What 0 stands for is missing.
  static OptionalLong known(int id) {
    return id == 0 ? OptionalLong.empty() : OptionalLong.of(Integer.toUnsignedLong(id));
  }
}
