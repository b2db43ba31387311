package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.BpfObject;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Ksyscall;
import org.ebpf4j.attach.Tracepoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.memory.Context;
import org.ebpf4j.vm.memory.VirtualMemory;
import org.ebpf4j.vm.step.ExecutedInstruction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Objects of the kernel, memory of processes, and contexts that lead to them.
class VirtualMemoryTest {
  private final VirtualKernel kernel =
      VirtualKernel.builder()
          .unverified()
          .task(42, 40, "worker", 1000, 100)
          .symbols(Map.of("do_unlinkat", 0xffffffff81000000L))
          .build();
  private final BpfObject object =
      kernel.load(ObjectSpec.read("vm_memory.bpf.o", TestObjects.bytes("vm_memory")));
  private final VirtualMemory memory = kernel.memory();

  @AfterEach
  void close() {
    object.close();
    kernel.close();
  }

  private long number(String name) {
    return object.variable(name).get();
  }

  private String text(String name) {
    return object.variable(name).memory().getString(0);
  }

  private VirtualProgram program(String name) {
    return (VirtualProgram) object.program(name);
  }

  @Test
  void programsFollowPointersOfTheCurrentTask() {
    var task = memory.allocate("task_struct").set("pid", 7).set("comm", "shell");
    task.make("real_parent").set("pid", 5).make("real_parent").set("pid", 3);
    task.make("cred").set("uid.val", 1001);
    task.make("mm").make("exe_file").make("f_dentry").set("d_name.name", "/bin/sh");
    kernel.task(VirtualTask.of(task));
    program("chain").run(RunInput.none());
    assertThat(number("number")).isEqualTo(3);
    assertThat(number("result")).isEqualTo(1001);
    assertThat(text("name")).isEqualTo("/bin/sh");
    assertThat(number("status")).isEqualTo(8);
    assertThat(text("text")).isEqualTo("shell");
    assertThat(task.text("mm.exe_file.f_dentry->d_name.name")).isEqualTo("/bin/sh");
    assertThat(task.number("real_parent.real_parent.pid")).isEqualTo(3);
  }

  @Test
  void aTaskWithoutAnObjectHasOneThatIsMade() {
    program("chain").run(RunInput.none());
    // It is a child of init, which is its own parent.
    assertThat(number("number")).isEqualTo(1);
    assertThat(number("result")).isEqualTo(1000);
    assertThat(text("text")).isEqualTo("worker");
    // No executable: the first null pointer ends the chain.
    assertThat(number("status")).isEqualTo(-Errno.EFAULT);
  }

  @Test
  void aMemberLeadsToWhatItIsIn() {
    var parent = memory.allocate("task_struct");
    var child =
        memory.allocate("task_struct").set("pid", 9).set("times", new byte[24]).set("times[2]", -2);
    parent.set("children.next", child.member("sibling"));
    program("first_child").run(Context.arguments("task").set("task", parent));
    assertThat(number("number")).isEqualTo(9);
    assertThat(number("result")).isEqualTo(-2);
    program("first_child").run(Context.arguments().set(0, parent));
    assertThat(program("first_child").statistics().runs()).isEqualTo(2);
  }

