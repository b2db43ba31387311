package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.ebpf4j.RunInput;
import org.ebpf4j.btf.LineInfo;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.insn.AluOperation;
import org.ebpf4j.insn.Condition;
import org.ebpf4j.insn.Immediate;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instruction.Call;
import org.ebpf4j.insn.Instruction.Exit;
import org.ebpf4j.insn.Instruction.JumpIf;
import org.ebpf4j.insn.Instruction.Load;
import org.ebpf4j.insn.Instruction.Move;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.insn.Size;
import org.ebpf4j.insn.Width;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.Subprogram;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.coverage.Branch;
import org.ebpf4j.vm.coverage.Coverage;
import org.ebpf4j.vm.coverage.FileCoverage;
import org.ebpf4j.vm.coverage.FunctionCoverage;
import org.ebpf4j.vm.coverage.LineCoverage;
import org.ebpf4j.vm.coverage.LineCoverage.Status;
import org.ebpf4j.vm.coverage.ProgramCoverage;
import org.ebpf4j.vm.coverage.Ratio;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What programs executed, by line of C and by branch.
class CoverageTest {
  private static final int SHORT = 60;
  private static final int LONG = 120;

  private final VirtualKernel kernel = VirtualKernel.builder().coverage().build();

  private static LineInfo line(int slot, int number, String text) {
    return new LineInfo(slot, "./a.bpf.c", text, number, 1, 0, 0);
  }

  private static Instruction move(int value) {
    return new Move(Width.W64, Register.R0, new Immediate(value));
  }

  /// A program that returns 1 for packets of more than 100 bytes, and else what its subprogram
  /// does.
  private static ProgramSpec program(String name) {
    return ProgramSpec.builder(
            name,
            Instructions.assemble(
                new Load(Size.U32, Register.R2, Register.R1, 0),
                new Load(Size.U32, Register.R3, Register.R1, 4),
                new Instruction.Alu(AluOperation.SUB, Width.W64, Register.R3, Register.R2),
                new JumpIf(Condition.GT, Width.W64, Register.R3, new Immediate(100), 2),
                new Call.Subprogram(3),
                new Exit(),
                move(1),
                new Exit(),
                move(7),
                new Exit()))
        .ofSection("xdp")
        .subprograms(List.of(new Subprogram(name, 0), new Subprogram("other", 8)))
        .lines(
            List.of(
                line(0, 10, "int " + name + "(struct xdp_md *ctx)"),
                line(3, 12, "  if (end - data > 100)"),
                line(4, 14, "  return other();"),
                line(6, 13, "    return 1;"),
                line(7, 0, ""),
                line(8, 3, "static int other(void)"),
                line(9, 5, "  return 7;")))
        .build();
  }

  private static ObjectSpec object(String... programs) {
    var builder = ObjectSpec.builder("a.bpf.o").license("GPL");
    for (var name : programs) {
      builder.program(program(name));
    }
    return builder.build();
  }

  private Coverage run(ObjectSpec spec, String program, int... sizes) {
    try (var object = kernel.load(spec)) {
      for (var size : sizes) {
        object.program(program).run(RunInput.packet(new byte[size]));
      }
    }
    return kernel.coverage();
  }

