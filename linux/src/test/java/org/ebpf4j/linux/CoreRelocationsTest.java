package org.ebpf4j.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ebpf4j.linux.Runs.number;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.BtfType.Member;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;

/// What CO-RE relocations come to when the programs run, held against what the kernel's types say.
/// The programs' own types are laid out unlike the kernel's.
@KernelTest
class CoreRelocationsTest {
  private final LinuxKernel kernel = LinuxKernel.open();
  private final Btf types;

  CoreRelocationsTest() throws IOException {
    types = Btf.read("vmlinux", Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
  }

  private LinuxObject load(String program) {
    return kernel.load(Runs.only(Runs.spec("core_re_kinds"), program));
  }

  private LinuxObject run(String program) {
    var object = load(program);
    try {
      Runs.run(object, program);
      return object;
    } catch (RuntimeException | Error e) {
      object.close();
      throw e;
    }
  }

  // What the kernel's types say.

  private int struct(String name) {
    for (var id : types.ids(name)) {
      if (types.type(id) instanceof BtfType.Struct) {
        return id;
      }
    }
    throw new AssertionError("no struct " + name);
  }

  /// A field, also one of an anonymous member; its place is that in the outermost struct.
  private Member field(String struct, String name) {
    var found = field(struct(struct), name, 0);
    assertThat(found).as(struct + "." + name).isNotNull();
    return java.util.Objects.requireNonNull(found);
  }

  private @org.jspecify.annotations.Nullable Member field(int struct, String name, long base) {
    if (!(types.type(types.resolve(struct)) instanceof BtfType.Struct type)) {
      return null;
    }
    for (var member : type.members()) {
      if (member.name().equals(name)) {
        return new Member(name, member.type(), base + member.bitOffset(), member.bits());
      }
      if (member.name().isEmpty()) {
        var inner = field(member.type(), name, base + member.bitOffset());
        if (inner != null) {
          return inner;
        }
      }
    }
    return null;
  }

  private long enumerator(String type, String name) {
    for (var id : types.ids(type)) {
      if (types.type(id) instanceof BtfType.Enum e) {
        return e.values().stream()
            .filter(v -> v.name().equals(name))
            .findFirst()
            .orElseThrow()
            .value();
      }
    }
    throw new AssertionError("no enum " + type);
  }

  // Fields.

  @Test
  void fieldsAreWhereTheKernelHasThem() {
    try (var object = run("core_re_fields")) {
      assertThat(number(object, "field_offset"))
          .isEqualTo(field("task_struct", "tgid").bitOffset() / 8);
      assertThat(number(object, "element_offset"))
          .isEqualTo(field("task_struct", "comm").bitOffset() / 8 + 3);
      assertThat(number(object, "field_size")).as("the kernel's, not the program's").isEqualTo(16);
      assertThat(number(object, "field_exists")).isEqualTo(2 + 1);
      assertThat(number(object, "field_missing")).isEqualTo(2);
      assertThat(number(object, "field_signed")).as("unsigned in the program").isEqualTo(2 + 1);
    }
  }

  @Test
  void fieldThatIsNotThereIsNotReadBehindTheQuestionWhetherItIs() {
    try (var object = run("core_re_fields")) {
      assertThat(number(object, "guarded")).isEqualTo(1);
    }
  }

  @Test
  void shiftsMoveBitFieldToTheEndOfItsNumber() {
    var field = field("sk_buff", "pkt_type");
    try (var object = run("core_re_fields")) {
      var left = number(object, "bits_lshift");
      var right = number(object, "bits_rshift");
      assertThat(right).isEqualTo(64 - field.bits());
      // In the first bytes that hold the field, in the kernel's own type of it.
      var size = types.size(field.type());
      var start = field.bitOffset() - field.bitOffset() / (8 * size) * (8 * size);
      assertThat(left).isEqualTo(64 - start - field.bits());
    }
  }

  @Test
  void bitFieldsAreReadWhereTheKernelHasThem() {
    try (var object = load("core_re_bits")) {
      var image = object.variable("image").memory();
      for (int pattern = 0; pattern < 4; pattern++) {
        image.fill((byte) (pattern % 2 == 0 ? 0 : 0xff));
        put(image, field("sk_buff", "pkt_type"), 5);
        put(image, field("sk_buff", "ip_summed"), pattern);
        put(image, field("sk_buff", "cloned"), pattern >> 1);
        Runs.run(object, "core_re_bits");
        assertThat(number(object, "pkt_type")).isEqualTo(5);
        assertThat(number(object, "ip_summed")).isEqualTo(pattern);
        assertThat(number(object, "cloned")).isEqualTo(pattern >> 1);
      }
    }
  }

  private static void put(MemorySegment image, Member field, int value) {
    for (int i = 0; i < field.bits(); i++) {
      var bit = field.bitOffset() + i;
      var old = image.get(ValueLayout.JAVA_BYTE, bit / 8);
      var mask = 1 << (bit % 8);
      image.set(
          ValueLayout.JAVA_BYTE,
          bit / 8,
          (byte) ((value >> i & 1) == 0 ? old & ~mask : old | mask));
    }
  }

  @Test
  void loadsAreAsWideAsTheKernelsFields() {
    try (var object = load("core_re_widths")) {
      var image = object.variable("image").memory();
      image.fill((byte) 0xff);
      image.set(
          ValueLayout.JAVA_LONG_UNALIGNED,
          field("task_struct", "utime").bitOffset() / 8,
          0x1122_3344_5566_7788L);
      image.set(
          ValueLayout.JAVA_INT_UNALIGNED,
          field("task_struct", "flags").bitOffset() / 8,
          0x99aa_bbcc);
      Runs.run(object, "core_re_widths");
      assertThat(number(object, "narrow_utime")).isEqualTo(0x1122_3344_5566_7788L);
      assertThat(number(object, "wide_utime")).isEqualTo(0x1122_3344_5566_7788L);
      assertThat(number(object, "wide_flags")).isEqualTo(0x99aa_bbccL);
    }
  }

  @Test
  void taskOfThisProcessHasItsNumber() {
    try (var object = kernel.load(Runs.spec("core_re_task"))) {
      Runs.run(object, "core_re_task");
      var pid = ProcessHandle.current().pid();
      assertThat(number(object, "both") >>> 32).isEqualTo(pid);
      assertThat(number(object, "tgid")).isEqualTo(pid);
      assertThat(number(object, "leader")).isEqualTo(pid);
    }
  }

  @Test
  void functionsBehindProgramsAreFittedToo() {
    var utime = field("task_struct", "utime").bitOffset() / 8;
    var flags = field("task_struct", "flags").bitOffset() / 8;
    try (var object = kernel.load(Runs.spec("core_re_calls"))) {
      Runs.run(object, "core_re_first");
      assertThat(number(object, "first")).isEqualTo(utime + 1000 * flags);
      Runs.run(object, "core_re_second");
      assertThat(number(object, "second")).isEqualTo(1 + utime + 1000 * flags);
    }
  }

  // Types.

  @Test
  void typesAreThoseOfTheObjectAndOfTheKernel() {
    var own = Runs.spec("core_re_kinds").types().orElseThrow().ids("core_re_own");
    try (var object = run("core_re_types")) {
      assertThat(own).containsExactly((int) number(object, "local_id"));
      assertThat(number(object, "kernel_id")).isEqualTo(struct("task_struct"));
      assertThat(number(object, "type_exists")).isEqualTo(2 + 1);
      assertThat(number(object, "type_missing")).isEqualTo(2);
      assertThat(number(object, "type_size")).isEqualTo(types.size(struct("task_struct")));
      assertThat(number(object, "type_matches")).isEqualTo(2 + 1);
      assertThat(number(object, "type_differs")).isEqualTo(2);
    }
  }

  // Enumerations.

  @Test
  void enumeratorsHaveTheKernelsValues() {
    try (var object = run("core_re_enums")) {
      assertThat(number(object, "enum_exists")).isEqualTo(2 + 1);
      assertThat(number(object, "enum_missing")).isEqualTo(2);
      assertThat(number(object, "enum_value"))
          .isEqualTo(enumerator("pid_type", "PIDTYPE_SID"))
          .isNotEqualTo(77);
    }
  }

  /// Before BTF could say that `perf_callchain_context` has 8 bytes, it had the lower 4.
  @Test
  void enumeratorsOfEightBytesHaveTheKernelsValues() {
    try (var object = run("core_re_enums")) {
      assertThat(number(object, "wide_exists")).isEqualTo(2 + 1);
      assertThat(number(object, "wide_missing")).isEqualTo(2);
      assertThat(number(object, "wide_value")).isEqualTo(-128);
      assertThat((int) enumerator("perf_callchain_context", "PERF_CONTEXT_KERNEL")).isEqualTo(-128);
    }
  }
}
