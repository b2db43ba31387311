package org.ebpf4j.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

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
    var arguments = new java.util.ArrayList<String>();
    arguments.add("run");
    arguments.add(TestObjects.file("attach/iterators").toString());
    arguments.addAll(java.util.List.of("--attach", "tasks=iter:task,tid=" + PID));
    arguments.addAll(java.util.List.of(more));
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
}
