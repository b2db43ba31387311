package org.ebpf4j.cli.object;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "sieve", "matmul", "lookups"})
  void printsTheClassOfTheJvmAsCommitted(String program) throws IOException {
    var run = Cli.run("disasm", TestObjects.file("compute"), "--java", "--program", program);

    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertGolden(program + "-java", run.out());
  }

  @Test
  void doesNotPrintClassesAsJson() {
    var run = Cli.run("disasm", TestObjects.file("compute"), "--java", "--json");

    assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
    assertThat(run.err()).contains("neither --json nor --fit");
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

  /// The types of a kernel that there is not.
  private static Path types(Path directory) throws IOException {
    var types = BtfBuilder.empty(ByteOrder.LITTLE_ENDIAN);
    var number = types.add(new BtfType.Int("int", 4, 1, 0, 32));
    var pointer = types.add(new BtfType.Pointer(0));
    types.add(
        new BtfType.Struct(
            "task_struct",
            4000,
            false,
            List.of(
                new BtfType.Member("group_leader", pointer, 8000, 0),
                new BtfType.Member("tgid", number, 16_000, 0))));
    return Files.write(directory.resolve("vmlinux"), types.toBytes());
  }

  @Test
  void printsWhatOneKernelTakes(@TempDir Path directory) throws IOException {
    var file = TestObjects.file("core_re_task");
    types(directory);

    var run = Cli.run("disasm", file, "--no-source", "--fit", directory);

    assertThat(run.status()).isZero();
    assertThat(run.err()).isEmpty();
    assertGolden("core_re_task.fitted", run.out());
    assertThat(Cli.run("disasm", file, "--no-source", "--fit", directory.resolve("vmlinux")))
        .isEqualTo(run);
  }

  @Test
  void tellsWhatOneKernelLacks(@TempDir Path directory) throws IOException {
    types(directory);
    Files.writeString(directory.resolve("kallsyms"), "ffffffff81000000 T vfs_write\n");

    var missing = Cli.run("disasm", TestObjects.file("load_ksyms"), "--fit", directory);
    var nowhere =
        Cli.run(
            "disasm",
            TestObjects.file("code_targets"),
            "--program",
            "code_nowhere",
            "--fit",
            directory);
    var none = Cli.run("disasm", TestObjects.file("load_ksyms"), "--fit", "no/such/facts");

    assertThat(missing.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(missing.err()).contains("'vfs_read'").contains("has no such symbol");
    assertThat(nowhere.status()).isEqualTo(ExitStatus.FAILED);
    assertThat(nowhere.out()).contains("  ; cannot be loaded: no kernel function 'code_no_such");
    assertThat(none.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(none.err()).contains("no/such/facts: no such file");
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
