package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.vm.VirtualKernel;
import org.junit.jupiter.api.Test;

/// What becomes of what beginners write: accepted and safe, or refused with the line and what to
/// write there. Held against `mistakes.txt`, which `-Debpf4j.golden=write` writes anew.
class MistakesTest {
  private static final Path GOLDEN =
      Path.of(System.getProperty("ebpf4j.root", ".."))
          .resolve("program/src/test/resources/org/ebpf4j/program/compile/mistakes.txt");

  @Test
  void areAcceptedAndSafeOrRefusedWithALine() throws IOException {
    var text = new StringBuilder();
    for (var type : Mistakes.class.getDeclaredClasses()) {
      text.append("## ").append(type.getSimpleName()).append('\n');
      text.append(outcome(type)).append("\n\n");
    }
    var sorted = sorted(text.toString());
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, sorted);
    }
    assertThat(sorted).isEqualTo(Files.readString(GOLDEN));
  }

  /// The order of nested classes is nobody's promise.
  private static String sorted(String text) {
    return java.util.Arrays.stream(text.split("(?m)^(?=## )"))
            .sorted()
            .reduce("", String::concat)
            .strip()
        + "\n";
  }

  private static String outcome(Class<?> type) {
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(JavaPrograms.compile(type))) {
      return "accepted; returns " + ThreeWays.on(object, "run", new byte[64]);
    } catch (RefusedProgramException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
