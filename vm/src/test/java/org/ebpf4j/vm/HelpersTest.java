package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.LoadOptions;
import org.ebpf4j.RawMap;
import org.ebpf4j.RunInput;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.insn.Instruction;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Register;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectBuilder;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.vm.call.RecordedCall;
import org.junit.jupiter.api.Test;

/// The functions that programs call: which there are, and what those say that a test can set.
class HelpersTest {
  private static final int PROGRAMS = 1199;

  private final VirtualKernel kernel =
      VirtualKernel.builder().unverified().task(42, 40, "x", 1, 2).build();

  /// How many programs call each function.
  private static Map<String, Integer> used() throws IOException {
    var used = new LinkedHashMap<String, Integer>();
    try (var table = HelpersTest.class.getResourceAsStream("helpers.tsv")) {
      var text = new String(table.readAllBytes(), StandardCharsets.UTF_8);
      text.lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t"))
          .forEach(columns -> used.put(columns[0], Integer.valueOf(columns[1])));
    }
    return used;
  }

  @Test
  void realProgramsFindTheirFunctions() throws IOException {
    var missing = used();
    assertThat(missing).hasSize(89);
    missing.keySet().removeIf(name -> kernel.helper(name).isPresent());
    // No more programs can be without one of their functions than call one that is missing.
    var most = missing.values().stream().mapToInt(Integer::intValue).sum();
    assertThat(most).as("missing: %s", missing).isLessThan(PROGRAMS * 3 / 100);
  }

  private static Instruction call(String name) {
    return new Instruction.Call.Helper(HelperFunction.id(name).orElseThrow());
  }

  private static Instruction set(Register register, long value) {
    return new Instruction.LoadImmediate64(register, value);
  }

  /// What a function returns that is called with these arguments.
  private long result(String function, long... arguments) {
    return result(ObjectSpec.builder("calls"), LoadOptions.DEFAULT, List.of(), function, arguments);
  }

  /// The same, with a map as one of them.
  private long resultOn(
      RawMap map, MapSpec spec, int position, String function, long... arguments) {
    return result(
        ObjectSpec.builder("calls").map(spec),
        LoadOptions.DEFAULT.withMap(map.name(), map),
        List.of(new MapReference(2 * position, map.name(), false, 0)),
        function,
        arguments);
  }

  private long result(
      ObjectBuilder builder,
      LoadOptions options,
      List<MapReference> references,
      String function,
      long... arguments) {
    var registers = List.of(Register.R1, Register.R2, Register.R3, Register.R4, Register.R5);
    var all = new ArrayList<Instruction>();
    for (int i = 0; i < arguments.length; i++) {
      all.add(set(registers.get(i), arguments[i]));
    }
    all.add(call(function));
    all.add(new Instruction.Exit());
    var program =
        ProgramSpec.builder("calls", Instructions.assemble(all.toArray(Instruction[]::new)))
            .ofSection("raw_tp/x")
            .mapReferences(references)
            .build();
    try (var loaded = kernel.load(builder.license("GPL").program(program).build(), options)) {
      return loaded.program("calls").run(RunInput.context(new byte[8])).returnValue();
    }
  }

  @Test
  void aFunctionThatIsNotThereIsNamedWithWhatToDo() {
    assertThatThrownBy(() -> result("bpf_sys_close", 1))
        .isInstanceOf(UnsupportedFeatureException.class)
        .hasMessageContaining("program 'calls': instruction 2 calls bpf_sys_close")
        .hasMessageContaining("\n  try: kernel.helper(\"bpf_sys_close\", call -> …)");
    kernel.helper("bpf_sys_close", call -> call.argument(0) + 1);
    assertThat(result("bpf_sys_close", 7)).isEqualTo(8);
  }

  @Test
  void aTestMayPutItsOwnFunctionInThePlaceOfOne() {
    assertThat(result("bpf_fib_lookup", 0, 0, 64, 0)).isEqualTo(-Errno.ENODEV);
    assertThat(result("bpf_fib_lookup", 0, 0, 60, 0)).isEqualTo(-Errno.EINVAL);
    kernel.helper("bpf_fib_lookup", call -> call.cpu() >= 0 && call.nanos() != 0 ? 4 : 0);
    assertThat(result("bpf_fib_lookup", 0, 0, 64, 0)).isEqualTo(4);
    kernel.helper(
        "bpf_fib_lookup",
        call -> {
          throw call.fault(call.argument(1), "no route");
        });
    assertThatThrownBy(() -> result("bpf_fib_lookup", 0, 0, 64, 0))
        .isInstanceOf(ProgramFaultException.class)
        .hasMessageContaining("no route");
  }

  @Test
  void aTestSaysWhichCgroupsTheTaskIsIn() {
    kernel.task(VirtualTask.of(1, 1, "x").withCgroups(1L, 50L, 77L));
    assertThat(result("bpf_get_current_cgroup_id")).isEqualTo(77);
    assertThat(result("bpf_get_current_ancestor_cgroup_id", 1)).isEqualTo(50);
    assertThat(result("bpf_get_current_ancestor_cgroup_id", 3)).isZero();
    assertThat(result("bpf_get_current_ancestor_cgroup_id", -1)).isZero();
  }