  @Test
  void anObjectThatIsFreedIsAFault() {
    var parent = memory.allocate("task_struct");
    var child = memory.allocate("task_struct");
    parent.set("children.next", child.member("sibling"));
    child.free();
    child.free();
    assertThat(child.isLive()).isFalse();
    assertThatThrownBy(() -> program("first_child").run(Context.arguments().set(0, parent)))
        .isInstanceOf(ProgramFaultException.class)
        .hasMessageContaining("memory that is gone")
        .hasMessageContaining("number = child->pid;");
    assertThatThrownBy(() -> child.set("pid", 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the object 'struct task_struct' is freed");
    assertThatThrownBy(() -> parent.set("real_parent", child))
        .isInstanceOf(IllegalStateException.class);
    var task = memory.allocate("task_struct").set("pid", 2);
    task.make("real_parent").set("real_parent", parent);
    parent.free();
    kernel.task(VirtualTask.of(task));
    program("chain").run(RunInput.none());
    assertThat(number("number")).isZero();
  }

  @Test
  void partsAreWrittenAndReadByTheirTypes() {
    var file = memory.allocate("struct file").set("f_flags", 9).set("f_mode", 0xabc);
    assertThat(file.number("f_flags")).isEqualTo(9);
    assertThat(file.number("f_mode")).isEqualTo(0xabc);
    assertThat(file.type()).isEqualTo("struct file");
    assertThatThrownBy(() -> file.set("f_flags", 16))
        .hasMessage("'f_flags' has 4 bits, too few for 16");
    var task = memory.allocate("task_struct").set("pid", -1);
    assertThat(task.number("pid")).isEqualTo(-1);
    assertThat(task.bytes("pid")).containsOnly(0xff);
    assertThat(task.size()).isEqualTo(task.bytes("").length);
    assertThat(task.text("cred")).isEqualTo("0x0");
    assertThat(memory.read(task.member("comm").address(), 2)).containsExactly(0, 0);
    assertThat(task.set("comm", "fifteen letters").text("comm")).isEqualTo("fifteen letters");
    assertThatThrownBy(() -> task.set("comm", "sixteen letters."))
        .hasMessage("'comm' has 16 bytes, too few for text of 16 and its end");
    assertThatThrownBy(() -> task.set("mm.exe_file", 1))
        .hasMessage(
            "'mm' of the object 'struct task_struct' is a null pointer\n  try: make(\"mm\") before");
    var dentry = memory.allocate("dentry").set("d_name", "{ .len = 4 }");
    assertThat(dentry.number("d_name.len")).isEqualTo(4);
    var several = memory.allocate("task_struct", 3);
    assertThat(several.get(2).address() - several.get(0).address()).isEqualTo(2L * task.size());
    assertThat(several.get(1).set("pid", 6).number("pid")).isEqualTo(6);
    assertThat(several.get(0).number("pid")).isZero();
  }

  @Test
  void namesThatAreNotThereAreSaidWithNearOnes() {
    var task = memory.allocate("task_struct");
    assertThatThrownBy(() -> task.set("pdi", 1))
        .isInstanceOfSatisfying(
            NotFoundException.class, e -> assertThat(e.nearest()).startsWith("pid"));
    assertThatThrownBy(() -> memory.allocate("task_strukt"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("near it: task_struct");
    assertThatThrownBy(
            () -> program("opens").run(Context.of("trace_event_raw_sys_enter").set("ids", 1)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no member 'ids'; near it: ");
    assertThatThrownBy(() -> program("unlinks").run(Context.arguments().set("dfd", 1)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("no argument 'dfd'");
    assertThatThrownBy(() -> program("opens").run(Context.arguments()))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("try: Context.of(…)");
  }

  @Test
  void memoryOfAProcessIsReadByItsOwnFunctionsAlone() {
    var path = memory.userText("/etc/passwd");
    try (var link = object.program("opens").attach()) {
      assertThat(link.isAttached()).isTrue();
      kernel.fire(
          new Tracepoint("syscalls", "sys_enter_openat"),
          Context.of("trace_event_raw_sys_enter").set("id", 257).set("args[1]", path));
    }
    assertThat(number("number")).isEqualTo(257);
    assertThat(text("name")).isEqualTo("/etc/passwd");
    assertThat(number("status")).isEqualTo(12);
    assertThat(number("result")).isEqualTo(-Errno.EFAULT);
    program("opens")
        .run(Context.of("trace_event_raw_sys_enter").set("args[1]", memory.text("kernel")));
    assertThat(number("status")).isEqualTo(-Errno.EFAULT);
    assertThat(text("text")).isEqualTo("kernel");
    assertThat(path.text("")).isEqualTo("/etc/passwd");
  }

  @Test
  void aLinkHasACookie() {
    var point = new Tracepoint("syscalls", "sys_enter_openat", 77);
    try (var link = object.program("opens").attach(point)) {
      assertThat(link.isAttached()).isTrue();
      kernel.fire(point, Context.of("trace_event_raw_sys_enter"));
      assertThat(number("cookie")).isEqualTo(77);
    }
  }

  @Test
  void aFieldOfATracepointMayBeBehindItsStruct() {
    program("execs")
        .run(
            Context.of("trace_event_raw_sched_process_exec")
                .set("filename", "/usr/bin/env")
                .set("old_pid", 8));
    assertThat(number("number")).isEqualTo(8);
    assertThat(text("name")).isEqualTo("/usr/bin/env");
    assertThat(number("status")).isEqualTo(13);
  }

  @Test
  void argumentsAreInRegisters() {
    var dentry = memory.allocate("dentry").set("d_name.name", "old");
    try (var enter = object.program("unlinks").attach();
        var leave = object.program("unlinked").attach()) {
      assertThat(List.of(enter, leave)).allMatch(link -> link.isAttached());
      kernel.fire(new Kprobe("do_unlinkat"), Context.arguments().set(0, -100).set(1, dentry));
      assertThat((int) number("number")).isEqualTo(-100);
      assertThat(text("name")).isEqualTo("old");
      assertThat(number("result")).isEqualTo(0xffffffff81000000L);
      kernel.fire(new Kretprobe("do_unlinkat"), Context.arguments().returned(-2));
      assertThat(number("result")).isEqualTo(-2);
    }
  }

  @Test
  void systemCallsHaveTheirRegistersBehindAPointer() {
    try (var link = object.program("calls").attach()) {
      assertThat(link.isAttached()).isTrue();
      kernel.fire(
          new Ksyscall("unlinkat", false, 0), Context.arguments().set(1, memory.userText("x.txt")));
      assertThat(text("name")).isEqualTo("x.txt");
    }
  }

  @Test
  void theEndOfAFunctionHasItsArgumentsAndWhatItReturned() {
    try (var link = object.program("removed").attach()) {
      assertThat(link.isAttached()).isTrue();
      var dentry = memory.allocate("dentry").set("d_name.len", 5);
      kernel.fire(
          new Fexit("", "vfs_unlink", 0),
          Context.arguments("idmap", "dir", "dentry", "delegated")
              .set("dentry", dentry)
              .returned(-13));
      assertThat(number("number")).isEqualTo(5);
      assertThat(number("result")).isEqualTo(-13);
      assertThat((int) number("status")).isEqualTo(-13);
      assertThat(number("cookie")).isEqualTo(4);
    }
  }

  @Test
  void anIteratorGoesOverTheObjectsThatItIsGiven() {
    var objects = new ArrayList<Context>();
    for (var name : List.of("init", "bash", "java")) {
      objects.add(
          Context.of("bpf_iter__task")
              .set("task", memory.allocate("task_struct").set("comm", name)));
    }
    kernel.iterator("task", objects);
    try (var link = object.program("tasks").attach(new KernelIterator("task"))) {
      assertThat(link.lines()).containsExactly("init", "bash", "java", "3 tasks");
      assertThat(link.lines()).hasSize(4);
    }
    assertThat(program("tasks").run(objects.get(1)).dataOut()).asString().isEqualTo("bash\n");
  }

  @Test
  void aContextIsWrittenWhereTheKernelLetsPrograms() {
    var result = program("answers").run(Context.of("request").set("count", 4).set("path", "-tmp"));
    assertThat(result.contextOut()).startsWith(8, 0, 0, 0, '/', 't', 'm', 'p');
    assertThatThrownBy(
            () -> program("answers").run(Context.of("request").set("path", "too long a path")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFaultSaysTheLineOfCOfTheFunctionThatItIsIn() {
    var task = memory.allocate("task_struct");
    task.make("real_parent").free();
    var fault =
        catchThrowableOfType(
            ProgramFaultException.class,
            () -> program("wrong").run(Context.arguments().set(0, task)));
    assertThat(fault.line().orElseThrow().text().strip())
        .isEqualTo("return task->real_parent->pid; /* through a null pointer */");
    assertThat(fault).hasMessageContaining("vm_memory.bpf.c");
    assertThat(fault.registers()[fault.register().orElseThrow()]).isNotZero();
  }

  @Test
  void aFaultSaysTheLineOfCOfTheProgramThatATailCallWentTo() {
    object.map("next").programs().set(0, object.program("second"));
    var fault =
        catchThrowableOfType(
            ProgramFaultException.class, () -> program("first").run(Context.arguments().set(0, 5)));
    assertThat(fault.program()).isEqualTo("second");
    assertThat(fault.line().orElseThrow().text())
        .contains("number = *(int *)ctx->args[0]; /* what the first argument points to */");
  }

  @Test
  void eachInstructionIsTold() {
    var steps = new ArrayList<ExecutedInstruction>();
    try (var _ = kernel.onStep(steps::add)) {
      program("answers").run(Context.of("request").set("count", 4));
    }
    var told = steps.size();
    program("answers").run(Context.of("request").set("count", 4));
    assertThat(steps).hasSize(told);
    assertThat(steps.getFirst().slot()).isZero();
    assertThat(steps.getLast().instruction()).isEqualTo("(95) exit");
    var first = steps.stream().filter(step -> step.line().isPresent()).findFirst().orElseThrow();
    assertThat(first.toString()).startsWith("answers 0: (").contains("  ; vm_memory.bpf.c:");
    assertThat(first.toJson())
        .startsWith("{\"program\":\"answers\",\"slot\":0,\"instruction\":\"(")
        .contains("\"registers\":[\"0x0\",\"0x")
        .contains("\"source\":\"number = request->count;\"")
        .endsWith("}");
  }
}
