package org.ebpf4j.cli.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What people read of `disasm`, held against committed text. `-Debpf4j.golden=write` writes the
/// text anew.
class DisasmTest {
  @ParameterizedTest
  @ValueSource(strings = {"hello/hello", "sections/maps", "sections/sockops"})
  void printsTheObjectAsCommitted(String example) throws IOException {
    var run = Cli.run("disasm", TestObjects.example(example + ".bpf.o"));

    assertThat(run.status()).isZero();
    assertGolden(example.substring(example.indexOf('/') + 1), run.out());
  }

  @Test
  void printsBareInstructions() throws IOException {
    var run = Cli.run("disasm", TestObjects.example("socket/get.text"), "--type", "socket_filter");

    assertThat(run.status()).isZero();
    assertGolden("get", run.out());
  }

  @Test
  void leavesOutTheSourceWhenAsked() {
    var run = Cli.run("disasm", TestObjects.example("hello/hello.bpf.o"), "--no-source");

    assertThat(run.out()).contains("(85) call bpf_trace_printk#6").doesNotContain("hello.bpf.c");
  }

  @Test
  void namesTheProgramsWhenAskedForOneThatIsNotThere() {
    var run =
        Cli.run("disasm", TestObjects.example("sections/cgroup.bpf.o"), "--program", "receive");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("no program 'receive'").contains("received");
  }

  private static void assertGolden(String name, String text) throws IOException {
    var resource = "/org/ebpf4j/cli/" + name + ".disasm.txt";
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      Files.writeString(Path.of("src/test/resources" + resource), text);
    }
    try (var stream = DisasmTest.class.getResourceAsStream(resource)) {
      assertThat(stream).as(resource).isNotNull();
      assertThat(text).isEqualTo(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