  @Test
  void aTestSaysTheStacksOfTheTask() {
    var buffer = kernel.memory().bytes(new byte[32]);
    assertThat(result("bpf_get_stack", 0, buffer.address(), 32, 0)).isEqualTo(-Errno.EFAULT);
    kernel.task(VirtualTask.of(1, 1, "x").withStacks(List.of(10L, 20L, 30L), List.of(5L)));
    assertThat(result("bpf_get_stack", 0, buffer.address(), 32, 1)).isEqualTo(16);
    assertThat(buffer.bytes("")).startsWith(20, 0, 0, 0, 0, 0, 0, 0, 30);
    assertThat(result("bpf_get_stack", 0, buffer.address(), 8, 0)).isEqualTo(8);
    assertThat(result("bpf_get_task_stack", 0, buffer.address(), 32, 256)).isEqualTo(8);
    assertThat(buffer.bytes("")[0]).isEqualTo((byte) 5);
    assertThat(result("bpf_get_stack", 0, buffer.address(), 32, 256 | 2048)).isEqualTo(32);
    assertThat(buffer.bytes("")[0]).isEqualTo((byte) 2);
    assertThat(buffer.bytes("")[24]).isEqualTo((byte) 5);
    assertThat(result("bpf_get_stack", 0, buffer.address(), 31, 0)).isEqualTo(-Errno.EINVAL);
    assertThat(result("bpf_get_stack", 0, buffer.address(), 32, 3)).isEqualTo(-Errno.EFAULT);
  }

  @Test
  void stacksGoIntoAMap() {
    var spec = MapSpec.of("stacks", MapType.STACK_TRACE, 4, 24, 100);
    try (var map = kernel.createMap(spec)) {
      assertThat(stackId(map, spec, 0)).isEqualTo(-Errno.EFAULT);
      kernel.task(VirtualTask.of(1, 1, "x").withStacks(List.of(10L, 20L), List.of(5L)));
      var id = stackId(map, spec, 0);
      assertThat(id).isBetween(0L, 127L);
      assertThat(stackId(map, spec, 0)).isEqualTo(id);
      assertThat(stackId(map, spec, 256)).isNotEqualTo(id).isNotNegative();
      assertThat(stackId(map, spec, 2)).isEqualTo(-Errno.EFAULT);
      assertThat(stackId(map, spec, 2048)).isEqualTo(-Errno.EINVAL);
      var frames = map.lookup(new byte[] {(byte) id, 0, 0, 0}).orElseThrow();
      assertThat(frames).hasSize(24).startsWith(10, 0, 0, 0, 0, 0, 0, 0, 20);
    }
  }

  private long stackId(RawMap map, MapSpec spec, long flags) {
    return resultOn(map, spec, 1, "bpf_get_stackid", 0, 0, flags);
  }

  @Test
  void aTaskIsInItsCgroupsAndInThoseAboveThem() {
    var spec = MapSpec.of("cgroups", MapType.CGROUP_ARRAY, 4, 4, 2);
    try (var map = kernel.createMap(spec);
        var root = kernel.handles().cgroup(Path.of("/"));
        var cgroup = kernel.handles().cgroup(Path.of("/a"))) {
      assertThat(root.id()).isEqualTo(1);
      map.update(new byte[4], new byte[] {(byte) cgroup.number(), 0, 0, 0});
      assertThat(resultOn(map, spec, 0, "bpf_current_task_under_cgroup", 0, 0)).isZero();
      kernel.task(VirtualTask.of(1, 1, "x").withCgroups(1L, (long) cgroup.id(), 900L));
      assertThat(resultOn(map, spec, 0, "bpf_current_task_under_cgroup", 0, 0)).isEqualTo(1);
      assertThat(resultOn(map, spec, 0, "bpf_current_task_under_cgroup", 0, 1))
          .isEqualTo(-Errno.EAGAIN);
      assertThat(resultOn(map, spec, 0, "bpf_current_task_under_cgroup", 0, 2))
          .isEqualTo(-Errno.E2BIG);
    }
  }

  @Test
  void whatIsAskedOfTheKernelIsKept() {
    result("bpf_send_signal", 9);
    assertThat(result("bpf_send_signal_thread", 65)).isEqualTo(-Errno.EINVAL);
    result("bpf_override_return", 0, -13);
    assertThat(kernel.recordedCalls())
        .containsExactly(
            new RecordedCall("calls", "bpf_send_signal", List.of(9L)),
            new RecordedCall("calls", "bpf_override_return", List.of(-13L)));
    assertThat(kernel.recordedCalls()).isEmpty();
  }

  @Test
  void memoryOfAProcessIsWritten() {
    var target = kernel.memory().userBytes(new byte[8]);
    var source = kernel.memory().bytes(new byte[] {1, 2, 3});
    assertThat(result("bpf_probe_write_user", target.address() + 2, source.address(), 3)).isZero();
    assertThat(target.bytes("")).containsExactly(0, 0, 1, 2, 3, 0, 0, 0);
    assertThat(result("bpf_probe_write_user", target.address() + 6, source.address(), 3))
        .isEqualTo(-Errno.EFAULT);
    assertThat(result("bpf_probe_write_user", source.address(), source.address(), 3))
        .isEqualTo(-Errno.EPERM);
    assertThat(result("bpf_copy_from_user", source.address(), 2, target.address() + 3)).isZero();
    assertThat(source.bytes("")).containsExactly(2, 3, 3);
    assertThatThrownBy(() -> result("bpf_copy_from_user", target.address(), 2, target.address()))
        .isInstanceOf(ProgramFaultException.class)
        .hasMessageContaining("is memory of a process");
  }

  @Test
  void idsInANamespaceAreThoseOfTheTask() {
    var to = kernel.memory().bytes(new byte[8]);
    assertThat(result("bpf_get_ns_current_pid_tgid", 1, 2, to.address(), 8)).isZero();
    assertThat(Arrays.copyOf(to.bytes(""), 5)).containsExactly(42, 0, 0, 0, 40);
    assertThat(result("bpf_get_ns_current_pid_tgid", 1, 2, to.address(), 7))
        .isEqualTo(-Errno.EINVAL);
  }
}
