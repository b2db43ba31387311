package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.trace.ProgramStream;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;

@KernelTest
class ProgramStreamTest {
  private static final String STREAMS = "streams of programs";

  private final LinuxKernel kernel = LinuxKernel.open();

  /// Prints, and tells whether the kernel kept it. Memory for streams must come without a wait,
  /// which not every machine can do; then nothing is kept.
  private static boolean print(LinuxObject object, String program, int number) {
    object.variable("number").set(number);
    assertThat(object.program(program).run(RunInput.none()).returnValue()).isZero();
    if (Runs.number(object, "last") != -Errno.ENOMEM) {
      return true;
    }
    assertThat(object.program(program).stream(ProgramStream.Id.STDOUT).read()).isEmpty();
    assertThat(object.program(program).stream(ProgramStream.Id.STDERR).read()).isEmpty();
    return false;
  }

  @Test
  @RequiresKernel(value = "6.17", because = STREAMS)
  void readsBothStreams() {
    try (var object = kernel.load(Runs.spec("stream_print"))) {
      var program = object.program("stream_line");
      var output = program.stream(ProgramStream.Id.STDOUT);
      var errors = program.stream(ProgramStream.Id.STDERR);
      assertThat(output.read()).isEmpty();
      if (!print(object, "stream_line", 7)) {
        return;
      }
      print(object, "stream_line", -8);
      assertThat(output.read()).isEqualTo("number 7\nnumber -8\n");
      assertThat(output.read()).isEmpty();
      assertThat(errors.lines()).containsExactly("problem 7", "problem -8");
      assertThat(errors.lines()).isEmpty();
      assertThat(Runs.number(object, "failed")).isZero();
    }
  }

  @Test
  @RequiresKernel(value = "6.17", because = STREAMS)
  void keepsLineUntilItsEnd() {
    try (var object = kernel.load(Runs.spec("stream_print"))) {
      var first = object.program("stream_first_half").stream(ProgramStream.Id.STDOUT);
      if (!print(object, "stream_first_half", 1)) {
        return;
      }
      assertThat(first.lines()).isEmpty();
      assertThat(first.read()).isEqualTo("half ");
      var second = object.program("stream_second_half").stream(ProgramStream.Id.STDOUT);
      print(object, "stream_second_half", 2);
      print(object, "stream_second_half", 3);
      assertThat(second.lines()).containsExactly("and half", "rest of 2and half");
      assertThat(second.read()).isEqualTo("rest of 3");
    }
  }

  /// More than one read takes, up to what the kernel keeps.
  @Test
  @RequiresKernel(value = "6.17", because = STREAMS)
  void readsAllThatKernelKept() {
    try (var object = kernel.load(Runs.spec("stream_print"))) {
      var program = object.program("stream_line");
      var count = 10_000;
      if (!print(object, "stream_line", 0)) {
        return;
      }
      IntStream.range(1, count).forEach(i -> print(object, "stream_line", i));
      var failed = (int) Runs.number(object, "failed");
      var output = program.stream(ProgramStream.Id.STDOUT).lines();
      var errors = program.stream(ProgramStream.Id.STDERR).lines();
      assertThat(failed).isPositive();
      assertThat(output.size() + errors.size()).isEqualTo(2 * count - failed);
      assertThat(output)
          .containsExactlyElementsOf(
              IntStream.range(0, output.size()).mapToObj(i -> "number " + i).toList());
    }
  }

  @Test
  void throwsWhereProgramIsClosed() {
    ProgramStream stream;
    try (var object = kernel.load(Runs.only(Runs.spec("run_types"), "run_tc"))) {
      stream = object.program("run_tc").stream(ProgramStream.Id.STDOUT);
    }
    assertThatThrownBy(stream::read).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void saysWhereThereAreNone() {
    try (var object = kernel.load(Runs.only(Runs.spec("run_types"), "run_tc"))) {
      var stream = object.program("run_tc").stream(ProgramStream.Id.STDERR);
      try {
        assertThat(stream.read()).isEmpty();
      } catch (UnsupportedFeatureException e) {
        assertThat(e)
            .hasMessage(
                "stream STDERR of program 'run_tc': PROG_STREAM_READ_BY_FD: EINVAL (invalid argument): this kernel has"
                    + " no streams of programs; they came with 6.17");
      }
    }
  }
}
