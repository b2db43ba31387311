package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

@KernelTest
@RequiresKernel(value = "6.1", because = "iterators over some tasks")
class IteratorRunTest {
  private static final long PID = ProcessHandle.current().pid();

  private static Cli run(String... more) {
    var arguments = new ArrayList<String>();
    arguments.add("run");
    arguments.add(TestObjects.file("attach/iterators").toString());
    arguments.addAll(List.of("--attach", "tasks=iter:task,tid=" + PID));
    arguments.addAll(List.of(more));
    return Cli.run((Object[]) arguments.toArray(String[]::new));
  }

  @Test
  void whatAnIteratorWritesIsPrintedOnce() {
    var run = run();

    assertThat(run.err()).contains("attached to iter/task,tid=" + PID);
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo(PID + " " + PID + "\n");
  }

  @Test
  void itsLinesAreObjectsOfJson() {
    assertThat(run("--jsonl").out())
        .isEqualTo("{\"iterator\":\"tasks\",\"line\":\"" + PID + " " + PID + "\"}\n");
  }

  private static final String SEEN = "struct seen { u32 tid; u64 process; char mark[6]; }";

  private static Cli structs(Object... more) {
    var arguments = new ArrayList<Object>(List.of("run"));
    arguments.add(TestObjects.file("attach/iterator_structs"));
    arguments.addAll(List.of("--attach", "tasks=iter:task,tid=" + PID));
    arguments.addAll(List.of(more));
    return Cli.run(arguments.toArray());
  }

  @Test
  void structsThatItWritesAreColumns() {
    var run = structs("--event-layout", SEEN);

    assertThat(run.status()).isZero();
    assertThat(run.out()).matches("    TID +PROCESS MARK\n +%d +%d seen\n".formatted(PID, PID));
    assertThat(structs("--event-layout", "tasks=" + SEEN).out()).isEqualTo(run.out());
  }

  @Test
  void structsThatItWritesAreObjectsOfJson() {
    assertThat(structs("--event-layout", SEEN, "--jsonl").out())
        .isEqualTo(
            "{\"iterator\":\"tasks\",\"event\":{\"tid\":%d,\"process\":%d,\"mark\":\"seen\"}}\n"
                .formatted(PID, PID));
  }

  @Test
  void bytesWithoutAStructSayTheOption() {
    assertThat(structs().err())
        .contains("iterator 'tasks' does not write text; --event tasks=STRUCT or --event-layout");
    assertThat(structs("--help-object").out())
        .containsPattern("(?m)^  tasks +iterator: say --event tasks=STRUCT$");
    assertThat(structs("--event-layout", SEEN, "--help-object").out())
        .containsPattern("(?m)^  tasks +iterator, struct seen$");
  }

  @Test
  void anotherNameAndAStructOfAnotherSizeAreRefused() {
    assertThat(structs("--event", "task=seen").err())
        .contains("no ring or perf buffer or iterator of structs 'task'")
        .contains("tasks");
    assertThat(structs("--event-layout", "struct seen { u64 all[2]; }").err())
        .contains("iterator 'tasks': 8 bytes are left at the end; a struct seen has 16");
  }
}
