package org.ebpf4j.verifier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;

/// The programs of `programs.txt`, each with what is expected of it.
final class WrittenPrograms {
  private static final long MAP = 0x6d6170;
  private static final Pattern LOAD = Pattern.compile("map (%r\\d)");

  private WrittenPrograms() {}

  /// A program.
  ///
  /// @param expected `ok`, or a part of what is said against it
  record Written(String name, ObjectSpec object, String expected) {
    boolean accepted() {
      return expected.equals("ok");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Written> all() {
    String text;
    try (var stream =
        Objects.requireNonNull(WrittenPrograms.class.getResourceAsStream("programs.txt"))) {
      text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var all = new ArrayList<Written>();
    for (var block : text.split("\n\n")) {
      var lines = block.lines().filter(l -> !l.startsWith("#") && !l.isBlank()).toList();
      if (!lines.isEmpty()) {
        all.add(program(lines));
      }
    }
    return all;
  }

  private static Written program(List<String> lines) {
    var head = lines.getFirst().split(" \\| ");
    var code =
        lines.stream().skip(1).map(l -> LOAD.matcher(l).replaceAll("lddw $1, 0x6d6170")).toList();
    var instructions = Assembler.assemble(code);
    var references = new ArrayList<MapReference>();
    instructions.forEach((slot, instruction) -> {
      if (instruction instanceof Instruction.LoadImmediate64 load && load.value() == MAP) {
        references.add(new MapReference(slot, "values", false, 0));
      }
    });
    var program =
        ProgramSpec.builder("f", instructions)
            .type(ProgramType.parse(head[1]).orElseThrow())
            .mapReferences(references)
            .build();
    var map =
        MapSpec.builder("values", MapType.HASH).keySize(4).valueSize(64).maxEntries(1).build();
    return new Written(
        head[0],
        ObjectSpec.builder("written").license("GPL").map(map).program(program).build(),
        head[2]);
  }
}
