package org.ebpf4j.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.object.SectionName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HookKindTest {
  /// Something that a place refers to, by its name alone.
  record Named(String name) implements Handle {}

  /// Surroundings in which there is everything.
  record Anything(Optional<AttachType> attachType) implements Place.Surroundings {
    @Override
    public Handle map(String name) {
      return new Named(name);
    }

    @Override
    public Handle program(String name) {
      return new Named(name);
    }

    @Override
    public Handle listening(InetSocketAddress address) {
      return new Named("listen=" + address.getHostString() + ":" + address.getPort());
    }
  }

  private static AttachPoint point(HookKind kind, String text) {
    return kind.parse(text).in(new Anything(Optional.empty()));
  }

  private static HookKind kind(String name) {
    return HookKind.named(name).orElseThrow();
  }

  static List<HookKind> places() {
    return HookKind.all().stream().filter(HookKind::isPlace).toList();
  }

  static List<HookKind> attachable() {
    return HookKind.all().stream().filter(HookKind::isAttachable).toList();
  }

  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Stream.of(type.getPermittedSubclasses()).flatMap(HookKindTest::leaves)
        : Stream.of(type);
  }

  @Test
  void everyKindOfAttachPointHasARow() {
    var written = new HashSet<Class<?>>();
    for (var kind : places()) {
      written.add(point(kind, kind.example()).getClass());
    }
    assertThat(written).containsExactlyInAnyOrderElementsOf(leaves(AttachPoint.class).toList());
  }

  @ParameterizedTest
  @MethodSource("places")
  void anExampleIsReadAndPrintsBack(HookKind kind) {
    var point = point(kind, kind.example());

    assertThat(point.kind()).isEqualTo(kind.name());
    assertThat(point.place().replace("+4", "+0x4")).isEqualTo(kind.example());
    assertThat(point(kind, point.place())).isEqualTo(point);
    assertThat(HookKind.of(point)).isSameAs(kind);
    assertThat(point.describe()).isNotBlank();
  }

  @Test
  void namesAreUnique() {
    var names = new ArrayList<String>();
    var sections = new ArrayList<String>();
    for (var kind : HookKind.all()) {
      names.add(kind.name());
      names.addAll(kind.aliases());
      kind.sections().forEach(s -> sections.add(s.name()));
      assertThat(kind.sections()).as(kind.name()).isNotEmpty();
      assertThat(kind.title()).as(kind.name()).isNotBlank();
      assertThat(kind.isAttachable() && !kind.isPlace()).as(kind.name()).isFalse();
    }
    assertThat(names).doesNotHaveDuplicates();
    assertThat(sections).doesNotHaveDuplicates();
  }

  @Test
  void optionsFollowInAnyOrderAndEachOnce() {
    var options = List.of(HookOption.word("fast", "", "quick"), HookOption.cookie());
    var row =
        HookRow.row("test", "a test")
            .place(
                "NAME",
                options,
                "a",
                (place, given) -> new Kprobe(place + given.has("fast"), given.number("cookie", 0)))
            .sections();
    assertThat(row.parse("a,cookie=0x10,quick")).isEqualTo(new Kprobe("atrue", 16));
    assertThat(row.parse("a,fast")).isEqualTo(new Kprobe("atrue", 0));
    assertThat(row.parse("a")).isEqualTo(new Kprobe("afalse", 0));
    refuses(row, "a,fast,quick", "has the option fast twice");
    refuses(row, "a,fast=1", "the option fast of test has no value");
    refuses(row, "a,cookie", "has a value: cookie=N");
    refuses(row, "a,cookie=x", "the option cookie of test is a number: 'x'");
    refuses(row, "a,coookie=1", "Did you mean 'cookie'?");
    refuses(row, "a,b,fast", "test has no option 'b'");
  }

  private static void refuses(HookKind kind, String text, String message) {
    assertThatThrownBy(() -> kind.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @MethodSource("places")
  void aSectionThatNamesThePlaceIsReadAsTheSamePoint(HookKind kind) {
    var place = kind.options().isEmpty() ? kind.example() : kind.example().replaceFirst(",.*", "");
    for (var section : kind.sections()) {
      if (section.open()) {
        assertThat(SectionName.parse(section.name() + "/" + place).attachPoint())
            .as(section.name())
            .contains(point(kind, place));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("attachable")
  void takesTheProgramsOfItsSections(HookKind kind) {
    for (var section : kind.sections()) {
      var point =
          kind.parse(section.attachType().isEmpty() ? kind.example() : withoutOptions(kind))
              .in(new Anything(section.attachType()));
      if (section.type() != ProgramType.SK_SKB || section.attachType().isPresent()) {
        kind.check("attaching", point, section.type(), section.attachType());
      }
    }
  }

  private static String withoutOptions(HookKind kind) {
    return kind.example().replaceFirst(",.*", "");
  }

  @Test
  void refusesAProgramOfAnotherTypeAndSaysWhereItGoes() {
    var tracepoint = new Tracepoint("sched", "sched_switch");
    var thrown =
        catchThrowableOfType(
            WrongHookException.class,
            () ->
                kind("tracepoint")
                    .check(
                        "attaching 'drop' to tracepoint/sched/sched_switch",
                        tracepoint,
                        ProgramType.XDP,
                        Optional.of(AttachType.XDP)));

    assertThat(thrown.programType()).isEqualTo("xdp");
    assertThat(thrown.hook()).isEqualTo("tracepoint");
    assertThat(thrown)
        .hasMessage(
            "attaching 'drop' to tracepoint/sched/sched_switch: it is an xdp program, and a"
                + " tracepoint hook takes tracepoint programs\n  try: xdp programs go to"
                + " xdp:DEVICE[,generic|,driver|,hardware|…]");
  }

  @ParameterizedTest
  @CsvSource({
    "KPROBE, , 'kprobe programs go to kprobe:[MODULE:]SYMBOL[+OFFSET][,cookie=N], kretprobe:'",
    "TRACING, TRACE_FENTRY_MULTI, 'tracing programs are for fentry.multi, which ebpf4j cannot"
        + " attach yet'",
    "TRACING, TRACE_FENTRY, 'tracing programs go to fentry:[MODULE:]FUNCTION[,cookie=N]'",
    "XDP, XDP_DEVMAP, 'its descriptor goes into the values of a devmap'",
    "SYSCALL, , 'program.run(input) runs one'",
    "CGROUP_SKB, , 'cgroup_skb programs go to cgroup:PATH[,ingress|,egress|'",
  })
  void saysWhereProgramsGo(ProgramType type, AttachType attachType, String message) {
    assertThat(HookKind.homes(type, Optional.ofNullable(attachType))).contains(message);
  }

  @ParameterizedTest
  @CsvSource({
    "CGROUP_SOCK_ADDR, CGROUP_INET4_CONNECT, CGROUP_INET6_CONNECT, false",
    "CGROUP_SOCK_ADDR, CGROUP_INET4_CONNECT, CGROUP_INET4_CONNECT, true",
    "CGROUP_SOCK_ADDR, , CGROUP_INET4_CONNECT, true",
    "CGROUP_SKB, CGROUP_INET_INGRESS, CGROUP_INET_EGRESS, true",
    "CGROUP_SKB, , CGROUP_SYSCTL, false",
    "SK_MSG, , CGROUP_INET_EGRESS, false",
    "SOCK_OPS, , CGROUP_SOCK_OPS, true",
  })
  void looksAtTheHookOfTheCgroupToo(
      ProgramType type, AttachType loadedFor, AttachType hook, boolean fits) {
    var point = new Cgroup(Path.of("/c"), hook);
    var thrown =
        catchThrowableOfType(
            WrongHookException.class,
            () -> kind("cgroup").check("x", point, type, Optional.ofNullable(loadedFor)));
    assertThat(thrown == null).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"struct_ops:m", "syscall:x"})
  void saysThatAKindCannotBeAttached(String text) {
    var colon = text.indexOf(':');
    assertThatThrownBy(() -> kind(text.substring(0, colon)).parse(text.substring(colon + 1)))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining(text)
        .hasMessageMatching(
            "(?s).*(cannot attach .* yet|are not attached|are attached to nothing).*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "xdp|veth0,fast|xdp has no option 'fast'; it is"
            + " xdp:DEVICE[,generic|,driver|,hardware|,netlink",
        "xdp|veth0,genric|Did you mean 'generic'?",
        "perf_event|clock|no perf counter 'clock'; there are",
        "perf_event|cpu-clock,often|perf_event has no option 'often'",
        "perf_event|cpu-clock,freq=x|holds no number",
        "perf_event|cpu-clock,freq=1,period=2|not both",
        "xdp|veth0,skb,driver|generic and driver, not both",
        "perf_event|cpu-clock,freq=0|at least 1",
        "socket|9527|socket:listen=127.0.0.1:9527",
        "socket|listen=127.0.0.1:port|behind the last colon there is no number",
        "socket|listen=127.0.0.1:70000|ports are 0 to 65535",
        "tracepoint|execve|CATEGORY/NAME",
        "sockmap|m,both|sockmap has no option 'both'",
        "uprobe|malloc|FILE:SYMBOL",
        "uretprobe|libc.so.6:malloc+4|without an offset",
        "usdt|libc.so.6:setjmp|FILE:PROVIDER:NAME",
        "kprobe|do_exit+x|SYMBOL+OFFSET",
        "kprobe|do_exit,cookie=x|holds no number",
        "kprobe|a b|SYMBOL+OFFSET",
        "kretprobe|do_exit+4|without an offset",
        "kprobe.multi|a,0x10|by names or by addresses",
        "kprobe.multi|a,b,cookie=1:2:3|3 cookies for 2 functions",
        "kprobe.multi|a,,b|the name is empty",
      })
  void saysWhatIsWrongWithAPlace(String kind, String text, String message) {
    assertThatThrownBy(() -> kind(kind).parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void saysWhatCanBeAttachedThereMeanwhile() {
    assertThat(kind("fentry.multi").notYet("x", new FunctionMulti(ProbeMode.ENTRY, "do_exit")))
        .hasMessage(
            "x: cannot attach fentry.multi yet; such programs can be loaded and pinned only");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kprobe|nf_conntrack:nf_ct_get+4,cookie=7",
        "kprobe|0xffffffff812a3c10",
        "kretprobe|nf_conntrack:nf_ct_get,cookie=18446744073709551615",
        "kretprobe|0xffffffff812a3c10,cookie=1",
        "kprobe.multi|tcp_v4_*,nf_conntrack:*,do_exit,cookie=1:2:3",
        "kretprobe.multi|0xffffffff812a3c10,0xffffffff812a3d10,cookie=5",
        "ksyscall|openat,cookie=9",
        "tracepoint|sched/sched_switch,cookie=3",
        "raw_tracepoint|sched_switch,cookie=3",
      })
  void optionsOfProbesArePrintedAsTheyAreRead(String kind, String text) {
    var point = point(kind(kind), text);
    assertThat(point.place()).isEqualTo(text);
    assertThat(point(kind(kind), point.place())).isEqualTo(point);
  }

  @Test
  void ofManyFunctionsAMessageNamesTheFirst() {
    assertThat(KprobeMulti.entries("a", "b*").describe()).isEqualTo("kprobe.multi/a,b*");
    assertThat(KprobeMulti.returns("a", "b", "c", "d", "e").describe())
        .isEqualTo("kretprobe.multi/a,b,c and 2 more");
  }

  @Test
  void namesOfCgroupsMayHaveCommas() {
    assertThat(kind("cgroup").parse("/a,b").in(new Anything(Optional.of(AttachType.CGROUP_SYSCTL))))
        .isEqualTo(new Cgroup(Path.of("/a,b"), AttachType.CGROUP_SYSCTL));
  }

  @Test
  void saysWhatToAddWhereTheProgramDoesNotSayWhichHook() {
    assertThatThrownBy(() -> point(kind("cgroup"), "/a"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("add ingress or egress, as in cgroup:/a,ingress");
    assertThatThrownBy(() -> point(kind("sockmap"), "m"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("as in sockmap:m,stream_verdict");
  }

  @Test
  void typedPlacesKnowTheNamesOfTypes() {
    assertThat(new BtfTracepoint("sched_switch").typeName()).isEqualTo("btf_trace_sched_switch");
    assertThat(new Lsm("file_open").typeName()).isEqualTo("bpf_lsm_file_open");
    assertThat(new KernelIterator("task").typeName()).isEqualTo("bpf_iter_task");
    assertThat(Fentry.parse("nf_conntrack:nf_ct_get", PlaceOptions.NONE).module())
        .isEqualTo("nf_conntrack");
    assertThat(Fentry.parse("nf_conntrack:nf_ct_get", PlaceOptions.NONE).typeName())
        .isEqualTo("nf_ct_get");
  }
}
