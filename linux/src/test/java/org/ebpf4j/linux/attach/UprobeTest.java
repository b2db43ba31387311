package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.ProbeMode;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.UprobeMulti;
import org.ebpf4j.attach.Uretprobe;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Probes of functions of programs and libraries.
@KernelTest
class UprobeTest {
  private static final int ENTRY = 0;
  private static final int RETURN = 1;
  private static final int ENTRIES = 2;
  private static final int RETURNS = 3;

  /// What a count grows by while a program is attached and the probed one makes three steps; that
  /// it does not afterwards.
  private static long growth(
      LoadedObject object, String program, AttachPoint point, ProbedProgram probed, int index) {
    long grown;
    var before = object.count(index);
    try (var _ = object.program(program).attach(point)) {
      probed.steps(3);
      grown = object.count(index) - before;
    }
    var after = object.count(index);
    probed.steps(3);
    assertThat(object.count(index)).as("after close").isEqualTo(after);
    return grown;
  }

  @ParameterizedTest
  @EffectOf({"uprobe", "uretprobe"})
  @ValueSource(strings = {ProbedProgram.FIXED, ProbedProgram.MOVABLE})
  void entryAndReturn(String name) {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(name)) {
      var path = probed.path();
      assertThat(growth(object, "entry", new Uprobe(path, "work_one"), probed, ENTRY)).isEqualTo(3);
      assertThat(growth(object, "leave", new Uretprobe(path, "work_two"), probed, RETURN))
          .isEqualTo(3);
      assertThat(growth(object, "entry", new Uprobe(path, "local_work"), probed, ENTRY))
          .isEqualTo(3);
    }
  }

  @Test
  void inOneProcessOnly() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE);
        var other = ProbedProgram.of(java.nio.file.Path.of(probed.path()))) {
      var point = new Uprobe(probed.path(), "work_one");
      try (var _ = object.program("entry").attach(point.withPid(other.pid()))) {
        probed.steps(5);
        assertThat(object.count(ENTRY)).isZero();
        other.steps(2);
        assertThat(object.count(ENTRY)).isEqualTo(2);
      }
      try (var _ = object.program("entry").attach(point)) {
        probed.steps(5);
        other.steps(2);
        assertThat(object.count(ENTRY)).isEqualTo(9);
      }
      var many = UprobeMulti.entries(probed.path(), "work_*").withPid(other.pid());
      try (var _ = object.program("entries").attach(many)) {
        probed.steps(5);
        other.steps(2);
        assertThat(object.count(ENTRIES)).isEqualTo(6);
      }
    }
  }

  @Test
  void atAByteOfTheFile() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.FIXED)) {
      // The first segment of the file is all of it, at a fixed address.
      var symbols =
          org.ebpf4j.binary.Binary.read(
              "probed",
              org.ebpf4j.binary.ByteSource.of(
                  org.ebpf4j.testkit.TestObjects.programBytes("probed")));
      var address =
          symbols.functions(java.util.Optional.empty()).find("work_one").getFirst().address();
      var offset = symbols.fileOffset(address).orElseThrow();
      var point = Uprobe.at(probed.path(), offset);
      assertThat(growth(object, "entry", point, probed, ENTRY)).isEqualTo(3);
      assertThat(growth(object, "leave", Uretprobe.at(probed.path(), offset), probed, RETURN))
          .isEqualTo(3);
    }
  }

  @Test
  @EffectOf({"uprobe.multi", "uretprobe.multi"})
  void manyFunctions() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var path = probed.path();
      assertThat(growth(object, "entries", UprobeMulti.entries(path, "work_*"), probed, ENTRIES))
          .isEqualTo(9);
      assertThat(
              growth(
                  object,
                  "returns",
                  UprobeMulti.returns(path, "work_one", "?ocal_work", "work_o*"),
                  probed,
                  RETURNS))
          .isEqualTo(6);
    }
  }

  @Test
  @EffectOf("uprobe.session")
  @RequiresKernel(value = "6.13", because = "sessions of uprobes")
  void sessions() {
    try (var object = LoadedObject.of("attach/user_session");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point = UprobeMulti.sessions(probed.path(), "work_one");
      try (var _ = object.program("session").attach(point)) {
        probed.steps(4);
        assertThat(object.count(0)).as("entries and returns").isEqualTo(8);
        object.set("counts", 1, 1);
        probed.steps(4);
        assertThat(object.count(0)).as("entries only").isEqualTo(12);
      }
      probed.steps(4);
      assertThat(object.count(0)).isEqualTo(12);
    }
  }

  @Test
  @RequiresKernel(value = "5.15", because = "cookies")
  void cookies() {
    try (var object = LoadedObject.of("attach/user_cookie");
        var probed = ProbedProgram.start(ProbedProgram.FIXED)) {
      var path = probed.path();
      assertThat(growth(object, "entry", new Uprobe(path, "work_one").withCookie(7), probed, ENTRY))
          .isEqualTo(21);
      assertThat(
              growth(
                  object, "leave", new Uretprobe(path, "work_one").withCookie(9), probed, RETURN))
          .isEqualTo(27);
      var each = UprobeMulti.entries(path, "work_one", "work_t*").withCookies(1, 100);
      assertThat(growth(object, "entries", each, probed, ENTRIES)).isEqualTo(603);
      var all = UprobeMulti.returns(path, "work_one", "work_t*").withCookies(5);
      assertThat(growth(object, "returns", all, probed, RETURNS)).isEqualTo(45);
    }
  }

  @Test
  void whatCannotBe() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var path = probed.path();
      var program = object.program("entry");
      assertThatThrownBy(() -> program.attach(new Uprobe(path, "work_on")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no function of " + path + " 'work_on'")
          .hasMessageContaining("work_one");
      assertThatThrownBy(() -> program.attach(new Uprobe(path, "work_one", 0x100000)))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("outside of what");
      assertThatThrownBy(() -> program.attach(new Uprobe("libcc.so.6", "malloc")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no library libcc.so.6");
      assertThatThrownBy(() -> program.attach(new Uprobe("no-such-program", "main")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no program no-such-program in PATH");
      assertThatThrownBy(() -> program.attach(new Uprobe("/etc/passwd", "main")))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("not a program file");
      assertThatThrownBy(
              () -> program.attach(new Uprobe(path, "work_one").withPid(Integer.MAX_VALUE)))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("there is no process");
      assertThatThrownBy(() ->
              object
                  .program("entries")
                  .attach(
                      new UprobeMulti(
                          ProbeMode.ENTRY,
                          path,
                          List.of("work_*", "nothing*"),
                          0,
                          List.of(),
                          List.of())))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("nothing*");
      probed.steps(2);
      assertThat(object.count(ENTRY)).isZero();
      assertThat(object.count(ENTRIES)).isZero();
    }
  }

  @Test
  void comesAndGoesInManyThreads() throws Exception {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point = new Uprobe(probed.path(), "work_one");
      ManyRounds.of(_ -> object.program("entry").attach(point).close());
      probed.steps(3);
      assertThat(object.count(ENTRY)).isZero();
    }
  }
}
