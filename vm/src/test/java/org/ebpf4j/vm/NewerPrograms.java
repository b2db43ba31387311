package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;

/// What programs return that use kfuncs, objects of their own and arenas: the same on every kernel.
final class NewerPrograms {
  private static final byte[] PACKET = new byte[64];

  static {
    PACKET[14] = 0x12;
    PACKET[17] = 0x34;
  }

  static ObjectSpec spec(String name) {
    return ObjectSpec.read(TestObjects.file(name));
  }

  static int run(BpfObject object, String program) {
    var loaded = object.program(program);
    var type = loaded.spec().orElseThrow().type().orElseThrow();
    return loaded
        .run(type == ProgramType.SYSCALL ? RunInput.none() : RunInput.packet(PACKET))
        .returnValue();
  }

  static void kfuncs(Kernel kernel) {
    try (var object = kernel.load(spec("vm_kfuncs"))) {
      assertThat(run(object, "numbers")).isEqualTo(5050);
      assertThat(run(object, "no_numbers")).isEqualTo(-22);
      assertThat(run(object, "bits")).isEqualTo(2 + 63 + 64);
      assertThat(run(object, "memory_dynptr")).isEqualTo(104);
      assertThat(run(object, "ring_dynptr")).isZero();
      assertThat(run(object, "sections")).isEqualTo(3);
      assertThat(run(object, "optional")).isEqualTo(9);
      assertThat(run(object, "text")).isIn(1111, 1611);
      var result = object.program("packet_slice").run(RunInput.packet(PACKET));
      assertThat(result.returnValue()).isEqualTo(0x1234);
      assertThat(result.dataOut()[0]).isEqualTo((byte) 0xaa);
    }
  }

  static void objects(Kernel kernel) {
    try (var object = kernel.load(spec("vm_objects"))) {
      assertThat(run(object, "in_list")).isEqualTo(3219);
      assertThat(run(object, "in_tree")).isEqualTo(12349);
      assertThat(run(object, "in_map")).isZero();
      assertThat(run(object, "in_map")).isEqualTo(6);
      // What is written over a value frees what a program had put there.
      var slots = object.map("slots");
      slots.update(new byte[4], new byte[slots.valueSize()]);
      assertThat(run(object, "in_map")).isZero();
      assertThat(run(object, "in_map")).isEqualTo(6);
      assertThat(run(object, "counted")).isEqualTo(55);
    }
  }

  static void arena(Kernel kernel) {
    try (var object = kernel.load(spec("vm_arena"))) {
      assertThat(object.variable("shared").get()).isEqualTo(40);
      assertThat(run(object, "build")).isEqualTo(40);
      assertThat(object.variable("shared").get()).isEqualTo(41);
      assertThat(run(object, "sum")).isEqualTo(45 + 41);
      object.variable("shared").set(100);
      assertThat(run(object, "sum")).isEqualTo(145);
      assertThat(run(object, "beyond")).isZero();
      var head = object.variable("head").get();
      var memory = object.map("arena").memory();
      assertThat(run(object, "all_pages")).isEqualTo(98);
      // The last node is the tenth in its page. Reading pages brings them on Linux.
      assertThat(head & 0xfff).isEqualTo(9 * 16);
      assertThat(
              IntStream.range(0, 100)
                  .map(page -> memory.get(ValueLayout.JAVA_INT, page * 4096L + 9 * 16 + 8)))
          .contains(9);
    }
  }

  private NewerPrograms() {}
}
