package org.ebpf4j.verifierlog;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Real logs of five kernels, of the same bad programs: `linux-VERSION.log`, each log under a line
/// `=== name errno`. What is read out of them stands in `linux-VERSION.expected`, which
/// `-Debpf4j.golden=write` writes anew.
final class VerifierLogTest {
  private static final Path RESOURCES = Path.of("src/test/resources/org/ebpf4j/verifierlog");

  private static String resource(String name) {
    try (var stream = VerifierLogTest.class.getResourceAsStream(name)) {
      return stream == null ? "" : new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Map<String, VerifierLog> logs(String kernel) {
    var logs = new LinkedHashMap<String, VerifierLog>();
    for (var part : resource("linux-" + kernel + ".log").split("(?m)^=== ")) {
      if (!part.isEmpty()) {
        var name = part.substring(0, part.indexOf(' '));
        logs.put(name, new VerifierLog(part.substring(part.indexOf('\n') + 1)));
      }
    }
    return logs;
  }

  private static VerifierLog log(String kernel, String name) {
    return logs(kernel).getOrDefault(name, new VerifierLog(""));
  }

  private static String describe(String name, VerifierLog log) {
    var text = new StringBuilder("=== " + name + "\n");
    text.append("tells: ").append(log.tellingLine().orElse("-")).append('\n');
    var at = log.instruction();
    text.append("at: ").append(at.isPresent() ? at.getAsInt() : "-");
    text.append(log.instructionText().map(t -> ": " + t).orElse("")).append('\n');
    text.append("try: ").append(log.advice().orElse("-")).append('\n');
    log.explain(ProgramCode.UNKNOWN)
        .lines()
        .forEach(l -> text.append("    ").append(l).append('\n'));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.10", "6.1", "6.12", "6.18", "7.3"})
  void readsWhatMattersOutOfRealLogs(String kernel) throws IOException {
    var read = new StringBuilder();
    logs(kernel).forEach((name, log) -> read.append(describe(name, log)));
    var expected = "linux-" + kernel + ".expected";
    if (System.getProperty("ebpf4j.golden", "").equals("write")) {
      Files.writeString(RESOURCES.resolve(expected), read);
    }
    assertThat(read.toString())
        .isNotEmpty()
        .isEqualTo(Files.readString(RESOURCES.resolve(expected)));
  }

  @Test
  void theSameFaultIsAtTheSameInstructionOnEveryKernel() {
    for (var name :
        new String[] {
          "missing_null_check",
          "unreachable",
          "packet_unchecked",
          "map_value_beyond",
          "fault_in_subprogram",
          "fault_on_second_path",
          "infinite_loop_on_state",
          "c_null",
          "c_packet"
        }) {
      var newest = log("7.3", name);
      for (var kernel : new String[] {"5.10", "6.1", "6.12", "6.18"}) {
        var log = log(kernel, name);
        assertThat(log.instruction()).as("%s on %s", name, kernel).isEqualTo(newest.instruction());
        assertThat(log.advice().map(VerifierLogTest::unnamed))
            .as("%s on %s", name, kernel)
            .isPresent()
            .isEqualTo(newest.advice().map(VerifierLogTest::unnamed));
      }
    }
  }

  /// Without what logs of older kernels do not name: where a pointer came from, and a map.
  private static String unnamed(String advice) {
    return advice
        .replaceFirst("result of .* with null", "result with null")
        .replaceFirst("map '\\w+' has values of \\d+ bytes", "the memory ends there");
  }

  @Test
  void theFirstOfSeveralLinesInARowTellsTheFault() {
    var log =
        new VerifierLog(
            """
            7: (79) r0 = *(u64 *)(r0 +8)
            invalid access to map value, value_size=8 off=8 size=8
            R0 min value is outside of the allowed memory range
            processed 7 insns (limit 1000000)
            """);
    assertThat(log.tellingLine())
        .contains("invalid access to map value, value_size=8 off=8 size=8");
    assertThat(log.instruction()).isEqualTo(OptionalInt.of(7));
    assertThat(log.instructionText()).contains("(79) r0 = *(u64 *)(r0 +8)");
  }

  @Test
  void aReportTellsTheFaultWhereNothingBeforeItDoes() {
    var log =
        new VerifierLog(
            """
            0: (95) exit

            Verification failed: Policy: Operation is not allowed

            Reason:
              It is so.

            At:
              f @ a.c:1:2
              Source context:
              >>> 1 | return 7;
                    | ^-- error: no
              Instruction context:
                  0 | (b7) r0 = 7
              >>> 1 | (95) exit

            Suggestion:
              Do something
              else.

            processed 0 insns
            """);
    assertThat(log.tellingLine()).contains("Policy: Operation is not allowed");
    assertThat(log.instruction()).isEqualTo(OptionalInt.of(1));
    assertThat(log.instructionText()).contains("(95) exit");
    assertThat(log.advice()).contains("Do something else.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\n\n", "processed 3 insns (limit 1000000)\n", "0: R1=ctx() R10=fp0\n"})
  void aLogWithoutAFaultTellsNothing(String text) {
    var log = new VerifierLog(text);
    assertThat(log.tellingLine()).isEmpty();
    assertThat(log.instruction()).isEmpty();
    assertThat(log.instructionText()).isEmpty();
    assertThat(log.advice()).isEmpty();
  }

  @Test
  void numbersThatNoProgramReachesAreNoInstructions() {
    var log = new VerifierLog("99999999999: (95) exit\nunreachable insn 99999999999\n");
    assertThat(log.instruction()).isEmpty();
  }

  @Test
  void aFaultBehindABranchOnItsLineIsFound() {
    var log =
        new VerifierLog(
            """
            3: (07) r1 += 1                       ; R1=scalar()
            4: (55) if r1 != 0x11 goto pc-3 2: R1=scalar() R10=fp0
            4: (55) if r1 != 0x11 goto pc-3 infinite loop detected at insn 2
            cur state: R1=scalar() R10=fp0
            verification time 103 usec
            """);
    assertThat(log.tellingLine()).contains("infinite loop detected at insn 2");
    assertThat(log.advice().orElseThrow()).contains("bpf_loop");
  }

  @Test
  void statisticsBehindAFaultAreNoPartOfIt() {
    var log =
        new VerifierLog(
            """
            3: (85) call bpf_tail_call#12
            expected prog array map for tail callverification time 34 usec
            """);
    assertThat(log.tellingLine()).contains("expected prog array map for tail call");
    assertThat(log.advice().orElseThrow()).contains("BPF_MAP_TYPE_PROG_ARRAY");
  }

  private static String advice(String text) {
    return new VerifierLog(text).advice().orElseThrow();
  }

  @Test
  void pointersThatACallMadeInvalidAreToldFromNumbers() {
    assertThat(
            advice(
                """
                6: (61) r6 = *(u32 *)(r1 +76)         ; R1=ctx() R6=pkt(r=0)
                9: (2d) if r3 > r2 goto pc+4          ; R2=pkt_end() R3=pkt(off=20,r=20)
                11: (85) call bpf_skb_pull_data#39    ; R0=scalar()
                12: (71) r0 = *(u8 *)(r6 +3)
                R6 invalid mem access 'scalar'
                """))
        .startsWith("read data and data_end from the context again after bpf_skb_pull_data");
    assertThat(
            advice(
                """
                7: (bf) r6 = r0                       ; R0=ringbuf_mem(ref_obj_id=2,sz=8) R6=ringbuf_mem(ref_obj_id=2,sz=8) refs=2
                9: (85) call bpf_ringbuf_discard#133          ;
                10: (bf) r1 = r6                      ; R1=scalar(id=3) R6=scalar(id=3)
                12: (85) call bpf_ringbuf_discard#133
                R1 type=scalar expected=ringbuf_mem
                """))
        .startsWith("use the pointer before bpf_ringbuf_discard only");
    assertThat(
            advice(
                """
                0: (b7) r1 = 0                        ; R1=0
                1: (61) r0 = *(u32 *)(r1 +0)
                R1 invalid mem access 'scalar'
                """))
        .contains("leave the access out where the pointer is null");
    assertThat(
            advice(
                """
                0: (79) r1 = *(u64 *)(r1 +0)          ; R1=scalar()
                1: (79) r0 = *(u64 *)(r1 +112)
                R1 invalid mem access 'scalar'
                """))
        .contains("bpf_probe_read_kernel");
  }
}
