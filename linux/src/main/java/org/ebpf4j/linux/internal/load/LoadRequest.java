package org.ebpf4j.linux.internal.load;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// How an object is loaded.
///
/// @param logLevel what the verifier is to write also where it accepts a program (`BPF_LOG_*`)
/// @param keepGoing whether the other programs are loaded where one fails
/// @param types a file with types for CO-RE in place of those that the kernel gives itself
/// @param config more of the kernel's configuration, as lines `CONFIG_NAME=value`
/// @param maps maps to use in place of those that the object defines, by name
/// @param targets programs that programs of the object are for, by the names of these
/// @param pins the directory in which maps are shared by name
/// @param token a bpffs whose mount delegates rights
/// @param log a file for all of the verifier's logs of programs that it rejects
public record LoadRequest(
    int logLevel,
    boolean keepGoing,
    Optional<Path> types,
    String config,
    Map<String, GivenMap> maps,
    Map<String, GivenProgram> targets,
    Path pins,
    Optional<Path> token,
    Optional<Path> log) {
  public LoadRequest {
    maps = Map.copyOf(maps);
    targets = Map.copyOf(targets);
  }

  LoadRequest withLogLevel(int level) {
    return new LoadRequest(level, keepGoing, types, config, maps, targets, pins, token, log);
  }

  LoadRequest withKeepGoing() {
    return new LoadRequest(logLevel, true, types, config, maps, targets, pins, token, log);
  }
}
