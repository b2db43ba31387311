package org.ebpf4j.cli.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ebpf4j.error.BpfException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectFilesTest {
  @TempDir private Path root;

  private final ObjectFiles files = new ObjectFiles();

  @BeforeEach
  void makeFiles() throws IOException {
    Files.createDirectories(root.resolve("b/deep"));
    Files.createDirectory(root.resolve("empty"));
    Files.createDirectory(root.resolve("dir.o"));
    for (var name : new String[] {"z.o", "a.bpf.o", "a.c", "b/deep/d.o", "b/c.o"}) {
      Files.createFile(root.resolve(name));
    }
    Files.createSymbolicLink(root.resolve("link.o"), root.resolve("z.o"));
    Files.createSymbolicLink(root.resolve("dead.o"), root.resolve("nowhere"));
    Files.createSymbolicLink(root.resolve("b/loop"), root);
  }

  @Test
  void walksDirectoriesInOrder() {
    files.add(root.toString());

    assertThat(files.names())
        .containsExactly(
            root + "/a.bpf.o",
            root + "/b/c.o",
            root + "/b/deep/d.o",
            root + "/link.o",
            root + "/z.o");
    assertThat(files.names()).allMatch(name -> files.problem(name).isEmpty());
  }

  @Test
  void keepsTheNamesAsGivenAndEachOnce() {
    files.add("/nowhere/x");
    files.add(root + "/z.o");
    files.add(root + "/b/");
    files.add(root + "/z.o");

    assertThat(files.names())
        .containsExactly("/nowhere/x", root + "/z.o", root + "/b/c.o", root + "/b/deep/d.o");
  }

  @Test
  void saysWhatIsNoFile() {
    files.add("a\0b");
    files.add("");
    files.add(root + "/empty");

    assertThat(files.names()).containsExactly("a\0b", "", root + "/empty");
    assertThat(files.problem("a\0b")).contains("no name of a file");
    assertThat(files.problem("")).contains("is empty");
    assertThat(files.problem(root + "/empty")).contains("no file named *.o");
  }

  @Test
  void readsListsOfFilesAndDirectories() throws IOException {
    var list = root.resolve("list.txt");
    Files.writeString(list, root + "/z.o\n\n" + root + "/b\r\n# no comment\n");

    files.addList(list.toString());

    assertThat(files.names())
        .containsExactly(root + "/z.o", root + "/b/c.o", root + "/b/deep/d.o", "# no comment");
    assertThatExceptionOfType(BpfException.class)
        .isThrownBy(() -> files.addList(root + "/none"))
        .withMessageContaining("none: no such file");
  }
}
