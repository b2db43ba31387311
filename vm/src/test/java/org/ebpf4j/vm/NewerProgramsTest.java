package org.ebpf4j.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.junit.jupiter.api.Test;

/// What newer programs use: kfuncs, dynptrs, objects of their own, timers, arenas, structs of
/// functions, jump tables, exceptions. Where a program gives a number, it is the same on both
/// kernels.
class NewerProgramsTest {
  @Test
  void objectsInValuesGoWithTheirMap() {
    try (var kernel = VirtualKernel.open()) {
      long kept;
      try (var object = kernel.load(NewerPrograms.spec("vm_objects"))) {
        NewerPrograms.run(object, "in_map");
        var values = ((VirtualMap) object.map("slots")).store().valueAddress();
        kept = kernel.regions().load(values, Long.BYTES);
        assertThat(kernel.regions().find(kept)).isNotNull();
      }
      assertThat(kernel.regions().find(kept)).isNull();
    }
  }

  @Test
  void callKfuncs() {
    try (var kernel = VirtualKernel.open()) {
      NewerPrograms.kfuncs(kernel);
    }
  }

  @Test
  void ownObjects() {
    try (var kernel = VirtualKernel.open()) {
      NewerPrograms.objects(kernel);
    }
  }

  @Test
  void shareArenas() {
    try (var kernel = VirtualKernel.open()) {
      NewerPrograms.arena(kernel);
    }
  }

  @Test
  void callKfuncsThatAreRegistered() {
    var wanted =
        NewerPrograms.spec("vm_kfuncs")
            .withEachProgram(p -> p.withAutoload(p.name().equals("registered")));
    try (var kernel = VirtualKernel.open()) {
      assertThatThrownBy(() -> kernel.load(wanted))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("vm_double")
          .hasMessageContaining("kernel.kfunc(\"vm_double\", call -> …)");
      kernel.kfunc("vm_double", call -> 2 * call.argument(0));
      try (var object = kernel.load(wanted)) {
        assertThat(NewerPrograms.run(object, "registered")).isEqualTo(42);
      }
    }
  }

  @Test
  void runLaterInOrder() {
    try (var kernel = VirtualKernel.builder().clock(() -> 1_000).build();
        var object = kernel.load(NewerPrograms.spec("vm_later"))) {
      assertThat(NewerPrograms.run(object, "start_timers")).isZero();
      assertThat(kernel.advance(Duration.ofNanos(999_999))).isZero();
      assertThat(kernel.advance(Duration.ofNanos(1))).isEqualTo(1);
      assertThat(object.variable("order").get()).isEqualTo(2);
      assertThat(object.variable("last").get()).isEqualTo(1_001_000);
      assertThat(kernel.advance(Duration.ofMillis(2))).isEqualTo(2);
      assertThat(object.variable("order").get()).isEqualTo(231);
      assertThat(kernel.advance(Duration.ofMillis(5))).isEqualTo(1);
      assertThat(object.variable("order").get()).isEqualTo(2313);
      assertThat(NewerPrograms.run(object, "cancel_timer")).isEqualTo(1);
      assertThat(NewerPrograms.run(object, "cancel_timer")).isZero();
      assertThat(kernel.advance(Duration.ofMillis(20))).isZero();
      assertThat(NewerPrograms.run(object, "queue_work")).isZero();
      assertThat(kernel.advance(Duration.ZERO)).isEqualTo(1);
      assertThat(object.variable("order").get()).isEqualTo(23138);
    }
  }

  @Test
  void forgetTimersOfEntriesThatAreGone() {
    try (var kernel = VirtualKernel.builder().clock(() -> 0).build();
        var object = kernel.load(NewerPrograms.spec("vm_later"))) {
      assertThat(NewerPrograms.run(object, "start_timers")).isZero();
      object.map("timers").delete(new byte[] {2, 0, 0, 0});
      assertThat(kernel.advance(Duration.ofMillis(3))).isEqualTo(2);
      assertThat(object.variable("order").get()).isEqualTo(31);
    }
  }

  @Test
  void areCalledThroughStructsOfFunctions() {
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(NewerPrograms.spec("vm_ops"))) {
      var operations = object.structOps("operations");
      assertThat(operations.members()).containsExactly("add", "count");
      assertThat(operations.call("add", 1L << 40, 2)).isEqualTo((1L << 40) + 2);
      assertThat(operations.call("count")).isEqualTo(1);
      assertThatThrownBy(() -> operations.call("ad"))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("add");
      assertThat(operations.isRegistered()).isFalse();
      try (var link = object.register("operations")) {
        assertThat(operations.isRegistered()).isTrue();
        assertThat(kernel.linkIds()).isEqualTo(link.ids());
        link.detach();
        assertThat(operations.isRegistered()).isFalse();
        object.register("operations", link);
        assertThat(link.isAttached()).isTrue();
      }
      var pin = Path.of("/pins/operations");
      int id;
      try (var link = object.register("operations")) {
        id = link.ids().getFirst();
        link.pin(pin);
        try (var again = kernel.openLink(id)) {
          assertThat(again.ids()).containsExactly(id);
          assertThat(again.programName()).isEqualTo("operations");
        }
      }
      assertThat(operations.isRegistered()).as("while it is pinned").isTrue();
      try (var again = kernel.openLink(pin)) {
        kernel.unpin(pin);
        assertThat(operations.isRegistered()).isTrue();
        again.detach();
        assertThat(operations.isRegistered()).isFalse();
        object.register("operations", again);
        assertThat(operations.isRegistered()).isTrue();
      }
      assertThat(kernel.linkIds()).doesNotContain(id);
      assertThat(operations.isRegistered()).isFalse();
    }
  }

  @Test
  void jumpWhereTablesSay() {
    var expected = Map.of(0L, 10, 1L, 11, 3L, 11, 4L, 99);
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(NewerPrograms.spec("code_jump"))) {
      expected.forEach((where, returned) -> {
        object.variable("where").set(where);
        assertThat(NewerPrograms.run(object, "code_jump")).isEqualTo(returned);
      });
      object.variable("where").set(2);
      assertThat(NewerPrograms.run(object, "code_jump")).isEqualTo(100);
      object.variable("inner").set(1);
      assertThat(NewerPrograms.run(object, "code_jump")).isEqualTo(200);
    }
  }

  @Test
  void throwToTheirHandler() {
    try (var kernel = VirtualKernel.open();
        var object = kernel.load(NewerPrograms.spec("code_exception"))) {
      assertThat(NewerPrograms.run(object, "code_exception")).isEqualTo(7);
      object.variable("armed").set(1);
      assertThat(NewerPrograms.run(object, "code_exception")).isEqualTo(42);
      assertThat(object.variable("caught").get()).isEqualTo(4711);
    }
  }
}
