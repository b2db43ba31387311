package org.ebpf4j.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.error.NotFoundException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SectionNameTest {
  /// One line of `sections.tsv`.
  record Row(String name, boolean open, String type, String attachType, String flags) {}

  static List<Row> rows() throws IOException {
    try (var stream = SectionNameTest.class.getResourceAsStream("sections.tsv")) {
      var text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines()
          .filter(l -> !l.startsWith("#"))
          .map(l -> l.split("\t", -1))
          .map(f -> new Row(f[0], f[1].equals("open"), f[2], f[3], f[4]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void knowsTheName(Row row) {
    check(row, SectionName.parse(row.name()), "");
  }

  @ParameterizedTest
  @MethodSource("rows")
  void aTargetFollowsOpenNamesAlone(Row row) {
    var name = row.name() + "/some/target";
    if (row.open()) {
      check(row, SectionName.parse(name), "some/target");
    } else {
      assertThat(SectionName.find(name).stream())
          .as("an exact name with a target is at most a classic one")
          .allMatch(n -> n.target().isEmpty() && !n.sleepable());
    }
  }

  private static void check(Row row, SectionName name, String target) {
    assertThat(name.type().label()).isEqualTo(row.type());
    assertThat(name.attachType().map(AttachType::label).orElse("-")).isEqualTo(row.attachType());
    assertThat(name.target()).isEqualTo(target);
    assertThat(name.sleepable()).isEqualTo(row.flags().contains("sleepable"));
    assertThat(name.fragments()).isEqualTo(row.flags().contains("frags"));
    assertThat(name.autoload()).isTrue();
  }

  @Test
  void theTableAndTheListOfNamesHaveNothingElse() throws IOException {
    var expected = new ArrayList<String>();
    for (var row : rows()) {
      expected.add(row.open() ? row.name() + "/" : row.name());
    }
    assertThat(SectionName.knownNames())
        .containsExactlyInAnyOrderElementsOf(expected)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({
    "xdp_prog, XDP, XDP",
    "xdp1, XDP, XDP",
    "xdp_devmap/one, XDP, XDP",
    "socket1, SOCKET_FILTER,",
    "socket_filter, SOCKET_FILTER,",
    "socket/http_filter, SOCKET_FILTER,",
    "perf_event/1, PERF_EVENT,",
    "sockops/x, SOCK_OPS, CGROUP_SOCK_OPS",
    "sk_skb1, SK_SKB,",
    "sk_msg1, SK_MSG, SK_MSG_VERDICT",
    "cgroup/skb1, CGROUP_SKB,",
    "cgroup/sock2, CGROUP_SOCK, CGROUP_INET_SOCK_CREATE",
    "cgroup/dev/null, CGROUP_DEVICE, CGROUP_DEVICE"
  })
  void takesTheNamesOfTheFirstLoadersByTheirBeginning(
      String name, ProgramType type, AttachType attachType) {
    var parsed = SectionName.parse(name);
    assertThat(parsed.section()).isEqualTo(name);
    assertThat(parsed.type()).isEqualTo(type);
    assertThat(parsed.attachType()).isEqualTo(Optional.ofNullable(attachType));
    assertThat(parsed.attachPoint()).isEmpty();
  }

  @Test
  void aLongerNameOfTheTableIsNotTakenForAShorterOne() {
    assertThat(SectionName.parse("cgroup/sock_release").attachType())
        .contains(AttachType.CGROUP_INET_SOCK_RELEASE);
    assertThat(SectionName.parse("kprobe.multi/tcp_*").attachType())
        .contains(AttachType.TRACE_KPROBE_MULTI);
    assertThat(SectionName.parse("sk_reuseport/migrate").attachType())
        .contains(AttachType.SK_REUSEPORT_SELECT_OR_MIGRATE);
  }

  @Test
  void aQuestionMarkSaysLoadedOnlyWhenAskedFor() {
    var name = SectionName.parse("?tp/sched/sched_switch");
    assertThat(name.autoload()).isFalse();
    assertThat(name.section()).isEqualTo("tp/sched/sched_switch");
    assertThat(name.attachPoint()).contains(new Tracepoint("sched", "sched_switch"));
    assertThat(SectionName.find("??socket")).isEmpty();
  }

  @Test
  void targetsBecomeAttachPoints() {
    assertThat(SectionName.parse("tracepoint/syscalls/sys_enter_execve").attachPoint())
        .contains(new Tracepoint("syscalls", "sys_enter_execve"));
    assertThat(SectionName.parse("tp.s/syscalls/sys_enter_execve").attachPoint())
        .contains(new Tracepoint("syscalls", "sys_enter_execve"));
    assertThat(SectionName.parse("raw_tracepoint/sched_switch").attachPoint())
        .contains(new RawTracepoint("sched_switch"));
    assertThat(SectionName.parse("raw_tp.w/sched_switch").attachPoint())
        .contains(new RawTracepoint("sched_switch"));
    assertThat(SectionName.parse("kprobe/do_exit").attachPoint()).contains(new Kprobe("do_exit"));
    assertThat(SectionName.parse("kprobe/do_exit+0x10").attachPoint())
        .contains(new Kprobe("do_exit", 16));
    assertThat(SectionName.parse("kretprobe/do_exit").attachPoint())
        .contains(new Kretprobe("do_exit"));
    assertThat(SectionName.parse("uprobe//bin/sh:main").attachPoint())
        .contains(new Uprobe("/bin/sh", "main"));
    assertThat(SectionName.parse("usdt.s//lib/libc.so.6:libc:setjmp").attachPoint())
        .contains(new Usdt("/lib/libc.so.6", "libc", "setjmp"));
    assertThat(SectionName.parse("fentry.s/do_exit").attachPoint()).contains(new Fentry("do_exit"));
    assertThat(SectionName.parse("lsm/file_open").attachPoint()).contains(new Lsm("file_open"));
    assertThat(SectionName.parse("kretprobe.multi/tcp_*").attachPoint())
        .contains(new KprobeMulti(ProbeMode.RETURN, "tcp_*"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tracepoint",
        "tracepoint/",
        "kprobe",
        "fentry",
        "iter/",
        "tcx/ingress",
        "struct_ops/init",
        "xdp"
      })
  void namesWithoutATargetOfThatKindHaveNoAttachPoint(String name) {
    assertThat(SectionName.parse(name).attachPoint()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tracepoint/x",
        "tp/a/b/c",
        "tp//x",
        "tp/x/",
        "tp/../x",
        "tp/./x",
        "kprobe/do_exit+",
        "kprobe/do_exit+-1",
        "kprobe/+5",
        "kprobe/do_exit+x",
        "kretprobe/do_exit+4",
        "uprobe/malloc",
        "uretprobe/libc.so.6:malloc+4",
        "usdt/libc.so.6:setjmp",
        "fentry/module:"
      })
  void refusesTargetsOfAnotherForm(String name) {
    var parsed = SectionName.parse(name);
    assertThatIllegalArgumentException()
        .isThrownBy(parsed::attachPoint)
        .withMessageContaining("is");
  }

  @Test
  void offersTheNamesThatComeNear() {
    assertThatThrownBy(() -> SectionName.parse("tracepiont/syscalls/sys_enter_execve"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith(
            "no program type for section 'tracepiont/syscalls/sys_enter_execve'")
        .hasMessageEndingWith("rename the section, or give the program a type");
    assertThat(nearest("kprob")).startsWith("kprobe/");
    assertThat(nearest("tracepont")).startsWith("tracepoint/");
    assertThat(nearest("cgroup/conect4")).startsWith("cgroup/connect4", "cgroup/connect6");
    assertThat(nearest("tracepiont/syscalls/sys_enter_execve"))
        .startsWith("tracepoint/syscalls/sys_enter_execve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2/1", "1", "a/b/c"})
  void offersNothingWhereNothingIsNear(String name) {
    assertThat(nearest(name)).isEmpty();
  }

  private static List<String> nearest(String name) {
    var thrown = catchThrowableOfType(NotFoundException.class, () -> SectionName.parse(name));
    assertThat(thrown.name()).isEqualTo(name);
    return thrown.nearest();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?", "/", "Socket", "kprobes/x", "tcx", "license", ".text", "fentry.multis/x"})
  void doesNotTakeOtherNamesForPrograms(String name) {
    assertThat(SectionName.find(name)).isEmpty();
  }
}
