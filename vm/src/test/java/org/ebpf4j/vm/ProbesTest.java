package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.KprobeMulti;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.testkit.TestObjects;
import org.ebpf4j.vm.internal.map.Values;
import org.ebpf4j.vm.memory.Context;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Programs on many functions, on static probes, and of functions with many arguments.
class ProbesTest {
  private VirtualKernel kernel;

  @BeforeEach
  void open() {
    kernel = VirtualKernel.open();
  }

  @AfterEach
  void close() {
    kernel.close();
  }

  private VirtualObject load(String name) {
    return kernel.load(ObjectSpec.read(TestObjects.file(name)));
  }

  private static List<Integer> returned(List<RunResult> results) {
    return results.stream().map(RunResult::returnValue).toList();
  }

  @Test
  void aFunctionIsAmongMany() {
    try (var object = load("vm_probes")) {
      var program = object.program("on_many");
      var place =
          new KprobeMulti(
              ProbeMode.ENTRY, List.of("do_*at", "vfs_re?d", "nf:hook"), List.of(1L, 2L, 3L));
      try (var _ = program.attach(place)) {
        var none = Context.arguments();
        assertThat(returned(kernel.fire(new Kprobe("do_unlinkat"), none))).containsExactly(1);
        assertThat(returned(kernel.fire(new Kprobe("vfs_read"), none))).containsExactly(2);
        assertThat(returned(kernel.fire(Kprobe.parse("nf:hook"), none))).containsExactly(3);
        assertThat(kernel.fire(new Kprobe("hook"), none)).isEmpty();
        assertThat(kernel.fire(new Kprobe("do_unlink"), none)).isEmpty();
        assertThat(kernel.fire(Kprobe.parse("vfs_read+4"), none)).isEmpty();
        assertThat(kernel.fire(new Kretprobe("vfs_read"), none)).isEmpty();
        // As it was attached, it is reached, too.
        assertThat(kernel.fire(place, none)).hasSize(1);
      }
      try (var _ = program.attach(KprobeMulti.returns("vfs_*"))) {
        assertThat(returned(kernel.fire(new Kretprobe("vfs_read"), Context.arguments())))
            .containsExactly(0);
        assertThat(kernel.fire(new Kprobe("vfs_read"), Context.arguments())).isEmpty();
      }
      try (var _ = program.attach(KprobeMulti.entries("vfs_read", "vfs_write"))) {
        assertThat(kernel.fire(new Kprobe("vfs_write"), Context.arguments())).hasSize(1);
      }
    }
  }

  @Test
  void argumentsBehindTheSixthAreOnTheStack() {
    try (var object = load("vm_probes");
        var _ = object.program("many_arguments").attach(new Kprobe("many"));
        var _ = object.program("many_of_process").attach(new Uprobe("/bin/sh", "many"))) {
      var context = Context.arguments("a", "b", "c", "d", "e", "f", "g", "h");
      context.set("a", 1).set("f", 6).set("g", 70).set("h", 800);

      assertThat(returned(kernel.fire(new Kprobe("many"), context))).containsExactly(877);
      assertThat(returned(kernel.fire(new Uprobe("/bin/sh", "many"), context)))
          .containsExactly(877);
      var few = Context.arguments().set(0, 1).set(6, 5);
      assertThat(returned(kernel.fire(new Kprobe("many"), few))).containsExactly(-14);
    }
  }

  @Test
  void staticProbesHaveArguments() {
    try (var object = load("attach/usdt")) {
      var place = new Usdt("/bin/sh", "test", "tick", 0, 99);
      try (var _ = object.program("tick").attach(place)) {
        var text = kernel.memory().userText("hello");
        var context =
            Context.arguments("n", "text", "small", "number", "constant")
                .set("n", 1L << 40)
                .set("text", text)
                .set("small", -3)
                .set("number", 4)
                .set("constant", -5);

        assertThat(kernel.fire(place.withCookie(0), context)).hasSize(1);

        assertThat(count(object, 0)).isEqualTo(1);
        assertThat(count(object, 1)).isEqualTo(1L << 40);
        assertThat(count(object, 2)).isEqualTo(0x6f6c6c6568L);
        assertThat(count(object, 3)).isEqualTo(-3);
        assertThat(count(object, 4)).isEqualTo(4);
        assertThat(count(object, 5)).isEqualTo(-5);
        assertThat(count(object, 6)).isEqualTo(5);
        assertThat(count(object, 7)).isEqualTo(99);

        kernel.fire(place, Context.arguments().set(0, 12));
        assertThat(count(object, 8)).isEqualTo(1);
        assertThat(count(object, 9)).isEqualTo(12);

        assertThatThrownBy(() -> kernel.fire(place, Context.arguments("n").set("m", 1)))
            .hasMessageContaining("argument 'm'");
      }
    }
  }

  private static long count(VirtualObject object, int index) {
    var value = object.map("counts").lookup(Values.u32(index)).orElseThrow();
    return java.nio.ByteBuffer.wrap(Arrays.copyOf(value, 8))
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .getLong();
  }
}
