package org.ebpf4j.cli.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.ebpf4j.cli.Cli;
import org.ebpf4j.testkit.KernelTest;
import org.ebpf4j.testkit.TestObjects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Programs in Java as commands take them: a source file, a class file, a jar.
class JavaProgramsTest {
  private static final String SOURCE =
      """
      package tools;

      import java.util.concurrent.atomic.AtomicLong;
      import org.ebpf4j.program.*;
      import org.ebpf4j.program.map.HashMap;

      public class Counts {
        record Key(int length) {}
        static final HashMap<Key, AtomicLong> counts = new HashMap<>(16);

        @Section("xdp")
        static int count(Xdp context) {
          Key key = new Key(context.packet().length());
          AtomicLong count = counts.lookup(key);
          if (count != null) {
            count.incrementAndGet();
          } else {
            counts.put(key, new AtomicLong(1));
          }
          return Xdp.PASS;
        }
      }
      """;

  @TempDir Path directory;

  private Path source(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  /// The class files, below a directory.
  private Path classes() throws IOException {
    var file = source("Counts.java", SOURCE);
    var classes = JavaSource.read(file).compile(JavaObject.classPath());
    assertThat(classes).containsKeys("tools.Counts", "tools.Counts$Key");
    var root = directory.resolve("classes");
    for (var entry : classes.entrySet()) {
      var to = root.resolve(entry.getKey().replace('.', '/') + ".class");
      Files.createDirectories(to.getParent());
      Files.write(to, entry.getValue());
    }
    return root;
  }

  private Path jar() throws IOException {
    var root = classes();
    var jar = directory.resolve("counts.jar");
    try (var out = new JarOutputStream(Files.newOutputStream(jar));
        var files = Files.walk(root)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(root.relativize(file).toString()));
        Files.copy(file, out);
        out.closeEntry();
      }
    }
    return jar;
  }

  @Test
  void aSourceFileAClassFileAndAJarGiveTheSame() throws IOException {
    var fromSource = Cli.run("disasm", source("Counts.java", SOURCE), "--no-source");
    assertThat(fromSource.status()).as(fromSource.err()).isZero();
    assertThat(fromSource.out()).contains("count in section xdp, xdp").contains("map[counts]");
    var fromClass = Cli.run("disasm", classes().resolve("tools/Counts.class"), "--no-source");
    assertThat(fromClass.out()).isEqualTo(fromSource.out());
    assertThat(Cli.run("disasm", jar(), "--no-source").out()).isEqualTo(fromSource.out());
  }

  @Test
  void linesAreThoseOfTheSource() {
    var hello = TestObjects.example("java/Hello.java");
    assertThat(Cli.run("disasm", hello).out())
        .contains("; Hello.java:8  Bpf.printk(\"Hello from Java, process %d\"");
  }

  @Test
  void whatDoesNotCompileIsSaidWithItsLine() throws IOException {
    var run = Cli.run("disasm", source("Bad.java", "class Bad {\n  int x = y;\n  bool z;\n}\n"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("Bad.java does not compile:")
        .contains("Bad.java:2: cannot find symbol; symbol: variable y")
        .contains("Bad.java:3: cannot find symbol");
  }

  @Test
  void whatTheCompilerRefusesIsSaidWithItsLine() throws IOException {
    var run =
        Cli.run(
            "disasm",
            source(
                "Floats.java",
                """
                import org.ebpf4j.program.*;
                class Floats {
                  @Section("xdp")
                  static int half(Xdp context) {
                    double x = context.packet().u8(0) * 0.5;
                    return (int) x;
                  }
                }
                """));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("Floats.java:5: ").contains("try: ");
  }

  @Test
  void aFileWithoutProgramsSaysSo() throws IOException {
    var run = Cli.run("disasm", source("None.java", "class None { static int x() { return 1; } }"));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("no method has a @Section").contains("try: @Section(\"xdp\")");
    var damaged = Files.write(directory.resolve("X.class"), new byte[] {1, 2, 3});
    assertThat(Cli.run("disasm", damaged).err()).contains("not a class file");
    assertThat(Cli.run("disasm", directory.resolve("Missing.java")).status()).isEqualTo(3);
    assertThat(Cli.run("disasm", directory.resolve("missing.jar")).status()).isEqualTo(3);
  }

  @Test
  void aProgramRunsOnTheVirtualKernel() {
    var hello = TestObjects.example("java/Hello.java");
    var run =
        Cli.run(
            "run",
            hello,
            "--virtual",
            "--fire",
            "tracepoint:syscalls/sys_enter_execve",
            "--duration",
            "300ms");
    assertThat(run.out()).as(run.err()).contains("Hello from Java, process ");
  }

  /// With this machine's kernel.
  @Nested
  @KernelTest
  class OnLinux {
    @Test
    void theVerifierTakesIt() throws IOException {
      var run =
          Cli.run(
              List.of(
                      "verify",
                      source("Counts.java", SOURCE),
                      TestObjects.example("java/Hello.java"))
                  .toArray());
      assertThat(run.status()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).contains("count").contains("hello").contains("ok");
    }

    @Test
    void aProgramSaysHello() throws Exception {
      var starts =
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < 20; i++) {
              try {
                Thread.sleep(100);
                new ProcessBuilder("true").start().waitFor();
              } catch (IOException | InterruptedException _) {
                return;
              }
            }
          });
      var run = Cli.run("run", TestObjects.example("java/Hello.java"), "--duration", "1500ms");
      starts.interrupt();
      assertThat(run.out()).as(run.err()).contains("Hello from Java, process ");
    }
  }
}
