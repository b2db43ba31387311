package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Static probes of programs.
@KernelTest
class UsdtTest {
  private static final int TICKS = 0;
  private static final int ONE_ARGUMENT = 8;
  private static final int WATCHED = 10;
  private static final int LOADED = 12;

  @BeforeAll
  static void theObjectIsForOneMachine() {
    Assumptions.assumeTrue(
        System.getProperty("os.arch").equals("amd64"), "the object is for x86-64");
  }

  @ParameterizedTest
  @EffectOf("usdt")
  @ValueSource(strings = {ProbedProgram.FIXED, ProbedProgram.MOVABLE})
  void arguments(String name) {
    try (var object = LoadedObject.of("attach/usdt");
        var probed = ProbedProgram.start(name)) {
      probed.step();
      var point = new Usdt(probed.path(), "ebpf4j", "tick").withPid(probed.pid()).withCookie(77);
      try (var _ = object.program("tick").attach(point)) {
        probed.steps(2);
        assertThat(object.count(TICKS)).isEqualTo(2);
        assertThat(object.count(1)).as("n").isEqualTo(3);
        assertThat(object.count(2)).as("text").isEqualTo(0x6f6c6c6568L);
        assertThat(object.count(3)).as("small").isEqualTo(-3);
        assertThat(object.count(4)).as("in memory").isEqualTo(22);
        assertThat(object.count(5)).as("constant").isEqualTo(-7);
        assertThat(object.count(6)).as("how many").isEqualTo(5);
        assertThat(object.count(7)).as("cookie").isEqualTo(77);
        assertThat(object.count(ONE_ARGUMENT)).as("in the other place").isEqualTo(2);
        assertThat(object.count(9)).isEqualTo(30);
      }
      probed.steps(2);
      assertThat(object.count(TICKS)).isEqualTo(2);
    }
  }

  /// The object has the descriptions of libbpf 1.7.
  @Test
  @RequiresKernel(value = "5.15", because = "the program finds its arguments by a cookie")
  void argumentsWithAnIndex() {
    try (var object = LoadedObject.of("attach/usdt_index");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var indexed = new Usdt(probed.path(), "ebpf4j", "indexed").withCookie(78);
      try (var _ = object.program("described").attach(indexed)) {
        probed.step();
        assertThat(object.count(1)).as("cookie").isEqualTo(78);
        assertThat(object.count(2)).as("numbers[2 + 1]").isEqualTo(103);
      }
      var tick = new Usdt(probed.path(), "ebpf4j", "tick");
      try (var _ = object.program("described").attach(tick)) {
        probed.step();
        assertThat(object.count(0)).as("how many").isEqualTo(5);
        assertThat(object.count(3)).as("n, in a register").isEqualTo(2);
        assertThat(object.count(4)).as("small").isEqualTo(-3);
        assertThat(object.count(5)).as("in memory").isEqualTo(22);
        assertThat(object.count(6)).as("constant").isEqualTo(-7);
      }
    }
  }

  @Test
  void anIndexIsRefusedWhereTheObjectCannotDescribeIt() {
    try (var object = LoadedObject.of("attach/usdt");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point = new Usdt(probed.path(), "ebpf4j", "indexed");
      assertThatThrownBy(() -> object.program("tick").attach(point))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("argument 0 has an index, which only programs with libbpf 1.7");
    }
  }

  @Test
  void aSemaphoreIsCountedUpAndDown() {
    try (var object = LoadedObject.of("attach/usdt");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      assertThat(probed.step()).isZero();
      var point = new Usdt(probed.path(), "ebpf4j", "watched").withPid(probed.pid());
      try (var _ = object.program("watched").attach(point)) {
        assertThat(probed.step()).isEqualTo(1);
        assertThat(object.count(WATCHED)).isEqualTo(1);
        assertThat(object.count(11)).isEqualTo(2);
      }
      assertThat(probed.step()).isZero();
      assertThat(object.count(WATCHED)).isEqualTo(1);
    }
  }

  @Test
  void attachmentsShareTheMapsOfAnObject() {
    try (var object = LoadedObject.of("attach/usdt");
        var probed = ProbedProgram.start(ProbedProgram.FIXED)) {
      var tick = new Usdt(probed.path(), "ebpf4j", "tick");
      var watched = new Usdt(probed.path(), "ebpf4j", "watched");
      try (var _ = object.program("watched").attach(watched)) {
        for (int round = 0; round < 130; round++) {
          object.program("tick").attach(tick).close();
        }
        probed.step();
        assertThat(object.count(WATCHED)).isEqualTo(1);
        assertThat(object.count(11)).isEqualTo(1);
      }
    }
  }

  @Test
  void aProgramWithoutArguments() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point = new Usdt(probed.path(), "ebpf4j", "tick");
      try (var _ = object.program("reached").attach(point)) {
        probed.steps(2);
        assertThat(object.count(4)).isEqualTo(4);
      }
    }
  }

  @Test
  void anUnknownProbeIsRefused() {
    try (var object = LoadedObject.of("attach/usdt");
        var probed = ProbedProgram.start(ProbedProgram.FIXED)) {
      var point = new Usdt(probed.path(), "ebpf4j", "tock");
      assertThatThrownBy(() -> object.program("tick").attach(point))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no static probe of " + probed.path() + " 'ebpf4j:tock'")
          .hasMessageContaining("ebpf4j:tick");
    }
  }

  /// A class that is loaded once more by each loader.
  private static final class Loaded {}

  /// Has this JVM load a class.
  private static void loadClass() {
    var name = Loaded.class.getName();
    try (var file = UsdtTest.class.getResourceAsStream("/" + name.replace('.', '/') + ".class")) {
      var bytes = java.util.Objects.requireNonNull(file).readAllBytes();
      new ClassLoader(null) {
        Class<?> load() {
          return defineClass(name, bytes, 0, bytes.length);
        }
      }.load();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void probesOfTheVirtualMachine() {
    var library = Path.of(System.getProperty("java.home"), "lib/server/libjvm.so");
    Assumptions.assumeTrue(Files.exists(library));
    try (var object = LoadedObject.of("attach/usdt")) {
      var point =
          new Usdt("libjvm.so", "hotspot", "class__loaded").withPid(ProcessHandle.current().pid());
      var program = object.program("loaded");
      try (var _ = program.attach(point)) {
        var before = object.count(LOADED);
        loadClass();
        assertThat(object.count(LOADED)).isGreaterThan(before);
      } catch (NotFoundException e) {
        Assumptions.abort("this JVM was built without static probes: " + e.getMessage());
      }
    }
  }
}
