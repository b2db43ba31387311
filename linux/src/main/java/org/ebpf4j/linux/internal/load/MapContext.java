package org.ebpf4j.linux.internal.load;

import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ebpf4j.load.FittedProgram;
import org.ebpf4j.load.FittedStructOps;

/// What a map takes from the object around it.
///
/// @param typesFd the descriptor of the object's types, or 0
/// @param structOps what its maps of functions come to in this kernel, by name
/// @param config gives the content of map `.kconfig` of some size
/// @param programs the programs that are to be loaded
/// @param tokenFd the descriptor of a token, or 0
record MapContext(
    int typesFd,
    Map<String, FittedStructOps> structOps,
    IntFunction<byte[]> config,
    List<FittedProgram> programs,
    int tokenFd) {
  static final MapContext NONE = new MapContext(0, Map.of(), byte[]::new, List.of(), 0);
}
