package org.ebpf4j.junit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.OptionalInt;
import org.ebpf4j.BpfMap;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.BpfVariable;
import org.ebpf4j.QueueMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.codec.Length;
import org.ebpf4j.codec.PerCpu;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Program;
import org.ebpf4j.junit.Variable;
import org.ebpf4j.ring.TypedRingBuffer;

/// Programs of raw tracepoints in Java do the same on the JVM, on the virtual kernel and on Linux.
@BpfTest(classes = TracingPrograms.class)
class TracingProgramsTest {
  @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
  record Event(int number, long value, @Length(8) byte[] text) {}

  record Pair(int first, int second) {}

  private static int run(BpfProgram program, long... arguments) {
    var context = ByteBuffer.allocate(96).order(ByteOrder.nativeOrder());
    for (int i = 0; i < arguments.length; i++) {
      context.putLong(8 * i, arguments[i]);
    }
    var input = RunInput.context(context.array());
    return program
        .run(
            new RunInput(
                input.data(),
                input.context(),
                1,
                OptionalInt.of(0),
                OptionalInt.empty(),
                0,
                input.growth()))
        .returnValue();
  }

  @BpfTest
  void eventsAreSent(
      @Program("sends") BpfProgram program, @Map("events") TypedRingBuffer<Event> ring)
      throws Exception {
    assertThat(run(program, 5, -7)).isEqualTo(1);
    assertThat(run(program, 6, 1L << 40)).isEqualTo(1);
    var seen = new ArrayList<Event>();
    ring.poll(Duration.ofSeconds(5), seen::add);
    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst().number()).isEqualTo(5);
    assertThat(seen.getFirst().value()).isEqualTo(-7);
    assertThat(seen.getFirst().text()).containsExactly(5, 6, 7, 8, 9, 10, 11, 12);
    assertThat(seen.getLast().value()).isEqualTo(1L << 40);
  }

  @BpfTest
  void aFaultGivesWhatWasReservedUp(
      @Program("faultsWithAnEvent") BpfProgram program, @Map("events") TypedRingBuffer<Event> ring)
      throws Exception {
    assertThat(run(program, 0)).isEqualTo(99);
    assertThat(run(program, 4)).isEqualTo(2);
    var seen = new ArrayList<Event>();
    ring.poll(Duration.ofSeconds(5), seen::add);
    assertThat(seen.stream().map(Event::number)).containsExactly(25);
  }

  @BpfTest
  void pairsAreCounted(
      @Program("countsPairs") BpfProgram program, @Map("pairs") BpfMap<Pair, Long> pairs) {
    assertThat(run(program, 1, 2)).isEqualTo(1);
    assertThat(run(program, 1, 2)).isEqualTo(2);
    assertThat(run(program, 2, 1)).isEqualTo(1);
    assertThat(pairs.lookup(new Pair(1, 2))).hasValue(2L);
    pairs.update(new Pair(1, 2), 40L);
    assertThat(run(program, 1, 2)).isEqualTo(41);
  }

  @BpfTest
  void flagsDecideAboutEntries(@Program("changesEntries") BpfProgram program) {
    assertThat(run(program, 3)).isEqualTo(2 | 8 | 4 << 8 | 16);
  }

  @BpfTest
  void eachCpuHasAValue(
      @Program("addsOnCpu") BpfProgram program,
      @Map("perCpu") BpfMap<Integer, PerCpu<Long>> perCpu,
      @Map("perCpuSums") BpfMap<Integer, PerCpu<Long>> sums) {
    assertThat(run(program, 5)).isEqualTo(1);
    assertThat(run(program, 6)).isEqualTo(1);
    assertThat(perCpu.lookup(1).orElseThrow().values().getFirst()).isEqualTo(11L);
    assertThat(sums.lookup(7).orElseThrow().values().getFirst()).isEqualTo(11L);
  }

  @BpfTest
  void queuesAndStacksHaveAnOrder(
      @Program("ordersValues") BpfProgram program,
      @Map("queue") QueueMap<Long> queue,
      @Map("stack") QueueMap<Long> stack) {
    assertThat(run(program, 20)).isEqualTo(2022);
    assertThat(queue.peek()).hasValue(21L);
    assertThat(stack.peek()).hasValue(21L);
  }

  @BpfTest
  void variablesAreShared(
      @Program("usesVariables") BpfProgram program,
      @Variable("limit") BpfVariable limit,
      @Variable("small") BpfVariable small,
      @Variable("enabled") BpfVariable enabled) {
    assertThat(run(program, 0)).isEqualTo(7007);
    assertThat(run(program, 5)).isEqualTo(9004);
    assertThat(run(program, 8)).isEqualTo(99);
    assertThat(limit.get()).isEqualTo(1);
    small.set(5);
    assertThat(run(program, 1)).isEqualTo(1006);
    enabled.set(0);
    assertThat(run(program, 1)).isEqualTo(-1);
  }

  @BpfTest
  void loopsEnd(@Program("loops") BpfProgram program) {
    for (int rounds : new int[] {0, 1, 2, 6, 127, 128, 1000}) {
      assertThat(run(program, rounds)).isEqualTo(TracingPrograms.loops(rounds));
    }
    assertThat(TracingPrograms.loops(6)).isEqualTo(1 + 110 + 100 + 110 + 100);
  }

  @BpfTest
  void numbersAreThoseOfJava(@Program("arithmetic") BpfProgram program) {
    long[] numbers = {
      0, 1, -1, 7, -8, 31, 1L << 31, Integer.MIN_VALUE, Long.MIN_VALUE, 0x7fff_1234
    };
    for (long a : numbers) {
      for (long b : numbers) {
        int expected = (int) b == 0 ? 99 : TracingPrograms.arithmetic(a, b);
        assertThat(run(program, a, b)).as(a + ", " + b).isEqualTo(expected);
      }
    }
  }

  @BpfTest
  void aLambdaRunsManyTimes(
      @Program("sumsByLambda") BpfProgram program, @Map("totals") BpfMap<Integer, Long> totals) {
    assertThat(run(program, 10)).isEqualTo(10);
    assertThat(totals.lookup(1)).hasValue(1L + 5 + 9);
    assertThat(run(program, 1000)).isEqualTo(51);
  }

  @BpfTest
  void thereIsSomethingAround(@Program("looksAround") BpfProgram program) {
    assertThat(run(program)).isEqualTo(15);
  }
}
