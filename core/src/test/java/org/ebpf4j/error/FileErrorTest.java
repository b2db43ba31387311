package org.ebpf4j.error;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.object.ObjectSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileErrorTest {
  private static final Path FILE = Path.of("dir", "a.bpf.o");

  private interface Attempt {
    void run() throws IOException;
  }

  private static IOException caught(Attempt attempt) {
    try {
      attempt.run();
    } catch (IOException e) {
      return e;
    }
    throw new AssertionError("nothing was thrown");
  }

  @Test
  void namesAFileThatIsMissing(@TempDir Path directory) {
    var file = directory.resolve("nowhere");

    var error = FileError.of(file, "read", caught(() -> Files.readAllBytes(file)));

    assertThat(error)
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            file
                + ": no such file\n  try: look at the path: "
                + file.getParent()
                + " has no file of such a name");
  }

  @Test
  void saysThatADirectoryToWriteInIsMissing(@TempDir Path directory) {
    var file = directory.resolve("nowhere").resolve("out");

    var error = FileError.of(file, "written", caught(() -> Files.writeString(file, "x")));

    assertThat(error)
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            file
                + ": cannot be written: no such directory\n"
                + "  try: look at the path: there is no directory "
                + file.getParent());
  }

  @Test
  void saysThatItIsADirectory(@TempDir Path directory) {
    assertThat(FileError.reason(caught(() -> Files.readAllBytes(directory))))
        .isEqualTo("is a directory");
    assertThat(FileError.reason(caught(() -> new FileInputStream(directory.toFile()).close())))
        .isEqualTo("is a directory");
  }

  @Test
  void saysThatAPathLeadsThroughAFile(@TempDir Path directory) throws IOException {
    var file = Files.writeString(directory.resolve("file"), "");

    assertThat(FileError.reason(caught(() -> Files.readAllBytes(file.resolve("x")))))
        .isEqualTo("not a directory");
  }

  @Test
  void tellsRefusalsFromOtherFailures() {
    assertThat(FileError.of(FILE, "read", new AccessDeniedException("dir/a.bpf.o")))
        .isInstanceOfSatisfying(
            PermissionException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EACCES))
        .hasMessage(
            "dir/a.bpf.o: cannot be read: permission denied\n"
                + "  try: run it as root, or give this user the right to do that");
    assertThat(
            FileError.of(
                FILE, "made", new FileSystemException("dir", null, "Read-only file system")))
        .isInstanceOfSatisfying(
            PermissionException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EROFS));
    assertThat(FileError.of(FILE, "written", new IOException("No space left on device")))
        .isExactlyInstanceOf(BpfException.class)
        .hasMessage("dir/a.bpf.o: cannot be written: no space left on device");
  }

  @Test
  void hasWordsWhereJavaHasNone() {
    assertThat(FileError.reason(new IOException())).isEqualTo("an error of input or output");
    assertThat(FileError.reason(new MalformedInputException(1))).isEqualTo("not text in UTF-8");
  }

  @Test
  void readersUseIt(@TempDir Path directory) {
    assertThatThrownBy(() -> ObjectSpec.read(directory))
        .hasMessage(directory + ": cannot be read: is a directory\n  try: the name of a file");
  }
}
