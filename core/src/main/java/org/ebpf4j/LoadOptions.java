package org.ebpf4j;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How an object is loaded. Start from [#DEFAULT] and change it with the `with…` methods.
///
/// @param logLevel what the verifier is to write also where it accepts a program: 0 nothing, 1 the
///   paths it took, 2 every instruction, 4 only numbers (`BPF_LOG_*`); see
///   [BpfProgram#verifierLog()]
/// @param keepGoing whether the other programs are loaded where one fails; see
///   [BpfObject#failures()]
/// @param types a file with the kernel's types (BTF, bare or in an ELF file), in place of those
///   that the kernel gives itself
/// @param config more of the kernel's configuration, as lines `CONFIG_NAME=value`; they win over
///   the kernel's own
/// @param maps maps to use in place of those that the object defines, by name; they stay open
/// @param targets programs that `freplace` and tracing programs of the object are for, by the names
///   of these; they stay open
/// @param pins the directory in which maps are shared by name, where the object asks for that
/// @param token a bpffs whose mount delegates rights, for a process without them; where none is
///   given, `LIBBPF_BPF_TOKEN_PATH` of the environment is looked at, then `/sys/fs/bpf`
/// @param log a file that all of the verifier's log of each program that it rejects is written to
///   the end of, which may have hundreds of MB; the exception has a few MB of it
public record LoadOptions(
    int logLevel,
    boolean keepGoing,
    Optional<Path> types,
    String config,
    Map<String, RawMap> maps,
    Map<String, BpfProgram> targets,
    Path pins,
    Optional<Path> token,
    Optional<Path> log) {
  /// Nothing is written where a program is accepted. Where it is rejected, the log is fetched all
  /// the same. One program that fails fails the object.
  public static final LoadOptions DEFAULT =
      new LoadOptions(
          0,
          false,
          Optional.empty(),
          "",
          Map.of(),
          Map.of(),
          Path.of("/sys/fs/bpf"),
          Optional.empty(),
          Optional.empty());

  /// @throws IllegalArgumentException for a level that the kernel does not have
  public LoadOptions {
    if (logLevel < 0 || logLevel > 7) {
      throw new IllegalArgumentException(
          "log levels go from 0 to 7 (1 paths, 2 all, 4 numbers), not " + logLevel);
    }
    maps = Map.copyOf(maps);
    targets = Map.copyOf(targets);
  }

  /// The usual options with a log level.
  public LoadOptions(int logLevel) {
    this(
        logLevel,
        DEFAULT.keepGoing,
        DEFAULT.types,
        DEFAULT.config,
        DEFAULT.maps,
        DEFAULT.targets,
        DEFAULT.pins,
        DEFAULT.token,
        DEFAULT.log);
  }

  /// The same with another log level.
  public LoadOptions withLogLevel(int level) {
    return new LoadOptions(level, keepGoing, types, config, maps, targets, pins, token, log);
  }

  /// The same, where one program that fails does not keep the others from being loaded.
  public LoadOptions withKeepGoing(boolean wanted) {
    return new LoadOptions(logLevel, wanted, types, config, maps, targets, pins, token, log);
  }

  /// The same with the kernel's types from a file.
  public LoadOptions withTypes(Path file) {
    return new LoadOptions(
        logLevel, keepGoing, Optional.of(file), config, maps, targets, pins, token, log);
  }

  /// The same with more of the kernel's configuration, as lines `CONFIG_NAME=value`.
  public LoadOptions withConfig(String lines) {
    return new LoadOptions(logLevel, keepGoing, types, lines, maps, targets, pins, token, log);
  }

  /// The same with a map in place of the one that the object defines under that name.
  public LoadOptions withMap(String name, RawMap map) {
    var more = new HashMap<>(maps);
    more.put(name, map);
    return new LoadOptions(logLevel, keepGoing, types, config, more, targets, pins, token, log);
  }

  /// The same with all maps of an object that is loaded, in place of those of the same names: so
  /// that more programs of its file work on what it has.
  public LoadOptions withMapsOf(BpfObject object) {
    var more = new HashMap<>(maps);
    object.maps().forEach(map -> more.put(map.name(), map));
    return new LoadOptions(logLevel, keepGoing, types, config, more, targets, pins, token, log);
  }

  /// The same with the program that `program` of the object is for: whose function it replaces
  /// (`freplace`) or traces.
  public LoadOptions withTarget(String program, BpfProgram target) {
    var more = new HashMap<>(targets);
    more.put(program, target);
    return new LoadOptions(logLevel, keepGoing, types, config, maps, more, pins, token, log);
  }

  /// The same with another directory in which maps are shared by name.
  public LoadOptions withPins(Path directory) {
    return new LoadOptions(
        logLevel, keepGoing, types, config, maps, targets, directory, token, log);
  }

  /// The same with the rights that a bpffs delegates.
  public LoadOptions withToken(Path bpffs) {
    return new LoadOptions(
        logLevel, keepGoing, types, config, maps, targets, pins, Optional.of(bpffs), log);
  }

  /// The same with a file for all of the verifier's logs of programs that it rejects.
  public LoadOptions withLog(Path file) {
    return new LoadOptions(
        logLevel, keepGoing, types, config, maps, targets, pins, token, Optional.of(file));
  }
}
