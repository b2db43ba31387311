package org.ebpf4j.cli.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.attach.HookKind;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.cli.process.ExitStatus;
import org.ebpf4j.cli.text.Json;
import org.junit.jupiter.api.Test;

class AttachCommandTest {
  @Test
  void listsEveryKindWithAnExample() {
    var out = Cli.run("attach", "--list").out();

    for (var kind : HookKind.all()) {
      assertThat(out).contains(kind.name() + ": " + kind.title() + "\n");
      if (kind.isAttachable()) {
        assertThat(out)
            .contains("  example   ebpf4j run FILE --attach " + kind.name() + ":" + kind.example());
      }
    }
  }

  @Test
  void listsAKindWithItsOptions() {
    assertThat(Cli.run("attach", "--list", "tp").out())
        .startsWith(
            "tracepoint: a tracepoint of the kernel, by its place in tracefs\n  also      tp\n")
        .contains("\n  place     tracepoint:CATEGORY/NAME\n")
        .contains("\n  sections  tracepoint/CATEGORY/NAME, tp/CATEGORY/NAME, ")
        .contains("\n  programs  tracepoint\n");
    assertThat(Cli.run("attach", "--list", "xdp").out())
        .contains("generic", "in the generic code of the kernel, on every device");
  }

  @Test
  void writesAJsonObjectOnALineForEachKind() {
    var lines = Cli.run("attach", "--list", "--jsonl").out().lines().toList();

    assertThat(lines).hasSameSizeAs(HookKind.all());
    for (var line : lines) {
      assertThat(Json.read(line)).containsKeys("kind", "title", "attachable", "place", "example");
    }
    assertThat(Json.readAll(Cli.run("attach", "--list", "--json").out()))
        .isEqualTo(lines.stream().map(Json::read).toList());
    assertThat(Cli.run("attach", "--list", "--json", "xdp").out())
        .contains("{\"name\":\"generic\",\"aliases\":[\"skb\"],\"value\":\"\",\"description\":\"");
  }

  @Test
  void knowsNearNames() {
    var run = Cli.run("attach", "--list", "kprob");

    assertThat(run.status()).isEqualTo(ExitStatus.NOT_FOUND);
    assertThat(run.err()).contains("no kind of place 'kprob'; near it: kprobe");
  }

  @Test
  void saysHowProgramsAreAttached() {
    var run = Cli.run("attach");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("ebpf4j run FILE --attach PLACE");
  }

  @Test
  void linesAreNoLongerThanATerminalIsWide() {
    assertThat(KindText.wrapped("  with      one two three four", 20))
        .containsExactly("  with      one two", "            three", "            four");
    assertThat(KindText.wrapped("  with      one", 80)).containsExactly("  with      one");
    assertThat(KindText.wrapped("  place     " + "x".repeat(90), 80)).hasSize(1);
  }
}
