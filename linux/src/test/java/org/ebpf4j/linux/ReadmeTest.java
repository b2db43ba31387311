package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// The Java of the README is the Java of [JavaApiTest], which is compiled and run.
class ReadmeTest {
  private static String between(String text, String start, String end) {
    var from = text.indexOf(start);
    assertThat(from).as(start).isNotNegative();
    return text.substring(from + start.length(), text.indexOf(end, from + start.length()));
  }

  @Test
  void showsTheCodeThatIsTested() throws IOException {
    var root = TestObjects.example("hello").resolve("../..").normalize();
    var readme = Files.readString(root.resolve("README.md"));
    var test =
        Files.readString(
            root.resolve(Path.of("linux/src/test/java/org/ebpf4j/linux/JavaApiTest.java")));

    // A block with imports is a file of examples/consumer, which has its own test.
    var blocks = readme.split("```java\n(?!package |import )");
    var regions = test.split("// @start region=\"readme\"\n");

    assertThat(blocks).hasSameSizeAs(regions).hasSizeGreaterThan(2);
    for (int i = 1; i < blocks.length; i++) {
      var shown = between(blocks[i], "", "```").replaceAll("Path.of\\(\"\\w+.bpf.o\"\\)", "path");
      var tested = between(regions[i], "", "// @end");
      assertThat(shown).isEqualToIgnoringWhitespace(tested);
    }
  }
}
