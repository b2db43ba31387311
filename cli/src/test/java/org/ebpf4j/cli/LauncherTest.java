package org.ebpf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `ebpf4j`: when it builds, what it starts, and what it says where it cannot. Maven and
/// the JDK are scripts here, which note that they were called.
class LauncherTest {
  private static final Path ROOT = TestObjects.example("..").normalize();
  private static final String JAVA =
      """
      #!/bin/sh
      for a; do
        case $a in
          -XX:AOTCacheOutput=*) echo cache >>"$CALLS"; echo >"${a#*=}"; exit ;;
          *ModernClasses.java) exit "${MODERN:-0}" ;;
        esac
      done
      echo "$0 $*"
      """;
  private static final String MVN =
      """
      #!/bin/sh
      echo mvn >>"$CALLS"
      sleep 0.3
      mkdir -p cli/target/lib
      echo >cli/target/lib/ebpf4j-cli.jar
      """;

  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void checkOut() throws IOException {
    home = Files.createDirectory(folder.resolve("checkout"));
    // Another user must get here, too.
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectory(home.resolve("bin"));
    for (var file : List.of("ebpf4j", "bin/jdk25", "bin/state", "bin/build")) {
      Files.copy(ROOT.resolve(file), home.resolve(file));
      home.resolve(file).toFile().setExecutable(true, false);
    }
    for (var file : List.of("pom.xml", "core/A.java", "linux/A.java", "jfr/A.java", "cli/A.java")) {
      Files.createDirectories(home.resolve(file).getParent());
      write(home.resolve(file), "", Instant.now().minusSeconds(60));
    }
    jdk("jdk25", "25.0.3");
    executable(folder.resolve("commands/mvn"), MVN);
    Files.createFile(folder.resolve("calls"));
    folder.resolve("calls").toFile().setWritable(true, false);
  }

  private static void write(Path file, String text, Instant time) throws IOException {
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    file.toFile().setExecutable(true, false);
  }

