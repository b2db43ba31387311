package org.ebpf4j.program.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ebpf4j.testkit.KernelTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// bpftool, and so libbpf, loads what is written.
@KernelTest
class ObjectFileOnLinuxTest {
  private static final Path PINS = Path.of("/sys/fs/bpf");

  @TempDir Path directory;

  @Test
  void isLoadedByBpftool() throws IOException, InterruptedException {
    loads(FirstPrograms.class);
  }

  @Test
  void isRelocatedByBpftool() throws IOException, InterruptedException {
    loads(Tracing.class);
  }

  private void loads(Class<?> programs) throws IOException, InterruptedException {
    assumeTrue(run("bpftool", "version").startsWith("bpftool"), "no bpftool");
    assumeTrue(Files.isWritable(PINS), "no bpffs");
    var spec = JavaPrograms.compile(programs);
    var file = directory.resolve("programs.bpf.o");
    Files.write(file, ObjectFileWriter.write(spec));
    var pins = PINS.resolve("ebpf4j_java_" + ProcessHandle.current().pid());
    try {
      assertThat(run("bpftool", "prog", "loadall", file.toString(), pins.toString())).isEmpty();
      for (var program : spec.programs()) {
        assertThat(pins.resolve(program.name())).exists();
      }
    } finally {
      remove(pins);
    }
  }

  private static void remove(Path pins) throws IOException {
    if (Files.isDirectory(pins)) {
      try (var all = Files.list(pins)) {
        for (var pin : all.toList()) {
          Files.delete(pin);
        }
      }
      Files.delete(pins);
    }
  }

  private static String run(String... command) throws InterruptedException {
    try {
      var process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
      var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      process.waitFor();
      return text;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
