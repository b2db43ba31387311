package org.ebpf4j.cli.listing;

import java.util.List;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.BtfInfo;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// How programs, maps and types of a kernel are chosen by words.
public final class Choice {
  private Choice() {}

  /// Of programs.
  public static Selection<ProgramInfo> ofPrograms(LinuxKernel kernel) {
    return new Selection<>(
        "program",
        ProgramInfo::id,
        ProgramInfo::fullName,
        ProgramInfo::tag,
        path -> {
          try (var program = kernel.openProgram(path)) {
            return program.id();
          }
        });
  }

  /// Of maps.
  public static Selection<MapInfo> ofMaps(LinuxKernel kernel) {
    return new Selection<>(
        "map",
        MapInfo::id,
        MapInfo::name,
        _ -> "",
        path -> {
          try (var map = kernel.openMap(path)) {
            return map.id();
          }
        });
  }

  /// Of types.
  public static Selection<BtfInfo> ofTypes() {
    return new Selection<>(
        "BTF",
        BtfInfo::id,
        BtfInfo::name,
        _ -> "",
        path -> {
          throw new UsageException(path + ": BTF cannot be pinned");
        });
  }

  /// The id of the one program that words choose. Other programs are not looked at where the words
  /// are an id.
  public static int program(LinuxKernel kernel, List<String> words) {
    var id = id(words);
    return id != 0 ? id : ofPrograms(kernel).one(words, kernel.programs()).id();
  }

  /// The id of the one map that words choose.
  public static int map(LinuxKernel kernel, List<String> words) {
    var id = id(words);
    return id != 0 ? id : ofMaps(kernel).one(words, kernel.maps()).id();
  }

  /// An id that words are; 0 where they are none.
  private static int id(List<String> words) {
    var last = words.isEmpty() ? "" : words.getLast();
    return words.size() == 1 || (words.size() == 2 && words.getFirst().equals("id"))
        ? ObjectId.of(last).orElse(0)
        : 0;
  }
}