  private static LineCoverage line(Coverage coverage, int number) {
    return coverage.files().stream()
        .map(FileCoverage::lines)
        .flatMap(List::stream)
        .filter(line -> line.number() == number)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void linesAndBothWaysOfAJump() {
    var spec = object("first");
    var once = run(spec, "first", SHORT);
    assertThat(once.lineRatio()).isEqualTo(new Ratio(5, 6));
    assertThat(once.branchRatio()).isEqualTo(new Ratio(1, 2));
    assertThat(once.instructionRatio()).isEqualTo(new Ratio(8, 10));
    assertThat(line(once, 12).branches()).containsExactly(new Branch(0, 1));
    assertThat(line(once, 12).status()).isEqualTo(Status.PARTLY);
    assertThat(line(once, 13).status()).isEqualTo(Status.MISSED);
    assertThat(line(once, 14).status()).isEqualTo(Status.COVERED);

    // Those of a program that is loaded again are added.
    var both = run(spec, "first", LONG, LONG);
    assertThat(both.programs()).hasSize(1);
    assertThat(both.programs().getFirst().runs()).isEqualTo(3);
    assertThat(line(both, 12).branches()).containsExactly(new Branch(2, 1));
    assertThat(line(both, 12).status()).isEqualTo(Status.COVERED);
    assertThat(line(both, 12).hits()).isEqualTo(3);
    assertThat(line(both, 13).hits()).isEqualTo(2);
    assertThat(both.lineRatio()).isEqualTo(new Ratio(6, 6));
    assertThat(both.branchRatio()).isEqualTo(new Ratio(2, 2));
  }

  @Test
  void aSubprogramOfTwoProgramsIsOneFunction() {
    var coverage = run(object("first", "second"), "second", SHORT, SHORT);
    assertThat(coverage.functions())
        .extracting(FunctionCoverage::name, FunctionCoverage::calls, FunctionCoverage::line)
        .containsExactlyInAnyOrder(
            tuple("first", 0L, 10), tuple("second", 2L, 10), tuple("other", 2L, 3));
    // A program that was loaded and never ran is there, too.
    assertThat(coverage.programs())
        .extracting(ProgramCoverage::name, ProgramCoverage::runs)
        .containsExactly(tuple("first", 0L), tuple("second", 2L));
    // Two files of that path, as the texts of line 10 are others.
    assertThat(coverage.files())
        .extracting(FileCoverage::path)
        .containsExactly("./a.bpf.c", "./a.bpf.c [a.bpf.o]");
  }

  @Test
  void lcov() {
    assertThat(run(object("first"), "first", SHORT).lcov())
        .isEqualTo(
            """
            TN:
            SF:./a.bpf.c
            FN:10,first
            FN:3,other
            FNDA:1,first
            FNDA:1,other
            FNF:2
            FNH:2
            BRDA:12,0,0,0
            BRDA:12,0,1,1
            BRF:2
            BRH:1
            DA:3,1
            DA:5,1
            DA:10,1
            DA:12,1
            DA:13,0
            DA:14,1
            LF:6
            LH:5
            end_of_record
            """);
  }

  @Test
  void nothingIsCountedUnasked() {
    try (var plain = VirtualKernel.open();
        var object = plain.load(object("first"))) {
      object.program("first").run(RunInput.packet(new byte[SHORT]));
      assertThat(plain.coverage()).isEqualTo(Coverage.NONE);
    }
  }

  /// The functions `begin` and `log2` are inlined, `end` is a subprogram of two programs.
  @Test
  void aToolThatClangMade(@TempDir Path directory) throws IOException {
    var clock = new AtomicLong(1);
    try (var kernel =
            VirtualKernel.builder().coverage().clock(() -> clock.getAndAdd(5_000_000)).build();
        var object = kernel.load(ObjectSpec.read(TestObjects.example("tools/filelat.bpf.o")))) {
      for (var name : List.of("exit_read", "enter_read", "exit_read")) {
        object.program(name).run(RunInput.none());
      }
      var coverage = kernel.coverage();
      // if (!start): once there was none, once there was.
      assertThat(line(coverage, 75).hits()).isEqualTo(2);
      assertThat(line(coverage, 75).branches()).containsExactly(new Branch(1, 1));
      assertThat(line(coverage, 75).status()).isEqualTo(Status.COVERED);
      // if (only_pid && …), inlined into two programs, of which one ran.
      assertThat(line(coverage, 44).branches()).contains(new Branch(0, 0));
      assertThat(line(coverage, 44).status()).isEqualTo(Status.PARTLY);
      assertThat(line(coverage, 48).hits()).isEqualTo(1);
      assertThat(line(coverage, 79).hits()).isEqualTo(1);
      // return begin(WRITE)
      assertThat(line(coverage, 108).status()).isEqualTo(Status.MISSED);
      assertThat(coverage.functions())
          .filteredOn(f -> f.name().equals("end"))
          .singleElement()
          .satisfies(end -> assertThat(end.calls()).isEqualTo(2));

      coverage.write(directory, List.of(TestObjects.example("tools")));
      assertThat(Files.readString(directory.resolve("lcov.info")))
          .contains("SF:./filelat.bpf.c\n", "DA:108,0\n", "BRDA:75,0,0,1\nBRDA:75,0,1,1\n");
      var page = Files.readString(directory.resolve("coverage.html"));
      // The whole source, found in its folder: a line without instructions, and a line with.
      assertThat(page).contains("const volatile __u32 only_pid = 0;");
      assertThat(page)
          .containsPattern(
              "class=\"covered\" title=\"[^\"]*\"><td class=\"n\">75</td><td class=\"n\">2×</td>"
                  + "<td class=\"n\">2/2</td><td>\tif \\(!start\\)</td>");
      assertThat(coverage.html()).doesNotContain("const volatile").contains("return begin(WRITE)");
      assertThat(Files.readString(directory.resolve("coverage.txt")))
          .startsWith("lines " + coverage.lineRatio() + ", branches ")
          .contains("filelat enter_write", "./filelat.bpf.c: lines ", "missed: ");
    }
  }

  @Test
  void namesOfFilesAreOnlyText() {
    var program =
        program("first").toBuilder()
            .lines(List.of(new LineInfo(0, "a\n<b>&\u001b.c", "if (a < b) \"x\"", 1, 1, 0, 0)))
            .build();
    var coverage =
        run(ObjectSpec.builder("<i>").license("GPL").program(program).build(), "first", SHORT);
    assertThat(coverage.html())
        .contains("a\\x0a&lt;b&gt;&amp;\\x1b.c", "if (a &lt; b) &quot;x&quot;", "&lt;i&gt; first");
    assertThat(coverage.lcov()).contains("SF:a\\x0a<b>&\\x1b.c\n");
    assertThat(coverage.text()).contains("  a\\x0a<b>&\\x1b.c: lines");
  }

  /// What three runs of a program of an object come to.
  private static Coverage counted() {
    try (var kernel = VirtualKernel.builder().coverage().build();
        var object =
            kernel.load(ObjectSpec.read("run_types.bpf.o", TestObjects.bytes("run_types")))) {
      object.program("run_xdp").run(RunInput.packet(new byte[60]).repeat(3));
      return kernel.coverage();
    }
  }

  private static long runs(Path lcov) throws IOException {
    var text = Files.readString(lcov.resolve("lcov.info"));
    return text.lines()
        .filter(line -> line.startsWith("FNDA:") && line.endsWith(",run_xdp"))
        .mapToLong(line -> Long.parseLong(line.substring(5, line.indexOf(','))))
        .sum();
  }

  @Test
  void severalJvmsOfOneRunComeToOneReport(@TempDir Path directory)
      throws IOException, InterruptedException {
    var coverage = counted();
    var threads = new java.util.ArrayList<Thread>();
    for (int i = 0; i < 4; i++) {
      threads.add(Thread.startVirtualThread(() -> coverage.writeMore(directory, List.of(), "one")));
    }
    for (var thread : threads) {
      thread.join();
    }
    assertThat(runs(directory)).isEqualTo(12);
    assertThat(directory.resolve("coverage.html")).isNotEmptyFile();

    coverage.writeMore(directory, List.of(), "another");
    assertThat(runs(directory)).isEqualTo(3);
    Coverage.NONE.writeMore(directory, List.of(), "another");
    assertThat(runs(directory)).isEqualTo(3);
  }

  @Test
  void aFileThatIsNoneIsRefused(@TempDir Path directory) throws IOException {
    var coverage = counted();
    coverage.writeMore(directory, List.of(), "one");
    var data = directory.resolve("coverage.data");
    var bytes = Files.readAllBytes(data);
    for (int length : new int[] {0, 3, 4, 10, bytes.length / 2, bytes.length - 1}) {
      Files.write(data, Arrays.copyOf(bytes, length));
      assertThatThrownBy(() -> coverage.writeMore(directory, List.of(), "one"))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("coverage cannot be written to " + directory);
    }
    Files.writeString(data, "something else");
    assertThatThrownBy(() -> coverage.writeMore(directory, List.of(), "one"))
        .hasMessageContaining("is no file of coverage; remove it");
  }
}
