package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.memory.MemoryObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Tasks and cgroups that programs look up by their ids.
class LookupsTest {
  private VirtualKernel kernel;
  private BpfObject object;

  @BeforeEach
  void load() {
    kernel = VirtualKernel.builder().task(7, 7, "shell", 0, 0).build();
    object = kernel.load(ObjectSpec.read("vm_finds.bpf.o", TestObjects.bytes("vm_finds")));
  }

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private int lookUp(int pid, long group, int level) {
    object.variable("pid").set(pid);
    object.variable("group").set(group);
    object.variable("level").set(level);
    return object.program("look_up").run(RunInput.none()).returnValue();
  }

  private long said(String variable) {
    return object.variable(variable).get();
  }

  private MemoryObject group(long id, int level) {
    var group = kernel.memory().allocate("cgroup").set("level", level);
    group.make("kn").set("id", id);
    group.set("ancestors[" + level + "]", group);
    return group;
  }

  @Test
  void aTaskIsTheOneThatRunsOrOneInMemory() {
    assertThat(lookUp(7, 0, 0)).isZero();
    assertThat(said("found_pid")).isEqualTo(7);
    assertThat(lookUp(42, 0, 0)).isEqualTo(1);

    var task = kernel.memory().allocate("task_struct").set("pid", 42);
    assertThat(lookUp(42, 0, 0)).isZero();
    assertThat(said("found_pid")).isEqualTo(42);
    assertThat(lookUp(0, 0, 0)).isEqualTo(1);
    assertThat(lookUp(-1, 0, 0)).isEqualTo(1);

    task.free();
    assertThat(lookUp(42, 0, 0)).isEqualTo(1);
  }

  @Test
  void aProcessThatIsOpenIsFound() {
    var task = kernel.memory().allocate("task_struct").set("pid", 9);
    try (var _ = kernel.handles().process(900, task.address())) {
      assertThat(lookUp(900, 0, 0)).isZero();
      assertThat(said("found_pid")).isEqualTo(9);
    }
    assertThat(lookUp(900, 0, 0)).isEqualTo(1);
  }

  @Test
  void aCgroupHasAncestors() {
    var root = group(1, 0);
    group(5, 1).set("ancestors[0]", root);

    lookUp(7, 5, 0);
    assertThat(said("found_group")).isEqualTo(5);
    assertThat(said("ancestor_group")).isEqualTo(1);
    lookUp(7, 5, 1);
    assertThat(said("ancestor_group")).isEqualTo(5);
    lookUp(7, 5, 2);
    assertThat(said("ancestor_group")).isEqualTo(-1);
    lookUp(7, 6, 0);
    assertThat(said("found_group")).isEqualTo(-1);
  }

  @Test
  void aTaskIsInACgroupAndInThoseAbove() {
    var root = group(1, 0);
    var own = group(5, 1).set("ancestors[0]", root);
    group(6, 1);
    var task = kernel.memory().allocate("task_struct").set("pid", 42);
    task.make("cgroups").set("dfl_cgrp", own);
    for (var group : new long[] {1, 5, 6}) {
      lookUp(42, group, 0);
      assertThat(said("under")).as("cgroup " + group).isEqualTo(group == 6 ? 0 : 1);
    }
    // Of the task that runs, the ids are known.
    lookUp(7, 1, 0);
    assertThat(said("under")).isEqualTo(1);
    lookUp(7, 5, 0);
    assertThat(said("under")).isZero();
  }
}
