package org.ebpf4j.vm.internal.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.ebpf4j.insn.Instructions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The vectors of a public suite, where its folder lies beside the checkout or `ebpf4j.conformance`
/// says where it is.
class ConformanceTest {
  private static final Path FOLDER =
      Path.of(
          System.getProperty(
              "ebpf4j.conformance",
              System.getProperty("ebpf4j.root", ".") + "/../shared/conformance"));

  private static Map<String, List<String>> sections(Path file) {
    var found = new LinkedHashMap<String, List<String>>();
    List<String> current = new ArrayList<>();
    try {
      for (var line : Files.readAllLines(file)) {
        if (line.startsWith("-- ")) {
          current = new ArrayList<>();
          found.put(line.substring(3).strip(), current);
        } else if (!line.startsWith("#") && !line.isBlank()) {
          current.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return found;
  }

  private static byte[] bytes(List<String> lines) {
    return HexFormat.of().parseHex(String.join("", lines).replaceAll("\\s", ""));
  }

  private static List<Path> files(Path folder) throws IOException {
    assumeTrue(Files.isDirectory(folder), "no vectors in " + folder);
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".data")).sorted().toList();
    }
  }

  private static Instructions instructions(Map<String, List<String>> sections) {
    var raw = sections.get("raw");
    if (raw != null) {
      var slots =
          raw.stream()
              .mapToLong(word -> Long.parseUnsignedLong(word.strip().replace("0x", ""), 16))
              .toArray();
      return Instructions.of(slots);
    }
    return Assembler.assemble(Objects.requireNonNull(sections.get("asm")));
  }

  private static long run(Map<String, List<String>> sections, boolean compiled) {
    var input = sections.containsKey("mem") ? bytes(sections.get("mem")) : new byte[0];
    var machine = new TestMachine(compiled);
    var data = new Region("the input", input, true);
    var address = input.length == 0 ? 0 : machine.memory().add(data);
    return machine.run(instructions(sections), address, input.length);
  }

  @TestFactory
  List<DynamicTest> givesTheResult() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (var file : files(FOLDER)) {
      var sections = sections(file);
      if (sections.containsKey("result")) {
        for (var compiled : new boolean[] {false, true}) {
          tests.add(
              DynamicTest.dynamicTest(
                  file.getFileName() + (compiled ? ", compiled" : ""),
                  () -> {
                    var text = sections.get("result").getFirst().strip();
                    assertThat(run(sections, compiled))
                        .isEqualTo(
                            Long.parseUnsignedLong(
                                text.replace("0x", ""), text.startsWith("0x") ? 16 : 10));
                  }));
        }
      }
    }
    assertThat(tests).hasSizeGreaterThan(400);
    return tests;
  }

  @TestFactory
  List<DynamicTest> refusesReservedFields() throws IOException {
    var tests = new ArrayList<DynamicTest>();
    for (var file : files(FOLDER.resolve("negative"))) {
      var code =
          Instructions.read(
              bytes(Objects.requireNonNull(sections(file).get("raw"))), ByteOrder.LITTLE_ENDIAN);
      tests.add(
          DynamicTest.dynamicTest(
              file.getFileName().toString(),
              () ->
                  assertThatThrownBy(() -> new Code("negative", code))
                      .isInstanceOf(IllegalArgumentException.class)));
    }
    assertThat(tests).hasSizeGreaterThan(40);
    return tests;
  }
}
