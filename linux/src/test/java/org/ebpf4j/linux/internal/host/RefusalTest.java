package org.ebpf4j.linux.internal.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefusalTest {
  @TempDir private Path directory = Path.of("");

  @Test
  void saysThatNoDescriptorIsLeftAndHowManyThereAre() {
    var refusal = Refusal.of("map 'm'", "MAP_CREATE", Errno.EMFILE, EnumSet.of(Capability.CAP_BPF));

    assertThat(refusal).isNotInstanceOf(PermissionException.class);
    assertThat(refusal.getMessage())
        .matches(
            "map 'm': MAP_CREATE: EMFILE \\(too many open files in this process\\)\n  try: close what is open, or raise"
                + " the limit of this process with ulimit -n \\(it is \\w+\\)");
    assertThat(Refusal.of("map 'm'", "MAP_CREATE", Errno.ENFILE, EnumSet.of(Capability.CAP_BPF)))
        .hasMessageEndingWith("fs.file-max");
  }

  @Test
  void tellsFilesThatAreMissingFromDescriptorsThatAre() {
    assertThat(ProcFile.tooManyFiles(new FileSystemException("/f", null, "Too many open files")))
        .isEqualTo(Errno.EMFILE);
    assertThat(
            ProcFile.tooManyFiles(
                new FileSystemException("/f", null, "Too many open files in system")))
        .isEqualTo(Errno.ENFILE);
    assertThat(ProcFile.tooManyFiles(new NoSuchFileException("/f"))).isZero();
    assertThat(ProcFile.tooManyFiles(new IOException("other"))).isZero();
  }

  @Test
  void namesWhoseFileItIs() throws IOException {
    var file = Files.createFile(directory.resolve("file"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));

    assertThat(FileRights.barrier(file))
        .hasValueSatisfying(
            text -> assertThat(text).startsWith(file + " belongs to ").endsWith("of mode 640"));
    assertThat(Refusal.ofFile("it", file, Errno.EACCES, true).getMessage())
        .startsWith("it: open: EACCES (permission denied): " + file + " belongs to ")
        .contains("\n  try: ");
  }
}
