package org.ebpf4j.junit.programs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.junit.BpfTest;
import org.ebpf4j.junit.Map;
import org.ebpf4j.junit.Program;

/// Programs that compute do the same on the JVM, on the virtual kernel and on Linux.
@BpfTest(classes = SyscallPrograms.class)
@SuppressWarnings("ByteBufferBackingArray") // Each is allocated here.
class SyscallProgramsTest {
  private static final int NUMBERS = 24;
  private static final int TEXT = 88;
  private static final byte[] INDEX = new byte[4];

  private static ByteBuffer work(long a, long b) {
    return ByteBuffer.allocate(120).order(ByteOrder.nativeOrder()).putLong(0, a).putLong(8, b);
  }

  private static RunResult run(BpfProgram program, ByteBuffer work) {
    var input = RunInput.context(work.array());
    return program.run(input);
  }

  private static ByteBuffer out(RunResult result) {
    return ByteBuffer.wrap(result.contextOut()).order(ByteOrder.nativeOrder());
  }

  private static long result(RunResult result) {
    return out(result).getLong(16);
  }

  @BpfTest
  void numbersAreComputed(
      @Program("gcd") BpfProgram gcd,
      @Program("fibonacci") BpfProgram fibonacci,
      @Program("bits") BpfProgram bits,
      @Program("power") BpfProgram power) {
    assertThat(result(run(gcd, work(84, 36)))).isEqualTo(12);
    assertThat(result(run(gcd, work(-84, 36)))).isEqualTo(-12);
    assertThat(result(run(fibonacci, work(50, 0)))).isEqualTo(12_586_269_025L);
    assertThat(result(run(bits, work(0xf0f0_0000_0000_0001L, 0)))).isEqualTo(9);
    assertThat(result(run(power, work(-3, 21)))).isEqualTo(-10_460_353_203L);
  }

  @BpfTest
  void arraysAreSortedAndSearched(
      @Program("sort") BpfProgram sort,
      @Program("search") BpfProgram search,
      @Program("largest") BpfProgram largest,
      @Map("works") RawMap works) {
    var work = work(12, 0);
    var numbers = new int[] {5, -2, 9, 12, 7, 0, 3, 1, 99, -50, 8, 6, 4, 2, 11, 10};
    for (int i = 0; i < 16; i++) {
      work.putInt(NUMBERS + 4 * i, numbers[i]);
    }
    put(works, work);
    sort.run(RunInput.none());
    Arrays.sort(numbers);
    for (int i = 0; i < 16; i++) {
      assertThat(get(works).getInt(NUMBERS + 4 * i)).isEqualTo(numbers[i]);
    }
    assertThat(search.run(RunInput.none()).returnValue()).isEqualTo(1);
    assertThat(get(works).getLong(16)).isEqualTo(14);
    put(works, get(works).putLong(0, 13));
    assertThat(search.run(RunInput.none()).returnValue()).isZero();
    assertThat(get(works).getLong(16)).isEqualTo(-1);
    largest.run(RunInput.none());
    assertThat(get(works).getLong(0)).isEqualTo(99);
    assertThat(get(works).getLong(16)).isEqualTo(Arrays.stream(numbers).sum() / 16);
  }

  private static void put(RawMap works, ByteBuffer work) {
    works.update(INDEX, work.array());
  }

  private static ByteBuffer get(RawMap works) {
    return ByteBuffer.wrap(works.lookup(INDEX).orElseThrow()).order(ByteOrder.nativeOrder());
  }

  @BpfTest
  void textIsChanged(
      @Program("upperCase") BpfProgram upper,
      @Program("crc") BpfProgram crc,
      @Map("works") RawMap works) {
    var work = work(0, 0);
    work.put(TEXT, "Hello, eBPF in Java".getBytes(StandardCharsets.UTF_8));
    put(works, work);
    crc.run(RunInput.none());
    var expected = new CRC32();
    expected.update(work.array(), TEXT, 32);
    assertThat(get(works).getLong(16)).isEqualTo(expected.getValue());
    assertThat(upper.run(RunInput.none()).returnValue()).isEqualTo(10);
    assertThat(new String(get(works).array(), TEXT, 19, StandardCharsets.UTF_8))
        .isEqualTo("HELLO, EBPF IN JAVA");
  }

  @BpfTest
  void aFaultInASubprogramIsThatOfTheProgram(@Program("average") BpfProgram average) {
    assertThat(result(run(average, work(90, 4)))).isEqualTo(22);
    assertThat(run(average, work(90, 0)).returnValue()).isEqualTo(-9);
  }
}
