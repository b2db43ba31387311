package org.ebpf4j.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.btf.BtfType.Parameter;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Opcode;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.object.Extern;
import org.ebpf4j.object.MapSpec;
import org.ebpf4j.object.MapType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.relocation.TargetTypes;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;

/// Objects that are fitted to kernels made by hand: what comes of them depends on nothing else.
final class FittedObjectTest {
  private final MadeFacts kernel = new MadeFacts();

  private static ObjectSpec spec(String name) {
    return ObjectSpec.read(name + ".bpf.o", TestObjects.bytes(name));
  }

  private FittedObject fit(ObjectSpec spec) {
    return FittedObject.of(spec, kernel, FitOptions.NONE);
  }

  private FittedProgram only(ObjectSpec spec) {
    var object = fit(spec);
    assertThat(object.failures()).isEmpty();
    assertThat(object.programs()).hasSize(1);
    return object.programs().getFirst();
  }

  private static List<String> notes(FittedProgram program) {
    return program.notes().stream().map(FittedProgram.Note::text).toList();
  }

  private static ObjectSpec asked(ObjectSpec spec, String... programs) {
    return spec.withEachProgram(p -> p.withAutoload(Set.of(programs).contains(p.name())));
  }

  // CO-RE.

  private void taskStruct(int tgid) {
    kernel.task(tgid);
  }

  @Test
  void fieldsStandWhereTheKernelHasThem() {
    taskStruct(2000);
    var program = only(spec("core_re_task"));
    assertThat(notes(program))
        .anyMatch(n -> n.contains("tgid") && n.endsWith("8 in the object, 2000 in the kernel"))
        .anyMatch(n -> n.contains("pid") && n.endsWith("12 in the object, 3000 in the kernel"));
    for (var note : program.notes()) {
      var value = note.text().replaceAll(".*, (\\d+) in the kernel", "$1");
      var slot = program.instructions().slot(note.slot());
      assertThat(
              Slot.imm(slot) == Integer.parseInt(value)
                  || Slot.offset(slot) == Integer.parseInt(value))
          .as(note.text())
          .isTrue();
    }
  }

  @Test
  void sameFactsGiveEqualInstructions() {
    taskStruct(2000);
    var spec = spec("core_re_task");
    var first = only(spec);
    assertThat(only(spec)).isEqualTo(first);
    assertThat(spec.program("core_re_task").instructions()).isNotEqualTo(first.instructions());
  }

  @Test
  void coreAdaptsToOtherTypesThatAreGiven() {
    taskStruct(2000);
    var other = new MadeFacts();
    other.task(200);
    var types =
        new TargetTypes() {
          @Override
          public Btf kernel() {
            return other.types();
          }

          @Override
          public List<Btf> modules() {
            return List.of();
          }
        };
    var object =
        FittedObject.of(
            spec("core_re_task"), kernel, new FitOptions("", Optional.of(types), Map.of()));
    assertThat(notes(object.programs().getFirst())).anyMatch(n -> n.contains("200 in the kernel"));
  }

  @Test
  void fieldThatTheKernelLacksIsToldByInstruction() {
    kernel.struct("task_struct", 4000, Map.of("pid", 3000));
    var program = only(spec("core_re_task"));
    assertThat(program.poisoned().values()).anyMatch(p -> p.contains("tgid"));
    program
        .poisoned()
        .keySet()
        .forEach(slot ->
            assertThat(Slot.opcode(program.instructions().slot(slot))).isEqualTo(Opcode.CALL));
  }

  // Externs.

  @Test
  void addressesOfSymbolsAreWrittenIn() {
    kernel.symbols.put("vfs_read", 0xffff_ffff_8123_4567L);
    var object = fit(spec("load_ksyms"));
    var program = object.programs().getFirst();
    var slots = program.instructions().toSlots();
    var found = false;
    for (int i = 0; i < slots.length - 1; i++) {
      found |=
          Slot.isWide(slots[i])
              && Slot.imm(slots[i]) == 0x8123_4567
              && Slot.imm(slots[i + 1]) == 0xffff_ffff;
    }
    assertThat(found).isTrue();
    var calls = new ArrayList<String>();
    for (var slot : slots) {
      if (Slot.opcode(slot) == Opcode.CALL) {
        object.missingFunction(Slot.imm(slot)).ifPresent(calls::add);
      }
    }
    assertThat(calls).containsExactly("ebpf4j_no_such_function");
  }

