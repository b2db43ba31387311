package org.ebpf4j.cli.top;

import java.util.List;

/// What was counted at one look.
///
/// @param programs how busy each program was since the look before
/// @param maps how full each map is; empty where nobody wanted to know
record Sample(List<ProgramRate> programs, List<MapFill> maps) {
  Sample {
    programs = List.copyOf(programs);
    maps = List.copyOf(maps);
  }
}
