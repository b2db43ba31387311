package org.ebpf4j.cli.btf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.cli.input.ObjectId;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.process.UsageException;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.jspecify.annotations.Nullable;

/// The types that words choose: those of a file, or some that the kernel holds.
///
/// @param types all of them
/// @param ids those that are meant; empty for all
record ChosenTypes(Btf types, List<Integer> ids) {
  /// Words that say what follows.
  private static final Set<String> WORDS = Set.of("id", "file", "prog", "map");

  /// Reads `FILE`, `id N`, `prog WHICH` or `map WHICH`; a number that is no file is an id.
  ///
  /// @param base the file with the types that those of a file continue
  static ChosenTypes of(List<String> words, @Nullable Path base) {
    if (words.isEmpty()) {
      throw new UsageException("what to print the types of is missing: a file, id N, prog or map");
    }
    var first = words.getFirst();
    var rest = words.subList(1, words.size());
    if (rest.isEmpty() && ObjectId.of(first).isPresent() && !Files.exists(Path.of(first))) {
      return ofId(first);
    }
    if (rest.isEmpty() && WORDS.contains(first) && !Files.exists(Path.of(first))) {
      throw new UsageException("which one is missing behind '" + first + "'");
    }
    if (rest.isEmpty()) {
      return new ChosenTypes(BtfFile.read(Path.of(first), base), List.of());
    }
    return switch (first) {
      case "id" -> {
        one(rest);
        yield ofId(rest.getFirst());
      }
      case "file" -> {
        one(rest);
        yield new ChosenTypes(BtfFile.read(Path.of(rest.getFirst()), base), List.of());
      }
      case "prog" -> ofProgram(rest);
      case "map" -> ofMap(rest);
      default -> throw new UsageException("'" + rest.getFirst() + "' is one too many");
    };
  }

  private static void one(List<String> rest) {
    if (rest.size() > 1) {
      throw new UsageException("'" + rest.get(1) + "' is one too many");
    }
  }

  private static ChosenTypes ofId(String id) {
    var number =
        ObjectId.of(id).orElseThrow(() -> new UsageException("'" + id + "' is no id of types"));
    try (var kernel = LinuxKernel.open()) {
      return new ChosenTypes(kernel.types(number), List.of());
    }
  }

  private static ChosenTypes ofProgram(List<String> words) {
    try (var kernel = LinuxKernel.open();
        var program = kernel.openProgram(Choice.program(kernel, words))) {
      var id = program.info().types().btfId();
      if (id == 0) {
        throw new BpfException("program '" + program.name() + "' came without types");
      }
      return new ChosenTypes(kernel.types(id), List.of());
    }
  }

  private static ChosenTypes ofMap(List<String> words) {
    try (var kernel = LinuxKernel.open();
        var map = kernel.openMap(Choice.map(kernel, words))) {
      var known = map.info().types();
      if (known.btfId() == 0) {
        throw new BpfException("map '" + map.name() + "' came without types");
      }
      var ids = new ArrayList<Integer>();
      if (known.keyType() != 0) {
        ids.add(known.keyType());
      }
      if (known.valueType() != 0 && known.valueType() != known.keyType()) {
        ids.add(known.valueType());
      }
      return new ChosenTypes(kernel.types(known.btfId()), ids);
    }
  }
}
