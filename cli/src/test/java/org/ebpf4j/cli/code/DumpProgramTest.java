package org.ebpf4j.cli.code;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.JsonTree;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.TranslatedProgram;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// `ebpf4j prog dump`.
@KernelTest
class DumpProgramTest {
  private static final ObjectSpec OBJECT =
      ObjectSpec.read(TestObjects.example("sections/maps.bpf.o"));

  @Test
  void namesWhatInstructionsReferTo() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(OBJECT)) {
      var program = object.program("count_exec");
      var map = object.map("executions");

      var text = Cli.run("prog", "dump", "xlated", program.id());

      assertThat(text.status()).isZero();
      assertThat(text.out())
          .contains("int count_exec(void *ctx):", "__u64 add(__u64 *count, __u64 step):")
          .contains("map[executions id " + map.id() + "]", "call add", "call bpf_trace_printk")
          .contains("; maps.bpf.c:27  if (!counter)");
      assertThat(Cli.run("prog", "dump", "xlated", "count_exec", "--no-source").out())
          .doesNotContain("; ");

      var code = program.translated();
      assertThat(code.hidden()).isEmpty();
      assertThat(code.references().values())
          .extracting(TranslatedProgram.Reference::kind)
          .contains(
              TranslatedProgram.Reference.Kind.MAP,
              TranslatedProgram.Reference.Kind.MAP_VALUE,
              TranslatedProgram.Reference.Kind.SUBPROGRAM,
              TranslatedProgram.Reference.Kind.KERNEL_FUNCTION);
      assertThat(code.functions())
          .extracting(TranslatedProgram.Function::name)
          .containsExactly("count_exec", "add");
    }
  }

  @Test
  void jsonHasTheFieldsOfEachInstruction() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(OBJECT)) {
      var id = object.program("count_exec").id();
      var array = (List<?>) JsonTree.read(Cli.run("prog", "dump", "xlated", id, "--json").out());
      var lines = Cli.run("prog", "dump", "xlated", id, "--jsonl").out().lines().toList();
      assertThat(lines).hasSameSizeAs(array);
      assertThat(lines.stream().map(JsonTree::read).toList()).isEqualTo(array);
      assertThat(lines)
          .anySatisfy(line ->
              assertThat(line).contains("\"kind\":\"call\"", "\"name\":\"add\"", "\"target\":"))
          .anySatisfy(line -> assertThat(line).contains("\"source\":{\"file\":"));
    }
  }

  @Test
  void theGraphHasABoxForEachRunOfInstructions() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(OBJECT)) {
      var id = object.program("count_exec").id();
      var graph = Cli.run("prog", "dump", "xlated", id, "--format", "dot").out();
      assertThat(graph)
          .startsWith("digraph \"count_exec\" {")
          .contains("subgraph \"cluster_1\"", "label=\"__u64 add(")
          .contains("  b0 -> b", "[label=taken];")
          .endsWith("}\n");
      // Each box that an edge goes to is there.
      graph
          .lines()
          .filter(l -> l.contains(" -> "))
          .map(l -> l.strip().split("[ ;]")[2])
          .forEach(box -> assertThat(graph).contains("    " + box + " [label="));
    }
  }

  @Test
  void machineCodeIsThatOfEachFunction() {
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(OBJECT)) {
      var program = object.program("count_exec");
      Assumptions.assumeTrue(program.info().jitedBytes() != 0, "programs are interpreted here");
      var code = program.jited();
      assertThat(code.functions()).extracting(f -> f.name()).containsExactly("count_exec", "add");
      assertThat(code.functions().stream().mapToInt(f -> f.code().size()).sum())
          .isEqualTo(program.info().jitedBytes());
      assertThat(code.functions().get(1).lines()).isNotEmpty();
      var text = Cli.run("prog", "dump", "jited", program.id()).out();
      assertThat(text)
          .contains("add at 0x" + Long.toHexString(code.functions().get(1).address()))
          .contains("; maps.bpf.c:18  return *count;");
      var json =
          (List<?>) JsonTree.read(Cli.run("prog", "dump", "jited", program.id(), "--json").out());
      assertThat(((Map<?, ?>) json.getFirst()).get("name")).isEqualTo("count_exec");
    }
  }

  @Test
  void saysTheSameAsBpftool() throws IOException {
    var bpftool = Path.of("/usr/sbin/bpftool");
    Assumptions.assumeTrue(Files.isExecutable(bpftool), "no bpftool on this machine");
    try (var kernel = LinuxKernel.open();
        var object = kernel.load(OBJECT)) {
      var id = String.valueOf(object.program("count_exec").id());
      var process =
          new ProcessBuilder(bpftool.toString(), "-j", "prog", "dump", "xlated", "id", id).start();
      var theirs = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(JsonTree.read(Cli.run("prog", "dump", "xlated", id, "--bpftool").out()))
          .isEqualTo(JsonTree.read(theirs));
    }
  }

  @Test
  void saysWhatIsMissing() {
    var what = Cli.run("prog", "dump", "42");
    assertThat(what.status()).isEqualTo(2);
    assertThat(what.err()).contains("xlated (instructions) or jited (machine code)");
    assertThat(Cli.run("prog", "dump", "xlated", "no_such_program").status()).isEqualTo(3);
    assertThat(Cli.run("prog", "dump", "xlated", "2000000000").status()).isNotZero();
    assertThat(Cli.run("prog", "dump", "--help").out()).contains("Examples:");
  }
}