  @Test
  void symbolThatIsWantedFailsTheProgramOnly() {
    var object = fit(spec("load_ksyms"));
    assertThat(object.programs()).isEmpty();
    assertThat(object.failures()).containsOnlyKeys("look");
    assertThat(object.failures().get("look")).hasMessageContaining("vfs_read");
  }

  @Test
  void configurationFillsItsMap() {
    kernel.config = "CONFIG_BPF_SYSCALL=y\nCONFIG_EBPF4J_INT=42\n";
    kernel.missing.add(KernelFeature.ATTACH_COOKIE);
    var spec = spec("load_kconfig");
    var object =
        FittedObject.of(
            spec, kernel, new FitOptions("CONFIG_EBPF4J_INT=43", Optional.empty(), Map.of()));
    var image =
        ByteBuffer.wrap(object.config(spec.map(".kconfig").valueSize()))
            .order(ByteOrder.LITTLE_ENDIAN);
    assertThat(value(spec, "LINUX_KERNEL_VERSION", image)).isEqualTo(0x060102);
    assertThat(value(spec, "CONFIG_EBPF4J_INT", image)).as("what is given wins").isEqualTo(43);
    assertThat(byteOf(spec, "CONFIG_BPF_SYSCALL", image)).isEqualTo((byte) 1);
    assertThat(byteOf(spec, "LINUX_HAS_BPF_COOKIE", image)).isZero();
    assertThat(byteOf(spec, "LINUX_HAS_SYSCALL_WRAPPER", image)).isEqualTo((byte) 1);
    assertThat(object.programs().getFirst().configSlots()).isNotEmpty();
  }

  private static int offset(ObjectSpec spec, String name) {
    return spec.externs().stream()
        .filter(e -> e.name().equals(name))
        .map(e -> ((Extern.Config) e).offset())
        .findFirst()
        .orElseThrow();
  }

  private static int value(ObjectSpec spec, String name, ByteBuffer image) {
    return image.getInt(offset(spec, name));
  }

  private static byte byteOf(ObjectSpec spec, String name, ByteBuffer image) {
    return image.get(offset(spec, name));
  }

