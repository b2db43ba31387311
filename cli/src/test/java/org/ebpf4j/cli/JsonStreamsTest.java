package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.ebpf4j.BpfMap.Update;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// `--json` of commands that go on until a signal is one array, whenever they end.
@KernelTest
class JsonStreamsTest {
  @Test
  void runClosesItsArrayAtASignal() throws IOException {
    try (var session = Session.start("run", TestObjects.example("hello/hello.bpf.o"), "--json")) {
      session.await("hello: tracepoint");
      session.await("{\"trace\":\"Hello\"", () -> Session.shell("/bin/true"));
      session.signal("TERM");

      assertThat(session.finish()).isZero();
      assertThat((List<?>) JsonTree.read(session.out()))
          .isNotEmpty()
          .allMatch(line -> line instanceof Map<?, ?> fields && fields.containsKey("trace"));
    }
  }

  @Test
  void runWithoutAnythingToTellPrintsAnEmptyArray() {
    var hello = TestObjects.example("hello/hello.bpf.o");

    assertThat(Cli.run("run", hello, "--json", "--no-trace", "--duration", "0s").out())
        .isEqualTo("[]\n");
    assertThat(Cli.run("run", hello, "--jsonl", "--no-trace", "--duration", "0s").out()).isEmpty();
  }

  @Test
  void watchClosesItsArrayAtASignal() throws IOException {
    try (var kernel = LinuxKernel.open();
        var map = kernel.createMap(MapSpec.of("watched", MapType.ARRAY, 4, 4, 1));
        var session = Session.start("map", "watch", map.id(), "--every", "20ms", "--json")) {
      var value = new byte[4];
      session.await(
          "changed",
          () -> {
            value[0]++;
            map.update(new byte[4], value, Update.ANY);
          });
      session.signal("TERM");

      assertThat(session.finish()).isEqualTo(130);
      assertThat((List<?>) JsonTree.read(session.out())).isNotEmpty();
    }
  }

  @Test
  void topPrintsOneArrayHoweverOftenItLooks() {
    var run = Cli.run("top", "--json", "--all", "--every", "20ms", "--duration", "90ms");

    assertThat(run.status()).as(run.err()).isZero();
    assertThat(JsonTree.read(run.out())).isInstanceOf(List.class);
  }

  @Test
  void aFailureClosesWhatWasBegun() {
    var out = new StringWriter();
    try (var list = new JsonList(new PrintWriter(out, true), false)) {
      list.add("{}");
    }
    assertThat(out.toString()).isEqualTo("[{}]\n");
    try (var _ = new JsonList(new PrintWriter(out, true), false)) {
      assertThat(out.toString()).isEqualTo("[{}]\n");
    }
    assertThat(out.toString()).isEqualTo("[{}]\n");
  }
}