  private Path jdk(String name, String version) throws IOException {
    var jdk = folder.resolve(name);
    executable(jdk.resolve("bin/java"), JAVA);
    executable(jdk.resolve("bin/javac"), "");
    Files.writeString(
        jdk.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    return jdk;
  }

  private record Result(int status, String text) {}

  /// Runs a script of the shell with nothing in the environment but what is given.
  private Result shell(String script, String... environment) throws IOException {
    var command = new ArrayList<>(List.of("env", "-i"));
    command.add("PATH=" + folder + "/commands:/usr/bin:/bin");
    command.add("CALLS=" + folder + "/calls");
    command.add("JAVA_HOME=" + folder + "/jdk25");
    command.addAll(List.of(environment));
    command.addAll(List.of("sh", "-c", script));
    try {
      var process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      try (var output = process.inputReader(StandardCharsets.UTF_8)) {
        var text = output.readAllAsString();
        return new Result(process.waitFor(), text);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// What was called since this was asked before.
  private List<String> calls() throws IOException {
    var calls = Files.readAllLines(folder.resolve("calls"));
    Files.writeString(folder.resolve("calls"), "");
    return calls;
  }

  private String line(Path at, String words) {
    return line(at, "all", words);
  }

  private String line(Path at, String cache, String words) {
    return folder
        + "/jdk25/bin/java -XX:AOTCache="
        + at
        + "/cli/target/lib/"
        + cache
        + ".aot -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xms8m -XX:+UnlockDiagnosticVMOptions"
        + " -XX:ArchiveRelocationMode=0 -XX:-UsePerfData -XX:CompileThresholdScaling="
        + (cache.equals("list") ? 32 : 8)
        + " -Debpf4j.launched=true --module-path "
        + at
        + "/cli/target/lib --enable-native-access=org.ebpf4j.linux,org.jline.terminal.ffm --module"
        + " org.ebpf4j.cli/org.ebpf4j.cli.Main "
        + words
        + "\n";
  }

  private static final String PREPARING =
      "ebpf4j: the place or the JDK is another one; preparing once…\n";

  private void build() throws IOException {
    assertThat(shell("checkout/ebpf4j --version").status()).isZero();
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
  }

  @Test
  void buildsOnceAndRuns() throws IOException {
    assertThat(shell("checkout/ebpf4j run 'a b'"))
        .isEqualTo(new Result(0, "ebpf4j: building once…\n" + line(home, "run", "run a b")));
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
    assertThat(shell("checkout/ebpf4j run 'a b'"))
        .isEqualTo(new Result(0, line(home, "run", "run a b")));
    assertThat(calls()).isEmpty();
  }

  @Test
  void saysThatClassesCouldNotBeChangedAndRuns() throws IOException {
    assertThat(shell("MODERN=1 checkout/ebpf4j x"))
        .isEqualTo(
            new Result(
                0,
                "ebpf4j: building once…\n"
                    + "ebpf4j: the classes stay as they are; commands start slower\n"
                    + line(home, "x")));
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
  }

  @Test
  void takesTheCacheOfTheCommand() throws IOException {
    build();
    for (var command :
        List.of(
            "version --version",
            "version completion",
            "run load x",
            "types link x",
            "list link list",
            "list prog show 7",
            "inspect map dump 7",
            "all verify x")) {
      var space = command.indexOf(' ');
      var words = command.substring(space + 1);
      assertThat(shell("checkout/ebpf4j " + words))
          .isEqualTo(new Result(0, line(home, command.substring(0, space), words)));
    }
  }

  @Test
  void runsFromAnywhere() throws IOException {
    build();
    for (var start :
        List.of(
            "cd checkout && ./ebpf4j x",
            "cd checkout && bash ebpf4j x",
            "cd checkout/core && ../ebpf4j x",
            "ln -s checkout/ebpf4j l && ./l x",
            "ln -s checkout c && c/ebpf4j x",
            "PATH=$PATH:$PWD/checkout; ebpf4j x")) {
      assertThat(shell(start)).as(start).isEqualTo(new Result(0, line(home, "x")));
    }
    assertThat(calls()).isEmpty();
  }

  @Test
  void buildsAgainWhereSourcesAreNewer() throws IOException {
    build();
    write(home.resolve("linux/A.java"), "x", Instant.now().plusSeconds(60));
    assertThat(shell("checkout/ebpf4j x").text()).startsWith("ebpf4j: building once…\n");
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
  }

  @Test
  void takesAnotherJdkOnlyWhereItIsNewEnough() throws IOException {
    build();
    jdk("jdk17", "17.0.1");
    var other = jdk("jdk26", "26");
    assertThat(shell("checkout/ebpf4j x", "JAVA_HOME=" + folder + "/jdk17"))
        .isEqualTo(new Result(0, line(home, "x")));
    assertThat(calls()).isEmpty();
    assertThat(shell("checkout/ebpf4j x", "JAVA_HOME=" + other).text())
        .startsWith(PREPARING + other + "/bin/java -XX:AOTCache=");
    // Of another JDK only the caches are made anew.
    assertThat(calls()).containsExactly("cache", "cache", "cache", "cache", "cache", "cache");
  }

  @Test
  void makesTheCacheAnewWhereTheJdkWasUpdated() throws IOException {
    build();
    jdk("jdk25", "25.0.4");
    assertThat(shell("checkout/ebpf4j x")).isEqualTo(new Result(0, PREPARING + line(home, "x")));
    assertThat(calls()).containsExactly("cache", "cache", "cache", "cache", "cache", "cache");
  }

  @Test
  void needsNoHome() throws IOException {
    executable(folder.resolve("commands/java"), "");
    assertThat(shell("checkout/ebpf4j x", "JAVA_HOME=").text()).doesNotContain("HOME");
    build();
    assertThat(shell("checkout/ebpf4j x", "JAVA_HOME=")).isEqualTo(new Result(0, line(home, "x")));
  }

  @Test
  void runsAfterTheCheckoutWasMovedOrCopied() throws IOException {
    build();
    for (var command : List.of("mv checkout moved", "cp -a moved copy", "cp -a moved copy2")) {
      var to = command.substring(command.lastIndexOf(' ') + 1);
      assertThat(shell(command + " && " + to + "/ebpf4j x"))
          .isEqualTo(new Result(0, PREPARING + line(folder.resolve(to), "x")));
      assertThat(calls()).containsExactly("cache", "cache", "cache", "cache", "cache", "cache");
    }
  }

  @Test
  void twoFirstStartsBuildOnce() throws IOException {
    var both = shell("checkout/ebpf4j x & checkout/ebpf4j x; s=$?; wait $! && exit $s");
    assertThat(both.status()).isZero();
    assertThat(both.text().replaceFirst("ebpf4j: waiting for another that builds\n", ""))
        .isEqualTo("ebpf4j: building once…\n" + line(home, "x").repeat(2));
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
  }

  private static final String AS_NOBODY =
      "setpriv --reuid=65534 --regid=65534 --clear-groups --bounding-set=-all ";

  private void wantsAnotherUser() throws IOException {
    assumeTrue(
        shell(AS_NOBODY + "true").status() == 0, "no other user can be had here, or no setpriv");
    assumeTrue(
        shell(AS_NOBODY + "test -r checkout/ebpf4j").status() == 0,
        "the temporary folder is closed to others");
  }

  @Test
  void whatRootBuiltIsRunByOthers() throws IOException {
    wantsAnotherUser();
    assertThat(shell("umask 077; checkout/ebpf4j --version").status()).isZero();
    assertThat(calls())
        .containsExactly("mvn", "cache", "cache", "cache", "cache", "cache", "cache");
    assertThat(shell(AS_NOBODY + "checkout/ebpf4j x")).isEqualTo(new Result(0, line(home, "x")));
    write(home.resolve("linux/A.java"), "x", Instant.now().plusSeconds(60));
    assertThat(shell(AS_NOBODY + "checkout/ebpf4j x"))
        .isEqualTo(
            new Result(
                0,
                "ebpf4j: the sources are newer than what was built of them, but "
                    + home
                    + "/cli/target/lib cannot be written; running what was built\n"
                    + line(home, "x")));
    assertThat(calls()).isEmpty();
  }

  @Test
  void saysWhereItCannotBeBuilt() throws IOException {
    wantsAnotherUser();
    assertThat(shell(AS_NOBODY + "checkout/ebpf4j x"))
        .isEqualTo(
            new Result(
                1,
                "ebpf4j: is not built, and "
                    + home
                    + " cannot be written; build it there as its owner with: "
                    + home
                    + "/ebpf4j --version\n"));
  }

  /// A checkout that others moved, and that cannot be written: slower to start.
  @Test
  void runsWithoutTheCacheWhereItDoesNotFitAndCannotBeMade() throws IOException {
    wantsAnotherUser();
    build();
    var moved = shell("mv checkout moved && " + AS_NOBODY + "moved/ebpf4j x");
    assertThat(moved.status()).isZero();
    assertThat(moved.text()).doesNotContain("AOTCache").endsWith(" x\n").hasLineCount(1);
  }

  @Test
  void saysWhatToInstall() throws IOException {
    Files.delete(folder.resolve("jdk25/release"));
    var none = shell("checkout/bin/jdk25");
    assumeTrue(none.status() != 0, "there is a JDK 25 in one of the usual places");
    assertThat(none.text()).startsWith("ebpf4j needs a JDK 25").hasLineCount(1);
  }
}
