package org.ebpf4j.linux.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.ebpf4j.attach.Uprobe;
import org.ebpf4j.attach.Usdt;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.linux.internal.attach.ForcedUprobe;
import org.ebpf4j.testkit.Facility;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.Requires;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the files of user probes are: found by name, in archives, in other mount namespaces; and
/// probes on kernels that have less.
@KernelTest
class UprobePlacesTest {
  private static final int ENTRY = 0;
  private static final int RETURN = 1;

  /// Bytes of a zip file before the content of its first entry, whose name has one letter.
  private static final int HEADERS = 31;

  private static final int PAGE = 4096;

  /// An archive with a program that is stored, at a page or not.
  private static Path archive(Path directory, boolean aligned, boolean stored) throws IOException {
    var content = TestObjects.programBytes("probed");
    var file = directory.resolve("app.apk");
    try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
      var entry = new ZipEntry("p");
      if (stored) {
        var sum = new CRC32();
        sum.update(content);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(sum.getValue());
      }
      if (aligned) {
        // An extra field fills what is left of the page: a number, a length, nothing.
        var extra = new byte[PAGE - HEADERS];
        extra[0] = (byte) 0x99;
        extra[1] = (byte) 0x99;
        extra[2] = (byte) (extra.length - 4);
        extra[3] = (byte) ((extra.length - 4) >> 8);
        entry.setExtra(extra);
      }
      zip.putNextEntry(entry);
      zip.write(content);
    }
    return file;
  }

  @Test
  void anEntryOfAnArchiveIsAPartOfIt(@TempDir Path directory) throws IOException {
    var file = archive(directory, true, true);
    try (var object = LoadedObject.of("attach/user");
        var link = object.program("entry").attach(new Uprobe(file + "!/p", "work_one"))) {
      assertThat(link.isAttached()).isTrue();
      assertThatThrownBy(() -> object.program("entry").attach(new Uprobe(file + "!/q", "work_one")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no entry of " + file + " 'q'");
    }
  }

  @Test
  void anEntryThatNobodyCanMapIsRefused(@TempDir Path directory) throws IOException {
    try (var object = LoadedObject.of("attach/user")) {
      var program = object.program("entry");
      var point = new Uprobe(archive(directory, false, true) + "!/p", "work_one");
      assertThatThrownBy(() -> program.attach(point))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("in the middle of a page");
      archive(directory, false, false);
      assertThatThrownBy(() -> program.attach(point))
          .isInstanceOf(BpfException.class)
          .hasMessageContaining("is compressed in");
    }
  }

  @Test
  @Requires(Facility.UNSHARE)
  void aProcessInAnotherMountNamespaceHasItsOwnFiles(@TempDir Path directory) throws IOException {
    var hidden = directory.resolve("seen-there-only");
    Files.createDirectory(hidden);
    var file = TestObjects.program("probed_pie");
    var script =
        "mount -t tmpfs none "
            + hidden
            + " && cp "
            + file
            + " "
            + hidden
            + "/probed && exec "
            + hidden
            + "/probed";
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.by(file, "unshare", "-m", "sh", "-c", script)) {
      probed.step();
      var path = hidden + "/probed";
      assertThat(Path.of(path)).doesNotExist();
      var byPath = new Uprobe(path, "work_one").withPid(probed.pid());
      try (var _ = object.program("entry").attach(byPath)) {
        probed.steps(2);
        assertThat(object.count(ENTRY)).isEqualTo(2);
      }
      var byName = new Uprobe("probed", "work_one").withPid(probed.pid());
      try (var _ = object.program("entry").attach(byName)) {
        probed.steps(2);
        assertThat(object.count(ENTRY)).isEqualTo(4);
      }
      assertThatThrownBy(() -> object.program("entry").attach(new Uprobe(path, "work_one")))
          .isInstanceOf(NotFoundException.class);
    }
  }

  @Test
  void aFileThatIsDeletedIsStillInTheProcess() throws IOException {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.FIXED)) {
      probed.step();
      Files.delete(Path.of(probed.path()));
      var point = new Uprobe("probed", "work_one").withPid(probed.pid());
      try (var _ = object.program("entry").attach(point)) {
        probed.steps(2);
        assertThat(object.count(ENTRY)).isEqualTo(2);
      }
    }
  }

  @Test
  void librariesAreFoundByName() {
    try (var object = LoadedObject.of("attach/user");
        var _ = object.program("entry").attach(new Uprobe("libc.so.6", "malloc"))) {
      // This JVM allocates by itself.
      for (int i = 0; object.count(ENTRY) == 0 && i < 100_000; i++) {
        try (var arena = java.lang.foreign.Arena.ofConfined()) {
          arena.allocate(1000);
        }
      }
      assertThat(object.count(ENTRY)).isPositive();
    }
  }

  @Test
  @Requires(Facility.TRACEFS)
  void throughTracefs() throws IOException {
    var list = Path.of("/sys/kernel/tracing/uprobe_events");
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      var point = new Uprobe(probed.path(), "work_one");
      try (var _ = ForcedUprobe.throughTracefs(object.program("entry").fd(), point, false);
          var _ = ForcedUprobe.throughTracefs(object.program("leave").fd(), point, true)) {
        assertThat(Files.readString(list)).contains(probed.path());
        probed.steps(3);
        assertThat(object.count(ENTRY)).isEqualTo(3);
        assertThat(object.count(RETURN)).isEqualTo(3);
      }
      probed.steps(3);
      assertThat(object.count(ENTRY)).isEqualTo(3);
      assertThat(Files.readString(list)).doesNotContain(probed.path());
    }
  }

  @Test
  void manyAsEvents() {
    try (var object = LoadedObject.of("attach/user");
        var probed = ProbedProgram.start(ProbedProgram.MOVABLE)) {
      try (var _ = ForcedUprobe.each(object.program("entry").fd(), probed.path(), "work_*", 0)) {
        probed.steps(3);
        assertThat(object.count(ENTRY)).isEqualTo(9);
      }
      probed.steps(3);
      assertThat(object.count(ENTRY)).isEqualTo(9);
    }
  }

  @Test
  void whereStaticProbesAreNotIsSaid() {
    try (var object = LoadedObject.of("attach/usdt")) {
      assertThatThrownBy(() -> object.program("tick").attach(new Usdt("libc.so.6", "no", "such")))
          .isInstanceOf(NotFoundException.class)
          .hasMessageContaining("no static probe of");
    }
  }
}