  @Test
  void missingConfigurationIsToldWithNearNames() {
    kernel.config = "CONFIG_BPF_SYSCALLS=y\n";
    var spec = spec("load_kconfig");
    var object = fit(spec);
    assertThatThrownBy(() -> object.config(spec.map(".kconfig").valueSize()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("CONFIG_BPF_SYSCALL")
        .hasMessageContaining("CONFIG_BPF_SYSCALLS");
  }

  @Test
  void functionsOfModulesAreCalledByThePlaceOfTheModule() {
    var task = kernel.struct("task_struct", 4000, Map.of("pid", 3000));
    var pointer = kernel.pointer(task);
    MadeFacts.function(kernel.kernel, "bpf_task_release", 0, new Parameter("task", pointer));
    var module = kernel.module();
    var function =
        MadeFacts.function(
            module, "bpf_task_from_pid", pointer, new Parameter("pid", kernel.number));
    kernel.add("tasks", module);
    var object = fit(spec("load_kfuncs"));
    assertThat(object.failures()).isEmpty();
    assertThat(object.modules()).containsExactly("tasks");
    var slots = object.programs().getFirst().instructions().toSlots();
    var places = new TreeMap<Integer, Integer>();
    for (int i = 0; i < slots.length; i++) {
      if (Slot.isWide(slots[i])) {
        i++;
      } else if (Slot.opcode(slots[i]) == Opcode.CALL
          && Slot.src(slots[i]) == Opcode.PSEUDO_KFUNC_CALL) {
        places.put(Slot.imm(slots[i]), (int) Slot.offset(slots[i]));
      }
    }
    assertThat(places).containsEntry(function, 1).hasSize(2).containsValue(0);
    assertThat(object.programs().getFirst().moduleSlots().values())
        .as("its address is asked for")
        .containsExactly("tasks");
  }

  // Targets.

  @Test
  void targetsAreFoundInTheTypesOfKernelAndModules() {
    var tracepoint = kernel.kernel.add(new BtfType.Typedef("btf_trace_task_rename", kernel.number));
    var test = kernel.function("bpf_fentry_test1", 0);
    var open = kernel.function("bpf_lsm_file_open", 0);
    var iter = kernel.function("bpf_iter_task", 0);
    kernel.struct("task_struct", 4000, Map.of("tgid", 2000));
    kernel.struct("file", 100, Map.of("f_flags", 40));
    kernel.struct("sk_buff", 100, Map.of("len", 40));
    kernel.struct("bpf_iter__task", 100, Map.of("task", 8));
    var module = kernel.module();
    var xmit = MadeFacts.function(module, "veth_xmit", 0);
    kernel.add("veth", module);
    var object =
        fit(
            asked(
                spec("code_targets"),
                "code_tracepoint",
                "code_fentry",
                "code_lsm",
                "code_iter",
                "code_module",
                "code_any_module",
                "code_wrong_module",
                "code_nowhere"));
    assertThat(target(object, "code_tracepoint"))
        .isEqualTo(new ProgramTarget.OfKernel(tracepoint, ""));
    assertThat(target(object, "code_fentry")).isEqualTo(new ProgramTarget.OfKernel(test, ""));
    assertThat(target(object, "code_lsm")).isEqualTo(new ProgramTarget.OfKernel(open, ""));
    assertThat(target(object, "code_iter")).isEqualTo(new ProgramTarget.OfKernel(iter, ""));
    assertThat(target(object, "code_module")).isEqualTo(new ProgramTarget.OfKernel(xmit, "veth"));
    assertThat(target(object, "code_any_module"))
        .isEqualTo(new ProgramTarget.OfKernel(xmit, "veth"));
    assertThat(target(object, "code_wrong_module")).isInstanceOf(ProgramTarget.Missing.class);
    assertThat(target(object, "code_nowhere"))
        .isInstanceOfSatisfying(
            ProgramTarget.Missing.class,
            missing -> assertThat(missing.reason()).hasMessageContaining("code_no_such_function"));
    assertThat(program(object, "code_lsm").attachType()).isEqualTo(AttachType.LSM_MAC.number());
  }

  private static FittedProgram program(FittedObject object, String name) {
    return object.programs().stream()
        .filter(p -> p.program().name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static ProgramTarget target(FittedObject object, String name) {
    return program(object, name).target();
  }

  @Test
  void functionOfAnotherProgramIsFoundInItsTypes() {
    var other = new MadeFacts();
    var function = other.function("bpf_fentry_test1", 0);
    var program =
        new TargetProgram() {
          @Override
          public String name() {
            return "other";
          }

          @Override
          public Btf types(String what) {
            return other.types();
          }
        };
    var object =
        FittedObject.of(
            asked(spec("code_targets"), "code_fentry"),
            kernel,
            new FitOptions("", Optional.empty(), Map.of("code_fentry", program)));
    assertThat(target(object, "code_fentry")).isEqualTo(new ProgramTarget.OfProgram(function));
  }

  // Structs of functions.

  @Test
  void structsOfFunctionsAreLaidOutAsTheKernelHasThem() {
    var prototype = kernel.kernel.add(new BtfType.Prototype(0, List.of()));
    var pointer = kernel.pointer(prototype);
    var character = kernel.kernel.add(new BtfType.Int("char", 1, 1, 0, 8));
    var name = kernel.kernel.add(new BtfType.Array(character, kernel.number, 16));
    var ops =
        kernel.kernel.add(
            new BtfType.Struct(
                "tcp_congestion_ops",
                64,
                false,
                List.of(
                    new Member("undo_cwnd", pointer, 0, 0),
                    new Member("ssthresh", pointer, 64, 0),
                    new Member("cong_avoid", pointer, 128, 0),
                    new Member("name", name, 256, 0))));
    kernel.kernel.add(
        new BtfType.Struct(
            "bpf_struct_ops_tcp_congestion_ops",
            128,
            false,
            List.of(new Member("common", kernel.number, 0, 0), new Member("data", ops, 512, 0))));
    var object = fit(spec("load_struct_ops"));
    var layout = Objects.requireNonNull(object.structOps().get("at_once")).layout();
    assertThat(layout.valueSize()).isEqualTo(128);
    assertThat(layout.members())
        .containsExactlyInAnyOrder(
            new KernelStructOps.Member("undo_cwnd", 0, 64),
            new KernelStructOps.Member("ssthresh", 1, 72),
            new KernelStructOps.Member("cong_avoid", 2, 80));
    assertThat(target(object, "cong_avoid")).isEqualTo(new ProgramTarget.Member(ops, "", 2));
    assertThat(program(object, "cong_avoid").attachType()).isEqualTo(2);
    assertThat(object.spec().program("undo_asked").autoload()).isFalse();
  }

  @Test
  void structOfFunctionsThatTheKernelLacksFailsTheObject() {
    assertThatThrownBy(() -> fit(spec("load_struct_ops")))
        .isInstanceOf(BpfException.class)
        .hasMessageContaining("calls no programs through struct tcp_congestion_ops");
  }

  // Features.

  @Test
  void olderKernelGetsOlderHelpers() {
    var program =
        ProgramSpec.of(
            "old",
            ProgramType.KPROBE,
            Instructions.of(
                Slot.of(Opcode.CALL, 0, 0, 0, 113),
                Slot.of(Opcode.CALL, 0, 0, 0, 114),
                Slot.of(Opcode.CALL, 0, 0, 0, 6)));
    var spec =
        new ObjectSpec(
            "old",
            ByteOrder.LITTLE_ENDIAN,
            "GPL",
            0,
            List.of(),
            List.of(program),
            Optional.empty(),
            List.of(),
            List.of());
    assertThat(only(spec).instructions()).isEqualTo(program.instructions());
    kernel.missing.add(KernelFeature.PROBE_READ_KERNEL);
    var slots = only(spec).instructions().toSlots();
    assertThat(Arrays.stream(slots).mapToInt(Slot::imm)).containsExactly(4, 45, 6);
  }

  @Test
  void kernelWithoutVariablesDoesWithoutTheirMaps() {
    taskStruct(2000);
    kernel.missing.add(KernelFeature.GLOBAL_DATA);
    var spec = spec("core_re_task");
    var program = only(spec);
    assertThat(program.poisoned().values()).allMatch(p -> p.endsWith("is not created"));
    assertThat(spec.maps()).noneMatch(map -> MapFitting.isCreated(map, kernel));
  }

  @Test
  void mapsAreAskedForAsTheMachineWantsThem() {
    var ring = MapSpec.of("ring", MapType.RINGBUF, 0, 0, 5000);
    assertThat(MapFitting.entries(ring, kernel)).isEqualTo(8192);
    var events = MapSpec.of("events", MapType.PERF_EVENT_ARRAY, 4, 4, 0);
    assertThat(MapFitting.entries(events, kernel)).isEqualTo(4);
    var existing = new MapCompatibility.Existing(7, MapType.RINGBUF.number(), 0, 0, 8192, 0, 0);
    MapCompatibility.check(ring, existing, "the map pinned at /x", kernel);
    var smaller = new MapCompatibility.Existing(7, MapType.RINGBUF.number(), 0, 0, 4096, 0, 0);
    assertThatThrownBy(() -> MapCompatibility.check(ring, smaller, "the map pinned at /x", kernel))
        .isInstanceOf(BpfException.class)
        .hasMessageStartingWith(
            "map 'ring': the map pinned at /x (id 7) is another: entries 4096, where the object wants 8192");
  }

  @Test
  void kernelBeforeTheTagGetsTheTypeOfTheContext() {
    kernel.missing.add(KernelFeature.CONTEXT_TAG);
    var spec = spec("code_context");
    var object = fit(spec);
    assertThat(object.spec().types().orElseThrow().typeCount())
        .isGreaterThan(spec.types().orElseThrow().typeCount());
    kernel.missing.clear();
    assertThat(fit(spec).spec().types()).isEqualTo(spec.types());
  }

  @Test
  void eachJumpTableIsOneMap() {
    var object = fit(spec("code_jump"));
    var tables = program(object, "code_jump").tables();
    assertThat(tables).extracting(t -> t.targets().size()).containsExactlyInAnyOrder(2, 4);
    assertThat(tables).allSatisfy(t -> assertThat(t.slots()).isNotEmpty());
  }

  /// Each costs a kernel the load of a program, and whoever starts a moment.
  @Test
  void asksForNoFeatureThatDoesNotMatter() {
    var hello = ObjectSpec.read(TestObjects.example("hello/hello.bpf.o"));
    assertThat(FittedObject.of(hello, kernel, FitOptions.NONE).programs()).hasSize(1);
    assertThat(kernel.asked).isEmpty();
  }
}
