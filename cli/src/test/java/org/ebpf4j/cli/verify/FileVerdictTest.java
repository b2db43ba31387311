package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.ebpf4j.Verdict;
import org.junit.jupiter.api.Test;

class FileVerdictTest {
  @Test
  void saysAllOfAProgramThatLoads() {
    assertThat(FileVerdict.of("a/b.o", Verdicts.ok("p", 120, 0xabcL)).toJson())
        .isEqualTo(
            """
            {"file":"a/b.o","program":"p","section":"xdp","type":"xdp","verdict":"ok","errno":0,\
            "errno_name":null,"stage":"load","message":"","verified_insns":120,"states":12,\
            "time_micros":1234,"log_tail":"","tag":"0123456789abcdef","insn_count":12,\
            "insn_fnv":"0000000000000abc","explanation":null}\
            """);
  }

  @Test
  void saysWhyAProgramIsRejected() {
    assertThat(FileVerdict.of("b.o", Verdicts.rejected("p", "R0 !read_ok", "0: exit\n")).toJson())
        .isEqualTo(
            """
            {"file":"b.o","program":"p","section":"xdp","type":"xdp","verdict":"rejected","errno":13,\
            "errno_name":"EACCES","stage":"load","message":"R0 !read_ok","verified_insns":7,"states":1,\
            "time_micros":2000,"log_tail":"0: exit","tag":null,"insn_count":12,\
            "insn_fnv":"ffffffffffffffff","explanation":null}\
            """);
  }

  @Test
  void leavesOpenWhatIsNotKnown() {
    var each = FileVerdict.of("b.o", Verdicts.error("p", Verdict.Stage.MAPS, "no map"));

    assertThat(each.toJson())
        .isEqualTo(
            """
            {"file":"b.o","program":"p","section":"odd","type":null,"verdict":"error","errno":0,\
            "errno_name":null,"stage":"maps","message":"no map","verified_insns":null,"states":null,\
            "time_micros":0,"log_tail":"","tag":null,"insn_count":null,"insn_fnv":null,\
            "explanation":null}\
            """);
  }

  @Test
  void namesNoProgramWhereTheFileCannotBeOpened() {
    var each = FileVerdict.unopened("c.o", "c.o: no such file");

    assertThat(each.ofProgram()).isFalse();
    assertThat(each.toJson())
        .startsWith("{\"file\":\"c.o\",\"program\":\"\",\"section\":\"\",\"type\":null,")
        .contains(
            "\"verdict\":\"error\"", "\"stage\":\"open\"", "\"message\":\"c.o: no such file\"");
  }

  @Test
  void keepsTheLastLinesOfTheLogOnly() {
    var log =
        IntStream.range(0, 100_000).mapToObj(i -> "line " + i).collect(Collectors.joining("\n"));

    var tail = FileVerdict.of("b.o", Verdicts.rejected("p", "no", log + "\n\n")).verdict().log();

    assertThat(tail.lines()).hasSize(20).first().isEqualTo("line 99980");
    assertThat(tail).endsWith("line 99999");
  }

  @Test
  void boundsALogOfOneLine() {
    var log = "x".repeat(1_000_000) + "end";

    var tail = FileVerdict.of("b.o", Verdicts.rejected("p", "no", log)).verdict().log();

    assertThat(tail).hasSize(16_384).endsWith("end");
    assertThat(FileVerdict.of("b.o", Verdicts.rejected("p", "no", "\n")).verdict().log()).isEmpty();
  }
}
