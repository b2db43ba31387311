package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.LinuxLink;
import org.ebpf4j.testkit.EffectOf;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.RequiresKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@KernelTest
@Requires(Facility.KPROBES)
class KprobeTest {
  private static final int ENTRIES = 0;
  private static final int RETURNS = 1;
  private static final int RETURNED = 2;
  private static final String FUNCTION = "do_sys_openat2";

  private LoadedObject object;

  @BeforeEach
  void load() throws IOException {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the object is for x86-64");
    assumeTrue(
        Files.readString(Path.of("/proc/kallsyms")).contains(" " + FUNCTION + "\n"),
        "this kernel has no function " + FUNCTION);
    object = LoadedObject.of("attach_kprobe");
    MarkedThread.countIn(object);
  }

  @AfterEach
  void close() {
    if (object != null) {
      object.close();
    }
  }

  private static void openFile() throws Exception {
    MarkedThread.call(() -> {
      FileChannel.open(Path.of("/dev/null")).close();
      return true;
    });
  }

  private static void openMissingFile() throws Exception {
    MarkedThread.call(() -> {
      assertThatThrownBy(() -> FileChannel.open(Path.of("/nonexistent")))
          .isInstanceOf(NoSuchFileException.class);
      return true;
    });
  }

  @Test
  @EffectOf("kprobe")
  void kprobeSeesCallsUntilClosed() throws Exception {
    openFile();
    assertThat(object.count(ENTRIES)).isZero();
    try (var link = object.program("entries").attach()) {
      assertThat(link.attachPoint()).contains(new Kprobe(FUNCTION));
      openFile();
      assertThat(object.count(ENTRIES)).isPositive();
    }
    var before = object.count(ENTRIES);
    openFile();
    assertThat(object.count(ENTRIES)).isEqualTo(before);
  }

  @Test
  @EffectOf("kretprobe")
  void kretprobeSeesWhatIsReturnedUntilClosed() throws Exception {
    try (var link = object.program("returns").attach()) {
      assertThat(link.attachPoint()).contains(new Kretprobe(FUNCTION));
      openFile();
      assertThat(object.count(RETURNS)).isPositive();
      assertThat((int) object.count(RETURNED)).isGreaterThan(2);
      openMissingFile();
      assertThat((int) object.count(RETURNED)).isEqualTo(-Errno.ENOENT);
    }
    var before = object.count(RETURNS);
    openFile();
    assertThat(object.count(RETURNS)).isEqualTo(before);
    assertThat((int) object.count(RETURNED)).isEqualTo(-Errno.ENOENT);
  }

  /// A function begins with `nopl` (5 bytes), or with `endbr64` (4 bytes) and then that.
  private LinuxLink attachBehindTheFirstInstruction() {
    var program = object.program("entries");
    try {
      return program.attach(new Kprobe(FUNCTION, 5));
    } catch (KernelException e) {
      assertThat(e.errnoName()).isEqualTo("EILSEQ");
      return program.attach(new Kprobe(FUNCTION, 9));
    }
  }

  @Test
  void kprobeCanBeInsideAFunction() throws Exception {
    try (var _ = attachBehindTheFirstInstruction()) {
      openFile();
      assertThat(object.count(ENTRIES)).isPositive();
    }
    var before = object.count(ENTRIES);
    openFile();
    assertThat(object.count(ENTRIES)).isEqualTo(before);
  }

  @Test
  void kprobeInsideAnInstructionIsExplained() {
    assertThatThrownBy(() -> object.program("entries").attach(new Kprobe(FUNCTION, 1)))
        .isInstanceOf(KernelException.class)
        .hasMessageContaining("the offset is inside an instruction");
  }

  @Test
  void unknownFunctionsAreNamedWithThoseLikeThem() {
    assertThatThrownBy(() -> object.program("entries").attach(new Kprobe("do_sys_openat3")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(FUNCTION);
    assertThatThrownBy(() -> object.program("returns").attach(new Kretprobe("do_sys_openat3")))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining(FUNCTION);
  }

  @Test
  @RequiresKernel(value = "5.15", because = "links on perf events")
  void kprobeHasALinkObject() {
    var program = object.program("entries");
    try (var link = program.attach()) {
      assertThat(link.info()).singleElement().matches(info -> info.programId() == program.id());
    }
  }
}
