package org.ebpf4j.linux.internal.query;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.ebpf4j.ProgramStatistics;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// A program that was loaded for a network device to run, and whose device is gone: the kernel
/// refuses its info with `ENODEV` (`bpf_prog_offload_info_fill` in `kernel/bpf/offload.c`). What is
/// left is what `/proc` says of its descriptor.
final class OrphanedProgram {
  private OrphanedProgram() {}

  static ProgramInfo info(DescriptorFields fields) {
    return new ProgramInfo(
        number(fields, "prog_id"),
        number(fields, "prog_type"),
        "",
        fields.text("prog_tag").orElse(""),
        0,
        0,
        List.of(),
        fields.number("verified_insns").orElse(0),
        new ProgramInfo.Origin(Instant.EPOCH, 0, false, 0, true),
        new ProgramInfo.Types(0, 0, 0),
        new ProgramStatistics(
            fields.number("run_cnt").orElse(0),
            Duration.ofNanos(fields.number("run_time_ns").orElse(0)),
            fields.number("recursion_misses").orElse(0)),
        fields.number("memlock"),
        "");
  }

  private static int number(DescriptorFields fields, String name) {
    return (int) fields.number(name).orElse(0);
  }
}
